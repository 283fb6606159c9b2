# The rest comes with the system's packages, which are installed by root alone.
missing=''
for program in vim git zip; do
	command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
[ -z "$missing" ] || printf '%s\n' "Still missing, for your system's package manager:$missing" >&2
