# Microsoft's own installer, of the processor's kind; Windows asks for an administrator.
case ${PROCESSOR_ARCHITEW6432:-${PROCESSOR_ARCHITECTURE:-}} in
	ARM64) kind=arm64 ;;
	x86) kind=x86 ;;
	*) kind=x64 ;;
esac
url=https://aka.ms/vs/17/release/vc_redist.$kind.exe
printf '%s\n' "From $url, not verified but by Windows itself, which asks for an administrator" >&2
webi_download "$url" "$WEBI_TMP/vc_redist.exe"
status=0
"$WEBI_TMP/vc_redist.exe" -install -passive -norestart || status=$?
case $status in
	0) ;;
	1638 | 102) printf '%s\n' 'A newer one is here already' >&2 ;;
	3010 | 194) printf '%s\n' 'Restart Windows to finish it' >&2 ;;
	*) exit "$status" ;;
esac
