# Homebrew is a clone of its own repository, which it brings up to date by itself.
folder=$WEBI_HOME/opt/brew
if ! command -v git >/dev/null 2>&1; then
	printf '%s\n' 'Homebrew needs git: on macOS xcode-select --install, else the package git' >&2
	exit 1
fi
if [ -d "$folder/.git" ]; then
	printf '%s\n' "Homebrew is in $folder already; \`brew update\` brings it up to date" >&2
else
	git clone --depth 1 https://github.com/Homebrew/brew "$folder"
fi
command -v cc >/dev/null 2>&1 || printf '%s\n' 'To build programs, brew needs a compiler: build-essential or its like' >&2
webi_path_add "$folder/bin"
webi_path_add "$folder/sbin"
