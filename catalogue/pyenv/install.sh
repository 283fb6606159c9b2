# pyenv's own installer clones it into ~/.pyenv; it refuses where that is already.
PYENV_ROOT=${PYENV_ROOT:-$HOME/.pyenv}
export PYENV_ROOT
if [ -x "$PYENV_ROOT/bin/pyenv" ]; then
	printf '%s\n' "pyenv is in $PYENV_ROOT already; \`pyenv update\` brings it up to date" >&2
else
	command -v git >/dev/null 2>&1 || {
		printf '%s\n' 'pyenv needs git, which is missing' >&2
		exit 1
	}
	artesian_run_script https://raw.githubusercontent.com/pyenv/pyenv-installer/master/bin/pyenv-installer
fi
webi_path_add "$PYENV_ROOT/bin"
webi_path_add "$PYENV_ROOT/shims"
