# Builds the newest release of Python 2 that pyenv knows, and has it found as python2.
PYENV_ROOT=${PYENV_ROOT:-$HOME/.pyenv}
export PYENV_ROOT
pyenv=$PYENV_ROOT/bin/pyenv
version=''
for known in $("$pyenv" install --list); do
	case $known in *[!0-9.]*) ;; 2.*.*) version=$known ;; esac
done
: "${version:?pyenv knows no release}"
printf '%s\n' "Building Python $version; this takes some minutes" >&2
"$pyenv" install --skip-existing "$version"
# Behind what is in force: python stays what it was.
versions=$("$pyenv" global | grep -vxF "$version" | tr '\n' ' ')
# shellcheck disable=SC2086 # its words are wanted
"$pyenv" global $versions "$version"
