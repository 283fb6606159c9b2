# macOS installs them itself, and asks in a window of its own.
if xcode-select -p >/dev/null 2>&1; then
	printf '%s\n' "They are in $(xcode-select -p) already" >&2
else
	printf '%s\n' 'macOS asks in a window; this waits for up to an hour until it is done' >&2
	xcode-select --install
	waited_s=0
	until xcode-select -p >/dev/null 2>&1; do
		sleep 10
		waited_s=$((waited_s + 10))
		[ "$waited_s" -lt 3600 ] || {
			printf '%s\n' 'They are not there after an hour; look whether the window still asks' >&2
			exit 1
		}
	done
fi
