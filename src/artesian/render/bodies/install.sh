# Above is data: render/table.py. Below is one program for all packages, in POSIX sh for dash, BusyBox ash, bash 3.2,
# mksh, ksh93, zsh and yash. ksh93 has no `local`: variables are global and begin with _. Comments say which a function
# sets for others; never by `for`: yash's is local.
# shellcheck shell=sh

# Groups: a script cut short is a syntax error before it is anything else.
{ case ${ZSH_VERSION-} in ?*) emulate sh ;; esac; }
# Functions are called by name, and without quotes lists are split (never globbed: set -f).
# shellcheck disable=SC2015,SC2046,SC2086,SC2090,SC2154,SC2254,SC2317
{

usage() {
	tell "Installs $_asked. Nothing is asked, nothing needs root.

    curl -sSL ${_server:-https://HOST}/$_asked | sh -s -- [OPTION]...

    --prefix DIR  install below DIR instead of ~/.local
    --force       install again; replace files that aren't ours
    --no-path     leave PATH and the shells' start files alone
    --dry-run     say what would be done, and do nothing
    --insecure    go on where nothing can be verified
    --quiet       say only what went wrong
    --help        this text

Variables do the same: ARTESIAN_PREFIX=DIR, ARTESIAN_FORCE=1, ARTESIAN_NO_PATH=1, and so on.

What goes where (DIR is ~/.local):
    DIR/opt/NAME-vVERSION  the package; older versions stay, asking for one again switches to it
    DIR/bin                links to its commands, put on PATH for sh, bash, zsh and fish
    DIR/share              man pages, completions, and artesian/receipts/NAME: every file made
    ~/.cache/artesian      downloads by their sha256

Exit status: 0 the command is in place; 64 wrong usage; 65 wrong checksum or damaged archive;
69 no build for this machine, or a program is missing; 70 the command doesn't work here; 73 can't
create a file; 74 no space; 75 download failed, try later; 77 no permission.

ARTESIAN_PRINT=host|row|plan prints what was found out. NO_COLOR and proxy variables are obeyed."
}

main() {
	set -uf
	trap - EXIT
	exec </dev/null # it was the script
	unset UNZIP UNZIPOPT TAR_OPTIONS GZIP XZ_OPT XZ_DEFAULTS BZIP BZIP2 # they rule unpackers
	set_words
	read_options "$@"
	detect_host
	case $_print in host) detect_level && tell "$_os $_arch $_level $_libc" && return ;; esac
	choose_packages
	case $_print in row) printf '%s' "$_chosen" && return ;; esac
	set_places
	[ -z "$_dry_run" ] || { print_plan && return; }
	open_work
	each_package "install_${_more:-package}"
}

# Constants, and variables that must exist because `set -u` stays on.
set_words() {
	_nl='
'
	_tab=$(printf '\t')
	_ifs=" $_tab$_nl"
	IFS=$_ifs
	_work='' _lock='' _undo='' _new_link='' _exit=0
	_level='' _downloader='' _summer='' _bsdtar='' _exe=''
	_red='' _yellow='' _bold='' _plain='' _quiet='' _progress='' _home='' _is_path_set='' _moved=0 _env=env
	if [ -t 2 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
		_escape=$(printf '\033[')
		_red=${_escape}31m _yellow=${_escape}33m _bold=${_escape}1m _plain=${_escape}0m
	fi
}

read_options() {
	_prefix=${ARTESIAN_PREFIX:-} _print=${ARTESIAN_PRINT:-}
	: "${ARTESIAN_FORCE=}" "${ARTESIAN_NO_PATH=}" "${ARTESIAN_DRY_RUN=}" "${ARTESIAN_INSECURE=}" "${ARTESIAN_QUIET=}"
	_force=${ARTESIAN_FORCE#0} _no_path=${ARTESIAN_NO_PATH#0} _dry_run=${ARTESIAN_DRY_RUN#0}
	_insecure=${ARTESIAN_INSECURE#0} _quiet=${ARTESIAN_QUIET#0}
	while [ $# -gt 0 ]; do
		case $1 in
			--prefix)
				[ -n "${2:-}" ] || die 64 "--prefix needs a folder"
				_prefix=$2
				shift
				;;
			--prefix=?*) _prefix=${1#*=} ;;
			--force) _force=1 ;;
			--no-path) _no_path=1 ;;
			--dry-run) _dry_run=1 ;;
			--insecure) _insecure=1 ;;
			--quiet | -q) _quiet=1 ;;
			--help | -h) usage && exit ;;
			*) die 64 "unknown option $1; --help lists them" ;;
		esac
		shift
	done
	case $_print in
		'' | host | row) ;;
		plan) _dry_run=1 ;;
		*) die 64 "ARTESIAN_PRINT is host, row or plan, not $_print" ;;
	esac
	[ -n "$_quiet" ] || ! [ -t 2 ] || _progress=1
}

# ---- Messages.

tell() {
	printf '%s\n' "$@"
}

say() {
	[ -n "$_quiet" ] || tell "$1" >&2
}

warn() {
	tell "${_yellow}warning:$_plain $1" >&2
}

die() {
	tell "${_red}error:$_plain $2" >&2
	_exit=$1
	exit "$1"
}

ensure() {
	"$@" || die 73 "this failed: $*"
}

ignore() {
	"$@" 2>/dev/null || :
}

has() {
	command -v "${1%% *}" >/dev/null 2>&1
}

need() {
	has "$1" || die 69 "${2:-}$1 is needed:$(how_to_get "$1")"
}

# Sets _shown to path $1 as people write it.
show() {
	case $1 in
		"${_home:-/nowhere}"/*) _shown="~${1#"$_home"}" ;;
		*) _shown=$1 ;;
	esac
}

# ---- What kind of host is this? Sets _os _arch _libc, and _level when somebody asks.

detect_host() {
	need uname
	set -- $(uname -sm)
	detect_os "${1:-unknown}"
	detect_arch "${2:-unknown}"
	_libc=none
	case $_os in
		android) _libc=bionic ;;
		windows) _libc=msvc _exe=.exe ;;
		linux) detect_userland && detect_libc ;;
	esac
}

detect_os() {
	case $1 in
		Linux)
			_os=linux
			[ ! -e /system/bin/linker ] && [ ! -e /system/bin/linker64 ] || _os=android
			;;
		Darwin) _os=macos ;;
		*BSD | DragonFly | AIX) _os=$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]') ;;
		SunOS)
			_os=solaris
			[ "$(uname -o 2>/dev/null)" != illumos ] || _os=illumos
			;;
		MINGW* | MSYS* | CYGWIN* | Windows*) _os=windows ;;
		*) _os=$1 ;;
	esac
}

detect_arch() {
	# NetBSD and FreeBSD name the processor under -p.
	case $1 in evbarm | arm | powerpc) set -- "$(uname -p 2>/dev/null || echo "$1")" ;; esac
	case $1 in
		x86_64 | amd64 | x64 | i86pc) _arch=amd64 ;;
		i?86 | x86) _arch=x86 ;;
		aarch64 | arm64) _arch=arm64 ;;
		armv8* | *armv7*) _arch=armv7 ;;
		*armv6* | arm) _arch=armv6 ;;
		*armv5*) _arch=armv5 ;;
		powerpc*) _arch=ppc${1#powerpc} ;;
		loongarch64) _arch=loong64 ;;
		*) _arch=$1 ;;
	esac
	# Rosetta tells of an Intel processor; the processor knows better.
	if [ "$_os" = macos ] && [ "$_arch" = amd64 ]; then
		[ "$(sysctl -n hw.optional.arm64 2>/dev/null)" != 1 ] || _arch=arm64
	fi
}

# A 64-bit kernel may carry a 32-bit userland, and MIPS has two byte orders: the ELF header of a running program
# tells (5th byte 1: 32-bit; 6th byte 2: big endian).
detect_userland() {
	case $_arch in amd64 | arm64 | mips | mips64) ;; *) return 0 ;; esac
	_two=$(printf '\002')
	case $(head -c 6 /proc/self/exe 2>/dev/null) in
		?ELF"$_two"*"$_two") _bits=64 _endian='' ;;
		?ELF"$_two"*) _bits=64 _endian=le ;;
		?ELF*"$_two") _bits=32 _endian='' ;;
		?ELF*) _bits=32 _endian=le ;;
		*) _bits=$(getconf LONG_BIT 2>/dev/null || echo 64) _endian='' ;;
	esac
	case $_arch$_bits in
		amd6432) _arch=x86 ;;
		arm6432) _arch=armv7 ;;
		mips*) _arch=mips${_bits#32}$_endian ;;
	esac
}

# The loader that programs ask for counts: Debian with musl, Alpine with gcompat are what their own programs are.
detect_libc() {
	set +f
	set -- /lib/ld-musl-*
	[ -e "$1" ] && _libc=musl
	for _loader in /lib64/ld-linux* /lib/ld-linux* /lib/*/ld-linux* /lib64/ld64.so* /lib/ld64.so* /lib/ld.so.1; do
		[ -e "$_loader" ] || continue
		_said=
		[ "$_libc" = none ] || _said=$(ldd --version 2>&1)
		case $_said in
			*musl*) ;;
			*G*LIBC* | *GNU*) _libc=gnu ;;
			*) [ -e /etc/alpine-release ] || _libc=gnu ;;
		esac
		break
	done
	set -f
}

# Sets _level to the x86-64 level (psABI), 1 where it can't be told.
detect_level() {
	[ -z "$_level" ] || return 0
	_level=1 _flags=
	[ "$_arch" = amd64 ] || return 0
	if [ "$_os" = macos ]; then # every Intel Mac has level 2, with AVX2 level 3
		_level=2
		case $(sysctl -n machdep.cpu.leaf7_features 2>/dev/null) in *AVX2*) _level=3 ;; esac
	elif [ -r /proc/cpuinfo ]; then
		while read -r _key _rest; do
			[ "$_key" != flags ] || { _flags=" $_rest " && break; }
		done </proc/cpuinfo
	fi
	has_flags cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 && _level=2 &&
		has_flags avx avx2 bmi1 bmi2 f16c fma abm movbe xsave && _level=3 &&
		has_flags avx512f avx512bw avx512cd avx512dq avx512vl && _level=4
	return 0
}

has_flags() {
	for _flag; do
		case $_flags in *" $_flag "*) ;; *) return 1 ;; esac
	done
}

# ---- Which build? Sets _chosen: a line a package, `NAME VERSION FORMAT RECIPE SIZE SHA256 URL...`.

choose_packages() {
	_chosen=
	IFS=$_nl
	for _record in $_table; do
		IFS=$_ifs
		set -- $_record
		[ "$1" != package ] || choose "$2" "$3"
	done
	IFS=$_ifs
}

# Sets _section to the lines of package $1.
open_section() {
	_section=$_nl${_table#*"${_nl}package $1 "}
	_section=${_section%%"${_nl}package "*}
}

choose() {
	open_section "$1"
	[ -z "$_more" ] || ! is_here || return 0
	_builds='' _hosts='' _others='' _lacks='' _wanted=$1
	[ "$2" = - ] || _wanted=$1@$2
	IFS=$_nl
	for _line in $_section; do
		IFS=$_ifs
		case $_line in 'host '*) consider $_line ;; esac
	done
	IFS=$_ifs
	[ -n "$_builds" ] || die 69 "$(say_nothing "$_wanted")"
	for _build in $_builds; do
		_line=${_section#*"${_nl}build $_build "}
		set -- "$1" ${_line%%"$_nl"*}
		if can_unpack "$3"; then
			take "$@"
			return
		fi
		case " $_lacks " in *" $_missing "*) ;; *) _lacks="$_lacks $_missing" ;; esac
	done
	die 69 "$_wanted can't be unpacked here. One of these programs is needed:$(for _program in $_lacks; do how_to_get "$_program"; done)"
}

# A host line: its builds if they run here, else what to tell about it.
consider() {
	if [ "$2 $3" != "$_os $_arch" ]; then
		case " $_hosts " in *" $2/$3 "*) ;; *) _hosts="$_hosts $2/$3" ;; esac
	elif [ "$5" != - ] && [ "$5" != "$_libc" ]; then
		_others="$_others, for $5"
	elif [ "$4" -gt 1 ] && detect_level && [ "$4" -gt "$_level" ]; then
		_others="$_others, for x86-64-v$4"
	else
		shift 5
		_builds="$_builds $*"
	fi
}

# Adds the build to _chosen, its URLs written out.
take() {
	_chosen="$_chosen$1 $2 $3 $4 $5 $6"
	shift 6
	for _url; do
		case $_url in
			http*) ;;
			*)
				_site=${_section#*"${_nl}site ${_url%%:*} "}
				_url=${_site%%"$_nl"*}${_url#*:}
				;;
		esac
		_chosen="$_chosen $_url"
	done
	_chosen=$_chosen$_nl
}

say_nothing() {
	[ -z "$_more" ] || ! say_elsewhere || return 0
	printf '%s' "there is no build of $1 for this machine ($_os $_arch, $_libc${_level:+, x86-64-v$_level})."
	[ -z "$_others" ] || printf '%s' " For $_os $_arch there are some${_others#,}."
	[ -z "$_hosts" ] || printf '%s' " There are builds for:$_hosts"
}

# Calls function $1 for each chosen package, with its columns and its recipe.
each_package() {
	IFS=$_nl
	for _line in $_chosen; do
		IFS=$_ifs
		read_columns "$_line"
		"$1"
	done
	IFS=$_ifs
}

read_columns() {
	set -- $1
	_name=$1 _version=$2 _format=$3 _size=$5 _sha256=$6
	_release="$1 $2"
	_folder=${_opt:-}/$1-v$2
	open_section "$1"
	_recipe=$_nl${_section#*"${_nl}recipe $4$_nl"}
	for _end in recipe site build; do _recipe=${_recipe%%"$_nl$_end "*}; done
	shift 6
	_urls=$*
	read_recipe
}

# Sets _commands (names), _tree, _test, _expect, _notes, and _key: all but the notes, in one line.
read_recipe() {
	_commands='' _tree='' _test='' _expect='' _notes='' _key=''
	IFS=$_nl
	for _line in $_recipe; do
		_value=${_line#* }
		case $_line in
			'command '*) _commands="$_commands ${_value%% *}" ;;
			tree) _tree=1 ;;
			'test '*) _test=$_value ;;
			'expect '*) _expect=$_value ;;
			'note '*) _notes=$_notes$_value$_nl && continue ;;
		esac
		_key="$_key$_line; "
	done
	IFS=$_ifs
}

# ---- Where does it go? Sets _prefix _opt _bin _share _cache _home.

set_places() {
	_home=${HOME:-}
	_home=${_home%/}
	case $_home in '' | /*) ;; *) die 64 "HOME is not an absolute path: $_home" ;; esac
	[ ! -f "$_home" ] || die 64 "HOME is no folder: $_home"
	if [ -n "$_prefix" ]; then
		case $_prefix in /*) ;; *) _prefix=$PWD/$_prefix ;; esac
		_prefix=${_prefix%/}
		_share=$_prefix/share
	else
		[ -n "${HOME:-}" ] || die 64 "HOME is not set. Set it, or say where to install with --prefix DIR"
		_prefix=$_home/.local
		_share=$_prefix/share
		# XDG: a relative path is none.
		case ${XDG_DATA_HOME:-} in /*) _share=$XDG_DATA_HOME ;; esac
	fi
	_opt=$_prefix/opt _bin=$_prefix/bin _data=$_share/artesian
	_cache=$_data/cache
	[ -z "$_home" ] || _cache=$_home/.cache/artesian
	case ${XDG_CACHE_HOME:-} in /*) _cache=$XDG_CACHE_HOME/artesian ;; esac
	case $_bin$_data$_cache in *"$_nl"*) die 64 "a folder's name holds a line break" ;; esac
}

print_plan() {
	tell "This machine: $_os $_arch $_libc. Nothing is changed now."
	each_package "print_${_more:-package}"
	case $_no_path:$PATH: in
		[!:]* | *:"$_bin":*) ;;
		*) tell "Would put $_bin on PATH." ;;
	esac
}

print_package() {
	tell "$_release ($_format)" "  sha256  $_sha256" "  into    $_folder"
	for _url in $_urls; do tell "  from    $_url"; done
	for _command in $_commands; do tell "  link    $_bin/$_command"; done
}

# Makes the folders, and _work beside the final place: the last step is a rename.
open_work() {
	if [ "$_prefix" = "$_home/.local" ] && [ "$(id -u 2>/dev/null)" = 0 ]; then
		warn "this installs for root alone, in $_home; --prefix /usr/local is for everyone"
	fi
	trap clean_up EXIT
	trap '_exit=129; exit 129' HUP
	trap '_exit=130; exit 130' INT
	trap '_exit=141; exit 141' PIPE
	trap '_exit=143; exit 143' TERM
	need mktemp
	make_folders "$_opt" "$_bin" "$_data/receipts"
	_work=$(mktemp -d "$_opt/.artesian.XXXXXX") || cannot_write "$_opt"
	mkdir -p "$_cache" 2>/dev/null && [ -w "$_cache" ] || _cache=$_work
	remove_leftovers
}

make_folders() {
	for _wanted; do
		[ -d "$_wanted" ] || mkdir -p "$@" 2>/dev/null || mkdir -p "$_wanted" || cannot_write "$_wanted"
	done
}

# What an install that was killed outright has left a day ago.
remove_leftovers() {
	set +f
	set -- "$_opt"/.artesian.*
	set -f
	[ $# -eq 1 ] || ignore find "$_opt" -name '.artesian.??????' -prune -mtime +1 -exec rm -rf {} +
}

# Says why path $1 can't be made.
cannot_write() {
	_place=$1 _above=
	while [ -n "$_place" ] && [ ! -d "$_place" ]; do _above=$_place _place=${_place%/*}; done
	check_space "${_place:-/}"
	[ -w "${_place:-/}" ] || die 77 "no permission to write in $_shown; --prefix DIR installs elsewhere"
	[ ! -L "$_above" ] && [ ! -e "$_above" ] || set -- "$1: $_above is in the way"
	die 73 "can't create $1"
}

# At most 1 MB left is none. The 9th word of `df -P` is the size, the 11th what is left, in kB.
check_space() {
	show "$1"
	set -- $(df -Pk "$1" 2>/dev/null)
	case ${9:-x}${11:-x} in 0* | *[!0-9]*) return ;; esac
	[ "${11}" -gt 1024 ] || die 74 "no space is left in $_shown"
}

# ---- One package, from the table to the link. Up to `commit` a failure undoes everything.

install_package() {
	put_in_place
	finish
}

put_in_place() {
	read_receipt
	refuse_foreign
	if [ -z "$_force" ] && is_unchanged; then
		lock
		switch
	else
		obtain
		stage
		run_test
		lock
		publish
	fi
	place_links
}

finish() {
	note_undo receipt - -
	write_receipt "$_version" "$_mine$_blocks"
	commit
	say_ready
}

# Others' files in our places stay, unless --force; links are replaced, for they can be put back.
refuse_foreign() {
	[ -z "$_force" ] || return 0
	[ -z "$_more" ] || refuse_links
	[ -z "$_tree" ] || [ -L "$_opt/$_name" ] || refuse "$_opt/$_name"
	[ -n "$_mine" ] || refuse "$_folder"
	[ -z "$_exe" ] || return 0 # Windows: links are copies there
	for _command in $_commands; do
		[ -L "$_bin/$_command" ] || refuse "$_bin/$_command"
	done
}

refuse() {
	[ -e "$1" ] || return 0
	show "$1"
	die 73 "$_shown exists and isn't Artesian's. Move it away, or replace it with --force"
}

# The receipt: the version in force, and for each version what was made for it. Sets _current,
# _current_links (`link` and `to` lines), _mine (this version's block), _blocks (the others'), _before (all).
read_receipt() {
	_receipt=$_data/receipts/$_name
	_before='' _current='' _current_links='' _mine='' _blocks='' _owner=''
	[ -r "$_receipt" ] || return 0
	while IFS= read -r _line; do
		_before=$_before$_line$_nl
		case $_line in
			'current '*) _current=${_line#current } ;;
			'version '*) _owner=${_line#version } ;;
		esac
		[ -n "$_owner" ] || continue
		if [ "$_owner" = "$_version" ]; then
			_mine=$_mine$_line$_nl
		elif [ -d "$_opt/$_name-v$_owner" ]; then
			_blocks=$_blocks$_line$_nl
		fi
		case $_owner$_line in "$_current"link\ * | "$_current"to\ *) _current_links=$_current_links$_line$_nl ;; esac
	done <"$_receipt"
}

# Is this very build in its folder, as it was installed?
is_unchanged() {
	[ -n "$_mine" ] && [ -d "$_folder" ] || return 1
	_seen=
	IFS=$_nl
	for _line in $_mine; do
		IFS=$_ifs
		_value=${_line#* }
		case $_line in
			'url '*) case "- $_urls " in "$_sha256"*" $_value "*) _seen=s$_seen ;; esac ;;
			"sha256 $_sha256") [ "$_sha256" = - ] || _seen=s$_seen ;;
			'recipe '*) [ "$_value" = "$_key" ] || return 1 ;;
			'to '*) [ -e "$_value" ] || return 1 ;;
			'sum '*)
				digest "${_value#* }" && [ "$_digest" = "${_value%% *}" ] || return 1
				_seen=${_seen}c
				;;
		esac
	done
	IFS=$_ifs
	case $_seen in s*c) return 0 ;; *) return 1 ;; esac
}

# Sets _links to those that the receipt has for this version.
switch() {
	_links='' _is_new=''
	IFS=$_nl
	for _line in $_mine; do
		case $_line in 'link '* | 'to '*) _links=$_links${_line#* }$_nl ;; esac
	done
	IFS=$_ifs
	case $_current in
		"$_version") say "$_release is already installed" ;;
		*) say "Switching $_name ${_current:+from $_current }to $_version, which is here already" ;;
	esac
}

# ---- Download and verify. Sets _file.

obtain() {
	_url=${_urls%% *} _file=
	case $_format in git | files) return ;; esac
	if [ "$_sha256" = - ] || ! find_summer; then
		obtain_unverified
		return
	fi
	_file=$_cache/$_sha256
	if is_intact "$_file"; then
		say "$_release is in the cache"
		return
	fi
	_part=$_file.part.$$.${_work##*.}
	claim_part
	download resume
	if ! is_intact "$_part"; then
		warn "wrong checksum: expected $_sha256, got $_digest. Downloading once more, from the start"
		# Another URL, if there is one, may have the right file.
		case $_urls in *' '*) _urls="${_urls#* } ${_urls%% *}" ;; esac
		download fresh
		is_intact "$_part" || {
			rm -f "$_part"
			die 65 "wrong checksum again: got $_digest. What $_url sends is not $_release; nothing was installed"
		}
	fi
	ensure mv -f "$_part" "$_file"
	say "Verified sha256 $_sha256"
}

# Nothing known to check it by: never resumed, never kept.
obtain_unverified() {
	find_downloader
	_why='no checksum known' _needed=
	case $_sha256$_downloader$_urls in
		-busybox*https:*) _needed=curl _why="$_why, and this wget trusts everyone" ;;
		-*) ;;
		*) _needed=sha256sum _why='no program here computes a sha256' ;;
	esac
	[ -z "$_needed" ] || [ -n "$_insecure" ] ||
		die 69 "$_release can't be verified: $_why. Get one, or go on with --insecure:$(how_to_get "$_needed")"
	_file=$_work/download _part=$_work/download
	download fresh
	if [ "$_size" != - ] && set -- $(wc -c <"$_file") && [ "$1" != "$_size" ]; then
		die 65 "$_url sent $1 bytes instead of $_size; nothing was installed"
	fi
	warn "$_release is not verified: $_why"
}

# What an earlier run left of this file is ours if nobody writes it: the rename decides.
claim_part() {
	set +f
	set -- "$_file".part.*
	set -f
	for _left; do
		_writer=${_left#"$_file".part.}
		_writer=${_writer%%.*}
		[ -f "$_left" ] && ! kill -0 "$_writer" 2>/dev/null || continue
		mv -f "$_left" "$_part" 2>/dev/null || continue
		return 0
	done
}

# Downloads into _part from the first of _urls that works, in three rounds.
download() {
	find_downloader
	_left_urls=$_urls
	[ "$1" = resume ] || rm -f "$_part"
	for _pause in 1 2 ''; do
		_again=
		for _next in $_left_urls; do
			_url=$_next
			[ "$_part" != "$_file" ] || rm -f "$_part" # unverified: never resumed
			say_download
			"download_$_downloader" && return
			[ $? -ne 2 ] || _again="$_again $_url"
		done
		_left_urls=$_again
		[ -n "$_left_urls" ] && [ -n "$_pause" ] || break
		sleep "$_pause"
	done
	[ -s "$_part" ] || rm -f "$_part"
	check_space "${_part%/*}"
	die 75 "$_release could not be downloaded; try again later"
}

say_download() {
	_host=${_url#*://}
	_verb=Downloading _amount=
	[ ! -s "$_part" ] || _verb=Resuming
	case $_size in
		-) ;;
		???????*) _amount=" ($((_size / 1000000)) MB)" ;;
		*) _amount=" ($((_size / 1000 + 1)) kB)" ;;
	esac
	say "$_verb $_release from ${_host%%/*}$_amount"
}

find_downloader() {
	[ -z "$_downloader" ] || return 0
	# curl as a snap can't write into hidden folders.
	case $(command -v curl) in
		'') ;;
		/snap/*) has wget || _downloader=curl ;;
		*) _downloader=curl ;;
	esac
	[ -z "$_downloader" ] || return 0
	has wget || need curl 'wget or '
	# BusyBox's usage tells whether it was built with time-outs.
	_timeout=
	case $(wget --version 2>&1) in
		*BusyBox*-T\ *) _downloader=busybox _timeout='-T 30' ;;
		*BusyBox* | *oybox*) _downloader=busybox ;;
		*) _downloader=wget ;;
	esac
}

# Downloaders get _url into _part. They return 0, 1 (no use asking this URL again) or 2 (perhaps later).

download_curl() {
	set -- --silent --show-error
	[ -z "$_progress" ] || set -- --progress-bar
	[ ! -s "$_part" ] || set -- "$@" --continue-at -
	# Whoever begins with TLS stays with it, whatever a redirect says.
	case $_url in https:*) set -- "$@" --proto '=https' ;; esac
	_code=$(curl "$@" --fail --location --globoff --connect-timeout 20 --speed-limit 1000 --speed-time 30 \
		--write-out '%{http_code}' --output "$_part" --url "$_url")
	case $? in
		0) [ -e "$_part" ] && return || die 73 "curl wrote elsewhere, as ~/.curlrc tells it" ;;
		22) ;;
		23) cannot_write "$_part" ;;
		33 | 36) rm -f "$_part" && return 2 ;; # this server can't resume
		1 | 3) return 1 ;;
		*) return 2 ;;
	esac
	case $_code in
		416) rm -f "$_part" && return 2 ;;
		408 | 425 | 429 | 5??) return 2 ;;
	esac
	return 1
}

download_wget() {
	set -- --quiet
	[ ! -s "$_part" ] || set -- "$@" --continue
	set -- "$@" --tries=1 --timeout=30 --output-document="$_part" "$_url"
	wget ${_progress:+--show-progress} "$@"
	_status=$?
	# 2: too old for --show-progress.
	[ $_status -ne 2 ] || { wget "$@" && _status=0; }
	case $_status in
		0) return 0 ;;
		3) cannot_write "$_part" ;;
	esac
	warn "wget could not download $_url"
	return 2
}

download_busybox() {
	set -- -q
	[ ! -s "$_part" ] || set -- -q -c
	_limit=
	[ -n "$_timeout" ] || ! can_limit || _limit='timeout 1800'
	$_limit wget "$@" $_timeout -O "$_part" "$_url" && return
	return 2
}

# BusyBox before 1.30 has another syntax.
can_limit() {
	has timeout && timeout 9 true 2>/dev/null
}

# Sets _summer to a command that prints the sha256 of its standard input among other words.
find_summer() {
	[ -n "$_summer" ] || first_of works sha256sum 'shasum -a 256' 'openssl dgst -sha256' 'sha256 -q' 'cksum -a sha256' || return 1
	_summer=${_summer:-$_first}
}

# Sets _first to the first of the commands $2... that test $1 likes.
first_of() {
	_liked=$1
	shift
	for _choice; do
		! "$_liked" "$_choice" || { _first=$_choice && return; }
	done
	return 1
}

works() {
	has "$1" && $1 >/dev/null 2>&1
}

# Sets _digest to the sha256 of file $1.
digest() {
	_digest=
	find_summer && [ -f "$1" ] || return 1
	set -- $($_summer <"$1")
	for _word; do
		[ ${#_word} -ne 64 ] || { _digest=$_word && return; }
	done
	return 1
}

is_intact() {
	digest "$1" && [ "$_digest" = "$_sha256" ]
}

# ---- Unpack.

# Can format $1 be unpacked here? Else sets _missing to the program that could.
can_unpack() {
	_missing='find'
	case $1 in raw | [gx]z | zst | bz2) ;; *) has find || return ;; esac
	case $1 in
		tar*) _missing=tar && has tar || return ;;
		git) _missing=git && has git; return ;;
		7z | msi) _missing=".$1-files-can't-be-unpacked-yet" && return 1 ;;
	esac
	find_expander "$1" && return
	case $1 in tar.* | zip) is_bsdtar ;; *) return 1 ;; esac
}

# Sets _first to the command for format $1 (none for tar and raw), or _missing.
find_expander() {
	_first=
	case $1 in
		*gz) _missing=gzip && first_of has 'gzip -dc' 'gunzip -c' ;;
		*xz) _missing=xz && first_of has 'xz -dc' 'unxz -c' ;;
		*zst) _missing=zstd && first_of has 'zstd -dcq' 'unzstd -cq' ;;
		*bz2) _missing=bzip2 && first_of has 'bzip2 -dc' 'bunzip2 -c' ;;
		zip) _missing=unzip && first_of has unzip bsdtar ;;
		pkg) _missing=pkgutil && first_of has pkgutil ;;
	esac
}

# bsdtar (macOS, FreeBSD) reads compressed tar and zip by itself.
is_bsdtar() {
	[ -n "$_bsdtar" ] || case $(tar --version 2>&1) in *bsdtar*) _bsdtar=yes ;; *) _bsdtar=no ;; esac
	[ "$_bsdtar" = yes ]
}

# Unpacks _file into _root. tar and unzip themselves keep `..`, absolute paths and links from leading out (tested);
# -o: root too owns what it unpacks. Decompressors read standard input: our file names have no suffix. Not -C: GNU tar
# takes a backslash in it for an escape.
unpack() {
	find_expander "$_format" || _first='' # then tar does all by itself
	case $_format in git | files) "unpack_$_format"; return ;; esac
	(
		cd "$_root" || exit
		case $_format${_first:+/}$_first in
			tar*/*)
				# A pipe has the status of its last part: the first leaves a mark. 141, 269: tar had enough.
				{ $_first <"$_file" || case $? in 141 | 269) ;; *) : >"$_work/damaged" ;; esac; } |
					tar -xof - && [ ! -e "$_work/damaged" ]
				;;
			zip/unzip) unzip -qo "$_file" ;;
			zip/bsdtar) bsdtar -xof "$_file" ;;
			tar) tar -xof - <"$_file" ;;
			tar* | zip) tar -xof "$_file" ;;
			pkg*) pkgutil --expand-full "$_file" pkg ;;
			raw | dmg) cp "$_file" "$_root/$_only" ;;
			*) $_first <"$_file" >"$_root/$_only" ;;
		esac
	)
}

unpack_whole() {
	! unpack || return 0
	check_space "$_opt"
	rm -f "$_file"
	die 65 "what was downloaded for $_release is damaged: it can't be unpacked as $_format"
}

# ---- Stage: from the archive to the folder as it will stand. Sets _stage, _links (lines: a link, its target),
# _programs (lines: a command, its file in the stage).

stage() {
	_stage=$_work/stage _root=$_work/unpacked _links='' _programs='' _folders='' _copies=''
	_only=${_commands# }
	_only=${_only%% *}
	ensure mkdir "$_root" "$_stage"
	unpack_whole
	case $_format in
		raw | [gx]z | zst | bz2) _listing=$_root/$_only _tree='' ;;
		*) _only='' && list_files ;;
	esac
	stage_commands
	stage_pages
	[ -z "$_more" ] || stage_more
	if [ -n "$_tree" ]; then
		_links="$_opt/$_name$_nl$_folder$_nl$_links"
		_stage=$_root
		# Root's tar keeps what modes the archive says; others' tar has applied the umask.
		ensure chmod -R u+rwX,go-w,+rX "$_stage"
	else
		copy_staged
	fi
	[ "$_os" != macos ] || ignore xattr -dr com.apple.quarantine "$_stage"
}

# Sets _root to where the tree begins, and _listing to the files that the recipe may mean.
list_files() {
	_types='-type f'
	if [ -n "$_tree" ]; then
		# Links only in trees: elsewhere a file is taken out, and a link may lead anywhere.
		_types='( -type f -o -type l )'
		set +f
		set -- "$_root"/* "$_root"/.[!.]*
		set -f
		# One folder around everything isn't part of the tree.
		[ $# -ne 2 ] || [ ! -d "$1" ] || [ -L "$1" ] || [ -e "$2" ] || _root=$1
	fi
	set --
	IFS=$_nl
	for _line in $_recipe; do
		_value=${_line#* }
		case $_line in
			'command '*)
				set -- "$@" ${1:+-o} -name "${_value%% *}[-_.]*"
				_value=${_value#* }
				;;
			'man '* | 'bash '* | 'zsh '* | 'fish '*) ;;
			*) continue ;;
		esac
		set -- "$@" ${1:+-o} -name "${_value##*/}"
	done
	IFS=$_ifs
	_listing=
	[ $# -eq 0 ] || _listing=$(find "$_root" $_types '(' "$@" ')')
}

stage_commands() {
	IFS=$_nl
	for _line in $_recipe; do
		IFS=$_ifs
		case $_line in 'command '*) ;; *) continue ;; esac
		_value=${_line#* }
		_command=${_value%% *}
		find_command "$_command" "${_value#* }" ||
			die 70 "there is no file ${_value#* } in the $_format of $_release; nothing was changed"
		_ending= # on Windows programs need one, scripts none
		[ -z "$_exe" ] || case $(head -c 2 "$_found") in MZ) _ending=$_exe ;; esac
		if [ -n "$_tree" ]; then
			[ ! -L "$_found" ] || is_inside "$_found" || die 65 "$_command in $_release is a link that leads out of it"
			[ -x "$_found" ] || ensure chmod +x "$_found"
			_staged=$_found _target=$_folder${_found#"$_root"}
		else
			_staged=$_stage/bin/$_command$_ending _target=$_folder/bin/$_command$_ending
			_copies=$_copies$_found$_nl$_staged$_nl
		fi
		_programs="$_programs$_command $_staged$_nl"
		_links=$_links$_bin/$_command$_ending$_nl$_target$_nl
	done
	IFS=$_ifs
}

# Sets _found to the file of command $1, called $2 by the recipe: that name, or its own with a platform.
find_command() {
	[ -z "$_only" ] || { _found=$_listing && return; }
	pick_file "$2" && return
	[ -z "$_exe" ] || { pick_file "$2$_exe" && return; }
	_all=$_listing _listing=
	IFS=$_nl
	for _path in $_all; do
		_leaf=${_path##*/}
		case ${_leaf%.exe} in
			*[-_]"$_version" | *[-_]v"$_version") ;;
			*.[1-9] | *.[a-z][a-z] | *.[a-z][a-z][a-z] | *.bash | *.fish | *.html | *.json | *.yaml | *.sha256*) continue ;;
			*linux* | *darwin* | *macos* | *osx* | *bsd* | *win* | *86* | *amd* | *arm* | *aarch*) ;;
			*) continue ;;
		esac
		_listing=$_listing$_path$_nl
	done
	IFS=$_ifs
	pick_file "$1[-_.]*"
	_listing=$_all
	[ -n "$_found" ]
}

# Sets _found to the file that glob $1 names: in a bin folder, else the least deep.
pick_file() {
	_glob=$1 _found='' _least=1000
	IFS=$_nl
	for _path in $_listing; do
		_below=${_path#"$_root"}
		case $_below in */$_glob) ;; *) continue ;; esac
		[ -f "$_path" ] || continue
		IFS=/
		set -- $_below
		IFS=$_nl
		case $_below in */bin/*) _depth=$# ;; *) _depth=$(($# + 100)) ;; esac
		[ "$_depth" -ge "$_least" ] || _least=$_depth _found=$_path
	done
	IFS=$_ifs
	[ -n "$_found" ]
}

# Does file $1 of the tree lie in it, wherever its links lead?
is_inside() {
	_path=$1 _hops=0
	while [ -L "$_path" ]; do
		_hops=$((_hops + 1))
		_target=$(readlink "$_path") && [ "$_hops" -lt 20 ] || return 1
		case $_target in /*) return 1 ;; esac
		_path=${_path%/*}/$_target
	done
	case $(cd -P "${_path%/*}" 2>/dev/null && pwd -P)/ in "$(cd -P "$_root" && pwd -P)"/*) return 0 ;; esac
	return 1
}

# Man pages and completions: each file that a glob names, to where its reader looks for it.
stage_pages() {
	IFS=$_nl
	for _line in $_recipe; do
		_kind=${_line%% *} _glob=${_line#* }
		case $_kind in man | bash | zsh | fish) ;; *) continue ;; esac
		for _path in $_listing; do
			case ${_path#"$_root"} in */$_glob) stage_page ;; esac
		done
	done
	IFS=$_ifs
}

stage_page() {
	_page=${_path##*/}
	[ "$_kind" = man ] || name_completion
	case $_kind in
		man)
			_chapter=${_page%.gz}
			_chapter=${_chapter##*.}
			case $_chapter in [1-9]*) ;; *) return 0 ;; esac
			_page=man/man${_chapter%"${_chapter#?}"}/$_page
			;;
		bash) _page=bash-completion/completions/$_page ;;
		zsh) _page=zsh/site-functions/_$_page ;;
		fish) _page=fish/vendor_completions.d/$_page.fish ;;
	esac
	# Somebody's own file stays; one of two of a name is enough.
	[ -L "$_share/$_page" ] || [ ! -e "$_share/$_page" ] || return 0
	case $_nl$_links in *"$_nl$_share/$_page$_nl"*) return 0 ;; esac
	if [ -n "$_tree" ]; then
		[ ! -L "$_path" ] || return 0
		_target=$_folder${_path#"$_root"}
	else
		_target=$_folder/share/$_page
		_copies="$_copies$_path$_nl$_stage/share/$_page$_nl"
	fi
	_links="$_links$_share/$_page$_nl$_target$_nl"
}

# Shells look completions up by command: `_rg`, `rg.bash-completion` and `complete.fish` become `rg`.
name_completion() {
	_page=${_page#_}
	_page=${_page%%[-_.]bash*} _page=${_page%%[-_.]zsh*} _page=${_page%%[-_.]fish*}
	_page=${_page%%[-_.]complet*}
	case $_nl$_programs in
		*"$_nl$_page "*) ;;
		*) _page=${_programs%% *} ;;
	esac
}

# Puts the files of _copies (lines: from, to) into the stage.
copy_staged() {
	[ -n "$_copies" ] || return 0
	IFS=$_nl
	set -- $_copies
	_binaries='' _pages=''
	folders_of "${2%/*}" "$@"
	make_folders $_folders
	while [ $# -gt 0 ]; do
		ln "$1" "$2" 2>/dev/null || ensure cp "$1" "$2"
		case $2 in "$_stage/bin/"*) _binaries=$_binaries$2$_nl ;; *) _pages=$_pages$2$_nl ;; esac
		shift 2
	done
	# Without `who` a mode obeys the umask.
	[ -z "$_pages" ] || ensure chmod u=rw,go=,+r $_pages
	[ -z "$_binaries" ] || ensure chmod u=rwx,go=,+rx $_binaries
	IFS=$_ifs
}

# ---- The package's own test, on the stage: nothing in force is touched yet.

run_test() {
	[ -n "$_test" ] || return 0
	set --
	IFS=$_nl
	for _line in $_recipe; do
		case $_line in 'arg '*) set -- "$@" "${_line#arg }" ;; esac
	done
	IFS=$_ifs
	_mark='{version}'
	case $_expect in *"$_mark"*) _expect=${_expect%%"$_mark"*}$_version${_expect#*"$_mark"} ;; esac
	_program=$_nl$_programs
	_program=${_program#*"$_nl$_test "}
	_program=${_program%%"$_nl"*}
	_limit=
	! can_limit || _limit='timeout 60'
	# Siblings are found too: npm needs node.
	_output=$(PATH=${_program%/*}:$PATH $_limit "$_program" "$@" 2>&1)
	_status=$?
	case $_status$_output in 0*"$_expect"*) return 0 ;; esac
	case $_status in
		0) _why="it didn't say \"$_expect\"" ;;
		124) _why="it took over 60 s" ;;
		126 | 127) _why="it can't be started" ;;
		132) _why="this processor lacks instructions that it uses" ;;
		*) _why="status $_status" ;;
	esac
	[ -z "$_output" ] || tell "$_output" | head -n 20 >&2
	die 70 "$_release doesn't work on this machine. Tried \`$_test $*\`: $_why. Nothing was changed"
}

# ---- Publish, one install at a time; each step notes first how it is undone.

# The lock is a link that names its holder.
lock() {
	_tries=0
	until ln -s "$$" "$_opt/.artesian-lock" 2>/dev/null; do
		_holder=$(readlink "$_opt/.artesian-lock" 2>/dev/null)
		[ -n "$_holder" ] || [ "$_tries" -lt 9 ] || cannot_write "$_opt/.artesian-lock"
		_tries=$((_tries + 1))
		# Publishing takes no second: who seems gone for 2, or has had it for 20, holds nothing.
		if [ "$_tries" -gt 100 ] || { [ "$_tries" -gt 10 ] && { [ "$_holder" = $$ ] || ! kill -0 "$_holder"; }; }; then
			rm -f "$_opt/.artesian-lock"
		else
			sleep 0.2 || sleep 1
		fi 2>/dev/null
	done
	_lock=$_opt/.artesian-lock
	read_receipt # somebody may have finished meanwhile
}

publish() {
	_is_new=1
	sum_commands
	describe
	# First the receipt: killed now, the next run knows that the folder is ours.
	note_undo receipt - -
	write_receipt "$_current" "$_mine$_blocks"
	if [ -e "$_folder" ] || [ -L "$_folder" ]; then
		note_undo restore "$_folder" "$_work/replaced"
		ensure mv "$_folder" "$_work/replaced"
	else
		note_undo remove "$_folder" -
	fi
	mv "$_stage" "$_folder" || cannot_write "$_folder"
}

# Sets _sums: what the commands are now.
sum_commands() {
	_sums=
	IFS=$_nl
	for _line in $_programs; do
		IFS=$_ifs
		_path=${_line#* }
		! digest "$_path" || _sums="${_sums}sum $_digest $_folder${_path#"$_stage"}$_nl"
	done
	IFS=$_ifs
}

# Sets _mine to this version's block of the receipt.
describe() {
	_mine="version $_version${_nl}url $_url${_nl}sha256 $_sha256${_nl}recipe $_key${_nl}folder $_folder$_nl"
	case $_file in "$_cache/$_sha256") _mine="${_mine}cache $_file$_nl" ;; esac
	_mine=$_mine$_sums
	IFS=$_nl
	set -- $_links
	IFS=$_ifs
	while [ $# -gt 0 ]; do
		_mine="${_mine}link $1${_nl}to $2$_nl"
		shift 2
	done
}

place_links() {
	IFS=$_nl
	set -- $_links
	folders_of "$@"
	make_folders $_folders
	IFS=$_ifs
	while [ $# -gt 0 ]; do
		place "$1" "$2"
		shift 2
	done
	remove_stale_links
}

# Sets _folders to the folders of every second path.
folders_of() {
	_folders=
	while [ $# -gt 0 ]; do
		case $_nl$_folders in *"$_nl${1%/*}$_nl"*) ;; *) _folders=$_folders${1%/*}$_nl ;; esac
		[ $# -gt 1 ] && shift
		shift
	done
}

# Makes $1 a link to $2, by rename: at no time there is none.
place() {
	if [ -L "$1" ]; then
		_was=$(readlink "$1")
		[ "$_was" != "$2" ] || return 0
		note_undo relink "$1" "$_was"
		case $_was in "$_opt/$_name-v"*) ;; *) show "$1" && say "Replacing $_shown, a link to $_was" ;; esac
	elif [ -e "$1" ]; then
		_moved=$((_moved + 1))
		note_undo restore "$1" "$_work/moved.$_moved"
		ensure mv "$1" "$_work/moved.$_moved"
	else
		note_undo unlink "$1" -
		ln -s "$2" "$1" || cannot_write "$1"
		return 0
	fi
	relink "$1" "$2" || cannot_write "$1"
}

relink() {
	_new_link=${1%/*}/.artesian-new
	rm_link "$_new_link"
	ln -s "$2" "$_new_link" || return 1
	# mv moves *into* what a link leads to, but for -T (GNU, BusyBox) or -h (BSD, macOS).
	if [ -d "$1" ]; then
		mv -fT "$_new_link" "$1" 2>/dev/null || mv -fh "$_new_link" "$1" 2>/dev/null || ln -sfn "$2" "$1"
	else
		mv -f "$_new_link" "$1"
	fi || return 1
	rm_link "$_new_link"
	_new_link=
}

rm_link() {
	[ ! -L "$1" ] || rm -f "$1"
}

# Links of the version before that this one doesn't have.
remove_stale_links() {
	IFS=$_nl
	set -- $_current_links
	IFS=$_ifs
	while [ $# -gt 1 ]; do
		_link=${1#link } _target=${2#to }
		shift 2
		case $_nl$_links in *"$_nl$_link$_nl"*) continue ;; esac
		[ -L "$_link" ] && [ "$(readlink "$_link")" = "$_target" ] || continue
		note_undo relink "$_link" "$_target"
		ignore rm -f "$_link"
	done
}

write_receipt() {
	write_file "$_receipt" "package $_name${_nl}current $1$_nl${2%"$_nl"}" || cannot_write "$_receipt"
}

# From here on this package stays, whatever becomes of the next.
commit() {
	_undo=
	set_path
	rm -f "$_lock"
	_lock=
	[ -z "$_is_new" ] || rm_folder "$_work/unpacked" "$_work/stage" "$_work/replaced" "$_work/download"
}

rm_folder() {
	rm -rf "$@" 2>/dev/null || { ignore chmod -R u+rwx "$@"; ignore rm -rf "$@"; }
}

note_undo() {
	_undo=$1$_nl$2$_nl$3$_nl$_undo
}

clean_up() {
	_status=$?
	[ "$_exit" -ne 0 ] || _exit=$_status
	trap '' HUP INT PIPE TERM
	trap - EXIT
	[ -z "$_new_link" ] || rm_link "$_new_link"
	IFS=$_nl
	set -- $_undo
	IFS=$_ifs
	while [ $# -gt 2 ]; do
		undo "$1" "$2" "$3"
		shift 3
	done
	[ -z "$_lock" ] || rm -f "$_lock"
	[ -z "$_work" ] || rm_folder "$_work"
	exit "$_exit"
}

undo() {
	case $1 in
		unlink) rm_link "$2" ;;
		relink) relink "$2" "$3" ;;
		remove) rm_folder "$2" ;;
		receipt)
			ignore rm -f "$_receipt"
			[ -z "$_before" ] || write_file "$_receipt" "${_before%"$_nl"}"
			;;
		restore)
			[ -e "$3" ] || [ -L "$3" ] || return 0
			rm_folder "$2"
			mv "$3" "$2"
			;;
	esac
}

# ---- PATH: one file for all shells that know sh, one for fish, and a line in each start file.

set_path() {
	[ -z "$_no_path$_is_path_set" ] || return 0
	_is_path_set=1
	set_github_path "$_bin"
	case :$PATH: in *:"$_bin":* | *:"$_bin"/:*) return 0 ;; esac
	write_env || { warn "put $_bin on PATH yourself" && return 0; }
	_how="To find it in this terminal:"
	[ ! -d "$_home" ] || { add_lines && _how="New terminals will find it. For this one:"; }
	write_path_receipt
	refer "$_data"
	case ${SHELL:-} in
		*/fish) say "$_how source \"$_reference/env.fish\"" ;;
		*) say "$_how . \"$_reference/env.sh\"" ;;
	esac
}

set_github_path() {
	[ -f "${GITHUB_PATH:-}" ] && [ -w "$GITHUB_PATH" ] || return 0
	grep -qxF -- "$1" "$GITHUB_PATH" || add_text "$1" "$GITHUB_PATH"
}

write_env() {
	refer "$_share" && _share_reference=$_reference && refer "$_bin" || return 1
	write_file "$_data/env.sh" "# Puts commands that Artesian installed on PATH, once; zsh finds their completions too.
case :\$PATH: in
    *:\"$_reference\":*) ;;
    *) export PATH=\"$_reference:\$PATH\" ;;
esac
[ -z \"\${ZSH_VERSION:-}\" ] || eval 'fpath=(\"$_share_reference/zsh/site-functions\" \$fpath)'" &&
		write_file "$_data/env.fish" "# Puts commands that Artesian installed on PATH, once.
contains -- \"$_reference\" \$PATH; or set -gx PATH \"$_reference\" \$PATH" || return 1
	_made="file $_data/env.sh${_nl}file $_data/env.fish$_nl"
}

# Sets _reference to path $1 for double quotes in sh and fish, by $HOME: such files travel between machines.
refer() {
	_reference=$1
	case $1 in
		*:*) return 1 ;;
		"${_home:-/nowhere}"/*) _reference="\$HOME${1#"$_home"}" ;;
	esac
	case ${_reference#?} in *[\"\'\`\$\\]*) return 1 ;; esac
}

write_file() {
	tell "$2" >"$_work/text" && mv -f "$_work/text" "$1"
}

# The receipt of what serves all packages: _made, added to what it had.
write_path_receipt() {
	[ ! -r "$_data/path" ] || while IFS= read -r _line; do
		case $_nl$_made in *"$_nl$_line$_nl"*) ;; *) _made=$_made$_line$_nl ;; esac
	done <"$_data/path"
	write_file "$_data/path" "${_made%"$_nl"}"
}

# Start files get a line; a login shell without one gets its usual one.
add_lines() {
	_config=$_home/.config
	case ${XDG_CONFIG_HOME:-} in /*) _config=$XDG_CONFIG_HOME ;; esac
	_zsh=${ZDOTDIR:-$_home}/.zshrc _fish=$_config/fish/config.fish
	case ${SHELL:-} in
		*/zsh) set -- "$_zsh" ;;
		*/fish) set -- "$_fish" ;;
		*/bash) set -- "$_home/.profile" "$_home/.bashrc" "$_home/.bash_profile" "$_home/.bash_login" ;;
		*) set -- "$_home/.profile" ;;
	esac
	_usual=$1
	for _start; do [ ! -e "$_start" ] || _usual=; done
	[ "$_usual" != "$_fish" ] || ignore mkdir -p "${_fish%/*}"
	for _start in "$_home/.profile" "$_home/.bashrc" "$_home/.bash_profile" "$_home/.bash_login" \
		"$_zsh" "$_home/.kshrc" "$_home/.mkshrc" "$_fish"; do
		[ ! -e "$_start" ] && [ "$_start" != "$_usual" ] || add_line "$_start"
	done
}

add_line() {
	case $1 in
		*.fish) refer "$_data/$_env.fish" || return 0; _line="test -r \"$_reference\"; and source \"$_reference\" # Artesian" ;;
		*) refer "$_data/$_env.sh" || return 0; _line="[ ! -r \"$_reference\" ] || . \"$_reference\" # Artesian" ;;
	esac
	[ ! -f "$1" ] || ! grep -qF -- "\"$_reference\"" "$1" || return 0
	show "$1"
	if [ -d "$1" ] || { [ -e "$1" ] && [ ! -w "$1" ]; }; then
		warn "can't write $_shown; PATH needs this line there: $_line"
		return 0
	fi
	add_text "$_line" "$1" && say "Added $_bin to PATH in $_shown" && _made="${_made}line $1$_nl"
}

# Adds line $1 to file $2, whose last line may have no end.
add_text() {
	[ ! -s "$2" ] || [ -z "$(tail -c 1 "$2")" ] || echo >>"$2"
	tell "$1" >>"$2"
}

# ---- Last words.

say_ready() {
	_ready=
	for _command in $_commands; do
		show "$_bin/$_command"
		_ready="$_ready $_shown"
		# Another one may come first.
		case :$PATH: in *:"$_bin":*) ;; *) continue ;; esac
		_found=$(command -v "$_command")
		case $_found in
			"$_bin/$_command"*) ;;
			/*) warn "$_found comes before $_bin on PATH" ;;
		esac
	done
	say "${_bold}$_release is ready:$_plain${_ready:- $_folder}"
	[ -z "$_notes" ] || say "${_notes%"$_nl"}"
}

# How to get program $1 on this machine, as a line of its own.
how_to_get() {
	_program=$1
	case $1 in
		.*) printf '%s' "$_nl    $1" && return ;;
		sha256sum | uname | mktemp) _program=coreutils ;;
		find) _program=findutils ;;
		xz) ! has apt-get || _program=xz-utils ;;
	esac
	first_of has 'apt-get install' 'dnf install' 'yum install' 'apk add' 'pacman -S' 'zypper install' 'brew install' \
		'pkg install' || _first='install the package'
	printf '%s' "$_nl    $1: $_first $_program"
}

}
{ main "$@"; exit; }
