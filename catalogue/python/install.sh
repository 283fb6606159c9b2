# Builds the newest release of Python 3 that pyenv knows, and makes it the one in force.
PYENV_ROOT=${PYENV_ROOT:-$HOME/.pyenv}
export PYENV_ROOT
pyenv=$PYENV_ROOT/bin/pyenv
version=$("$pyenv" install --list | sed -n 's/^ *\(3\.[0-9]*\.[0-9]*\)$/\1/p' | tail -n 1)
printf '%s\n' "Building Python $version; this takes some minutes" >&2
"$pyenv" install --skip-existing "$version"
"$pyenv" global "$version"
