# These come with the system's packages, which are installed by root alone: tell how, where some are missing.
missing=''
for program in curl git tar wget zip unzip; do
	command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
if [ -n "$missing" ]; then
	command=''
	for manager in 'apt-get install' 'dnf install' 'yum install' 'apk add' 'pacman -S' 'zypper install' 'brew install' 'pkg install'; do
		[ -z "$command" ] && command -v "${manager%% *}" >/dev/null 2>&1 && command=$manager
	done
	printf '%s\n' "Still missing. As root: ${command:-install}$missing" >&2
fi
