# The `webi` command, with the command line of Webi's own: it fetches installers from one Artesian
# server and runs them. Above stands where it came from. POSIX sh for dash, BusyBox ash, bash, mksh, ksh93,
# zsh and yash; variables are global and begin with _, since ksh93 has no `local`.
# shellcheck shell=sh

{ case ${ZSH_VERSION-} in ?*) emulate sh ;; esac; }
# A group: a script cut short is a syntax error, and nothing of it is run. The origin stands above, and what is printed
# for other shells isn't for this one to expand.
# shellcheck disable=SC2016,SC2154
{

usage() {
	printf '%s\n' "Installs programs into ~/.local, from ${_host:-the server in WEBI_HOST}.

    webi NAME[@VERSION]...     install, in this order: webi node@lts rg jq
    webi --info NAME[@VERSION] tell what would be installed here, and where to read more
    webi --list                list all names
    webi --init bash|zsh|fish  complete names in that shell, from its next start on
    webi --version
    webi --help

WEBI_HOST=https://HOST asks another server.
To remove a program: rm -r ~/.local/opt/NAME-v*, and its link in ~/.local/bin."
}

main() {
	set -uf
	_nl='
'
	_work=
	_host=${WEBI_HOST:-$_origin}
	_host=${_host%/}
	case ${1-} in
		'' | -V | --version | version) print_version ;;
		-h | --help | help) usage ;;
		--list | list) list ;;
		--info | info) shift && info "$@" ;;
		--init | init) shift && init "$@" ;;
		*) install "$@" ;;
	esac
}

print_version() {
	printf '%s\n' "webi 1.0 (Artesian)"
}

# Say $2 and exit with status $1.
fail() {
	printf '%s\n' "webi: $2" >&2
	exit "$1"
}

has() {
	command -v "$1" >/dev/null 2>&1
}

need_host() {
	case $_host in
		http://?* | https://?*) ;;
		'') fail 64 "no server is known: set WEBI_HOST=https://HOST" ;;
		*) fail 64 "WEBI_HOST is no address of a server: $_host" ;;
	esac
}

# Make a folder for what is fetched; it goes when the script does. Set _work.
open_work() {
	[ -z "$_work" ] || return 0
	_work=$(mktemp -d) || fail 73 "can't make a temporary folder"
	trap 'rm -rf "$_work"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# Write what is at path $1 of the server to file $2. What a server says of a mistake is text as well.
fetch() {
	need_host
	if has curl; then
		# Whoever begins with TLS stays with it, whatever a redirect says.
		case $_host in https:*) _only='=https' ;; *) _only='=http,https' ;; esac
		curl -sSL --proto "$_only" --connect-timeout 20 -o "$2" "$_host$1" </dev/null
	elif has wget; then
		case ${ARTESIAN_INSECURE:-$_host$(wget --version 2>&1)} in
			https:*BusyBox*) fail 69 "the wget of BusyBox trusts everyone; get curl, or set ARTESIAN_INSECURE=1 to go on" ;;
		esac
		wget -q -O "$2" "$_host$1" </dev/null
	else
		fail 69 "curl or wget is missing"
	fi
	case $? in
		0) ;;
		8) fail 69 "$_host has nothing at $1, or not now" ;; # so says GNU wget of a mistake, and keeps the server's word
		*) fail 75 "$_host$1 can't be fetched" ;;
	esac
}

# Refuse what is no NAME[@TAG]; set _spec to $1 as it stands in a URL.
read_spec() {
	case $1 in
		-*) fail 64 "there is no option $1; see webi --help" ;;
		'' | @* | *[!A-Za-z0-9.,_+@~^\<\>=!*-]*) fail 64 "'$1' is no NAME or NAME@VERSION" ;;
	esac
	_spec=$(printf '%s' "$1" | sed 's/</%3C/g; s/>/%3E/g; s/\^/%5E/g')
}

# Install up to ten packages by one script: that is how many go into one.
install() {
	for _one do
		read_spec "$_one"
	done
	_line=
	_count=0
	while [ $# -gt 0 ]; do
		read_spec "$1"
		_line=$_line${_line:+,}$_spec
		_count=$((_count + 1))
		shift
		[ $# -gt 0 ] && [ "$_count" -lt 10 ] && continue
		run "/$_line.sh"
		_line=
		_count=0
	done
}

# Run the installer at path $1, if it came as a whole.
run() {
	open_work
	fetch "$1" "$_work/install.sh"
	_first=$(head -n 1 "$_work/install.sh")
	_last=$(tail -n 1 "$_work/install.sh")
	case $_first$_nl$_last in
		'#!/bin/sh'*'; }') ;;
		*) fail 75 "$_host$1 is no installer, or only a part of one" ;;
	esac
	sh "$_work/install.sh" || exit $?
}

list() {
	open_work
	fetch /sitemap.xml "$_work/sitemap.xml"
	sed -n 's|.*<loc>.*/\([^/<]*\)</loc>.*|\1|p' "$_work/sitemap.xml" >"$_work/names"
	[ -s "$_work/names" ] || fail 75 "$_host has no list of names"
	cat "$_work/names"
}

# Set _os and _arch to what lists of builds are asked for; nothing where that is unknown here.
detect_host() {
	_os=$(uname -s | tr '[:upper:]' '[:lower:]')
	case $_os in mingw* | msys* | cygwin*) _os=windows ;; esac
	_arch=$(uname -m)
	case $_arch in *[!A-Za-z0-9_]*) _arch= ;; esac
	case $_os in *[!a-z0-9_]*) _os= ;; esac
}

info() {
	[ $# -eq 1 ] || fail 64 "name one package: webi --info NAME"
	read_spec "$1"
	need_host
	detect_host
	open_work
	case $_spec in *@*) _builds=$_spec ;; *) _builds=$_spec@stable ;; esac
	_query="os=$_os&arch=$_arch&limit=1"
	fetch "/api/releases/$_builds.tab?$_query" "$_work/builds"
	# The server's word for a mistake is a JSON document.
	case $(head -n 1 "$_work/builds") in
		'{'*)
			_why=$(sed -n 's/.*"detail":"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$_work/builds")
			fail 69 "${_why:-nothing is known of $1}"
			;;
	esac
	_version=$(cut -f 1 "$_work/builds")
	_channel=$(cut -f 3 "$_work/builds")
	printf '%s\n' "$1: $_host/${_spec%%@*}"
	case $_channel in
		'') ;;
		error) printf '%s\n' "    no build for $_os/$_arch" ;;
		*) printf '%s\n' "    $_version ($_channel), $(cut -f 9 "$_work/builds")" ;;
	esac
	printf '%s\n' "" "To install it:" "    webi $1" "    curl -sSL '$_host/$_spec' | sh" "" \
		"Its builds, for people and for programs:" \
		"    $_host/api/releases/$_spec.tab?os=$_os&arch=$_arch&pretty=true" \
		"    $_host/api/releases/$_spec.json?os=$_os&arch=$_arch"
}

# Print what makes shell $1 complete names. Run by a person, add a line to the shell's start file instead.
init() {
	_options="--help --info --init --list --version"
	case ${1-} in
		bash)
			_start=$HOME/.bashrc
			_words='_webi() { COMPREPLY=($(compgen -W "'$_options' $(webi --list 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")); }
complete -F _webi webi'
			;;
		zsh)
			_start=$HOME/.zshrc
			_words="_webi() { compadd -- $_options"' $(webi --list 2>/dev/null); }
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _webi webi'
			;;
		fish)
			_start=${XDG_CONFIG_HOME:-$HOME/.config}/fish/config.fish
			_words="complete -c webi -f -a '$_options (webi --list 2>/dev/null)'"
			;;
		*) fail 64 "name a shell: webi --init bash|zsh|fish" ;;
	esac
	[ -t 1 ] || { printf '%s\n' "$_words" && return; }
	case $1 in
		fish) _source='webi --init fish | source' ;;
		*) _source='eval "$(webi --init '"$1"')"' ;;
	esac
	if grep -qsF "$_source" "$_start"; then
		printf '%s\n' "$_start has it already."
		return
	fi
	mkdir -p "${_start%/*}" || fail 73 "can't make ${_start%/*}"
	printf '%s\n' "$_source" >>"$_start" || fail 73 "can't write $_start"
	printf '%s\n' "Added to $_start: $_source"
}

}
{ main "$@"; exit; }
