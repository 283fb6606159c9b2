# The image holds a package of macOS' own installer. It is unpacked into your home directory, so no password is asked.
# shellcheck shell=sh disable=SC2154
pkg_install() {
	image=$WEBI_TMP/image
	mkdir -p "$image"
	hdiutil attach -quiet -readonly -nobrowse -mountpoint "$image" "$WEBI_PKG_DOWNLOAD"
	status=0
	pkgutil --expand-full "$image"/*.pkg "$WEBI_TMP/expanded" || status=$?
	hdiutil detach -quiet "$image" || hdiutil detach -quiet -force "$image"
	if [ "$status" -ne 0 ] || [ ! -d "$WEBI_TMP/expanded/GnuPG.pkg/Payload" ]; then
		printf '%s\n' 'The image holds no package of GnuPG' >&2
		exit 70
	fi
	rm -rf "$pkg_src_dir"
	mkdir -p "${pkg_src_dir%/*}"
	mv "$WEBI_TMP/expanded/GnuPG.pkg/Payload" "$pkg_src_dir"
}

# Passphrases are asked for in a window, unless you have settings of your own.
pkg_post_install() {
	webi_path_add "$pkg_dst_bin"
	window=$pkg_dst_bin/pinentry-mac.app/Contents/MacOS/pinentry-mac
	settings=$HOME/.gnupg/gpg-agent.conf
	if [ -x "$window" ] && [ ! -e "$settings" ]; then
		mkdir -p "$HOME/.gnupg"
		chmod 700 "$HOME/.gnupg"
		printf '%s\n' "pinentry-program $window" >"$settings"
	fi
}
