# ---- More kinds of package: files that travel here, repositories to clone, links outside of ~/.local, packages that
# others need. Inserted into install.sh where one of them is installed; what it calls and sets is explained there.
# shellcheck shell=sh disable=SC2034,SC2046,SC2086,SC2154,SC2317

# Is this a package that others need, with all its commands here already? Its section is open. If it isn't, and its
# releases are not fetched yet, this is the end.
is_here() {
	case $_section in *"${_nl}needed$_nl"*) ;; *) check_fetched && return 1 ;; esac
	_recipe=${_section#*"${_nl}recipe "}
	_recipe=${_recipe%%"${_nl}recipe "*}
	case $_section in *"${_nl}provides "*) _recipe=$_section ;; esac
	_place=${_prefix:-${HOME:-}/.local}/bin
	_first=
	IFS=$_nl
	for _line in $_recipe; do
		case $_line in 'command '* | 'provides '*) ;; *) continue ;; esac
		_command=${_line#* }
		_first=${_command%% *}
		has "$_first" || [ -x "$_place/$_first" ] || break
		_first=$_first/
	done
	IFS=$_ifs
	case $_first in */) return 0 ;; *) check_fetched && return 1 ;; esac
}

# On systems that a package isn't for, nothing depends on its releases.
check_fetched() {
	case $_section in *"${_nl}unfetched "*) ;; *) return 0 ;; esac
	_line=${_section#*"${_nl}unfetched "}
	set -- ${_line%%"$_nl"*}
	_wanted=$1
	shift
	case " ${*:-$_os} " in
		*" $_os "*) die 75 "$_wanted is not here, and its releases are not fetched yet; try again in a minute" ;;
	esac
}

# Tells what the catalogue says to hosts whose system has no build at all.
say_elsewhere() {
	case $_others in ?*) return 1 ;; esac
	case $_hosts in *" $_os/"*) return 1 ;; esac
	case $_section in *"${_nl}elsewhere "*) ;; *) return 1 ;; esac
	printf '%s' "there is no $_wanted for this machine ($_os $_arch)."
	IFS=$_nl
	for _line in $_section; do
		case $_line in 'elsewhere '*) printf '%s' "$_nl${_line#elsewhere }" ;; esac
	done
	IFS=$_ifs
}

print_more() {
	print_package
	each_link print_link
	case $_section in *"${_nl}piece "*) tell "  run     its install.sh" ;; esac
}

print_link() {
	tell "  link    $_link"
}

install_more() {
	case $_section in
		*"${_nl}piece "*) install_with_piece ;;
		*) install_package ;;
	esac
}

# Calls function $1 for each link outside of ~/.local, its columns in _link and _target_file.
each_link() {
	_links_left=$_nl$_recipe
	while :; do
		case $_links_left in *"${_nl}link "*) ;; *) return 0 ;; esac
		_links_left=${_links_left#*"${_nl}link "}
		_line=${_links_left%%"$_nl"*}
		_links_left=$_nl${_links_left#*"$_nl"}
		_link=${_line%% *} _target_file=${_line#* }
		[ -n "$_home" ] || die 64 "$_name makes links below your home, and HOME is not set"
		_link=$_home/${_link#*/}
		"$1"
	done
}

# What stands in the place of a link stays, unless --force.
refuse_links() {
	each_link refuse_link
}

refuse_link() {
	[ -L "$_link" ] || refuse "$_link"
}

# Prints the text that a record (`file` or `piece`, NUMBER FORM ...) speaks of: octal where it isn't ASCII, which yash
# could not read.
print_text() {
	set -- $1
	eval "_text=\$_text_$2"
	case $3 in
		octal) printf '%b' "$_text" ;;
		*) printf '%s' "$_text" ;;
	esac
}

# Writes the files that travel in this script below _root.
unpack_files() {
	_records=$_section
	while :; do
		case $_records in *"${_nl}file "*) ;; *) return 0 ;; esac
		_records=${_records#*"${_nl}file "}
		_line="file ${_records%%"$_nl"*}"
		_records=$_nl${_records#*"$_nl"}
		_path=${_line#* * * }
		case $_path in */*) ensure mkdir -p "$_root/${_path%/*}" ;; esac
		print_text "$_line" >"$_root/$_path" || return 1
	done
}

# Clones _urls at the release's tag (or the commit itself, where there is none), and compares the commit.
unpack_git() {
	unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_TEMPLATE_DIR GIT_OBJECT_DIRECTORY GIT_COMMON_DIR
	GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=true
	export GIT_TERMINAL_PROMPT GIT_ASKPASS
	_tree=1 # all of it stays
	set -- ${_section#*"${_nl}release $_version "}
	_tag=$1 _commit=${_url##*#}
	for _pause in 1 2 ''; do
		for _next in $_urls; do
			_url=$_next
			_host=${_url#*://}
			say "Cloning $_release from ${_host%%/*}"
			rm_folder "$_root"
			clone "${_url%%#*}" && check_commit && return
		done
		[ -z "$_pause" ] || sleep "$_pause"
	done
	check_space "$_opt"
	die 75 "$_release could not be cloned; try again later"
}

clone() {
	set -- "$1" -c advice.detachedHead=false -c core.hooksPath=/dev/null -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=30
	_from=$1
	shift
	if [ "$_tag" != "$_commit" ]; then
		git "$@" clone --quiet --depth 1 --branch "$_tag" --single-branch -- "$_from" "$_root"
		return
	fi
	git init --quiet "$_root" && git -C "$_root" remote add origin "$_from" || return
	# A server may refuse to send a commit by its name alone; its branches have it.
	git "$@" -C "$_root" fetch --quiet --depth 1 origin "$_commit" 2>/dev/null ||
		git "$@" -C "$_root" fetch --quiet origin || return
	git "$@" -C "$_root" checkout --quiet --detach "$_commit"
}

check_commit() {
	_got=$(git -C "$_root" rev-parse --verify --quiet HEAD)
	case $_url in *#*) ;; *) warn "$_release is not verified: no commit known" && return ;; esac
	[ "$_got" != "$_commit" ] || { say "Verified commit $_commit" && return; }
	die 65 "tag $_tag of ${_url%%#*} is now $_got instead of $_commit; nothing was installed"
}

# Adds the recipe's links to _links, and to _programs what tells later whether the package is as it was.
stage_more() {
	each_link stage_link
	case $_format in
		git) _programs="$_programs- $_root/.git/HEAD$_nl" ;;
		files) stage_sums ;;
		*) [ -n "$_programs" ] || _programs="- $(find "$_root" -type f | head -n 1)$_nl" ;;
	esac
}

stage_link() {
	case $_target_file in
		.) _found=$_root ;;
		*) _found=$_root/$_target_file ;;
	esac
	[ -e "$_found" ] || _found=$_work/unpacked/$_target_file
	[ -e "$_found" ] || die 70 "there is no $_target_file in $_release; nothing was changed"
	if [ -n "$_tree" ]; then
		_target=$_folder${_found#"$_root"}
	else
		_target=$_folder/share/$_target_file
		_copies="$_copies$_found$_nl$_stage/share/$_target_file$_nl"
	fi
	_links="$_links$_link$_nl$_target$_nl"
}

# All files that travel here count, where they are kept.
stage_sums() {
	[ -n "$_tree" ] || return 0
	_listing=$(find "$_root" -type f)
	IFS=$_nl
	for _path in $_listing; do
		case $_nl$_programs in *" $_path$_nl"*) ;; *) _programs="$_programs- $_path$_nl" ;; esac
	done
	IFS=$_ifs
}
