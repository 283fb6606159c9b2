# Builds the newest release of Python 3 that pyenv knows, and makes it the one in force.
PYENV_ROOT=${PYENV_ROOT:-$HOME/.pyenv}
export PYENV_ROOT
pyenv=$PYENV_ROOT/bin/pyenv
version=''
for known in $("$pyenv" install --list); do
	case $known in *[!0-9.]*) ;; 3.*.*) version=$known ;; esac
done
: "${version:?pyenv knows no release}"
printf '%s\n' "Building Python $version; this takes some minutes" >&2
"$pyenv" install --skip-existing "$version"
"$pyenv" global "$version"
