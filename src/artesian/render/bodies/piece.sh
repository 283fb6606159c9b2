# ---- Pieces: what a package's own install.sh does. It travels as a quoted text and is run in a subshell with
# `set -eu`, with the names that pieces written for Webi know (WEBI_*, PKG_*, pkg_*, webi_*, fn_*, t_*). Whatever is
# downloaded for the package itself is verified and unpacked before. A piece may define any function: after its start
# nothing of install.sh is called any more in that subshell, only what begins with webi_ or artesian_.
# shellcheck shell=sh disable=SC2015,SC2034,SC2046,SC2086,SC2120,SC2154,SC2317

install_with_piece() {
	_url=''
	_record=${_section#*"${_nl}piece "}
	_record="piece ${_record%%"$_nl"*}"
	[ -n "$_home" ] || die 64 "the install.sh of $_name needs HOME, which is not set"
	# The mark at its end tells that all of it was read: a shell whose locale lacks a character stops there.
	_piece=$(print_text "$_record")
	case $_piece in
		*"$_nl#.") ;;
		*) die 69 "this shell can't read the install.sh of $_name in its locale; set LC_ALL=C.UTF-8 and try again" ;;
	esac
	case $_record in
		*' after '*)
			put_in_place
			# Others need not wait for a piece.
			[ -z "$_lock" ] || rm -f "$_lock"
			_lock=
			make_piece_folders
			run_piece
			;;
		*)
			_key="$_key$_record; "
			read_receipt
			if [ -n "$_force" ] || ! is_unchanged; then
				install_by_piece
				return
			fi
			lock
			switch
			place_links
			;;
	esac
	finish
}

# The piece does it all, with what was downloaded and unpacked for it.
install_by_piece() {
	_is_new=1 _links=''
	[ "$_bin" = "$_home/.local/bin" ] || warn "the install.sh of $_name may install into ~/.local all the same"
	make_piece_folders
	fetch_for_piece
	list_places
	_places_before=$_places
	run_piece
	list_places
	describe_places
	note_undo receipt - -
	write_receipt "$_version" "$_mine$_blocks"
	commit
	rm_folder "$_webi_tmp" "$_webi_downloads"
	say "${_bold}$_release is ready$_plain"
	[ -z "$_notes" ] || say "${_notes%"$_nl"}"
}

make_piece_folders() {
	_webi_tmp=$_work/webi.$_name _webi_downloads=$_work/downloads.$_name
	ensure mkdir "$_webi_tmp" "$_webi_downloads"
	# Webi keeps its downloads there, so that its scripts count on the folder.
	case $_piece in *WEBI_HOST/packages/*) ignore mkdir -p "$_home/Downloads" ;; esac
	: >"$_work/told"
	_file_name='' _file_path=''
}

# Downloads, verifies and unpacks the package, if it is any. Sets _file_name and _file_path.
fetch_for_piece() {
	_file=''
	case $_format in
		files) _url='' && return ;;
		git) _url=${_urls%% *} ;;
		*) obtain ;;
	esac
	name_file
	_root=$_webi_tmp _only=$_file_name
	case $_format in
		git) _root=$_webi_tmp/$_file_name ;;
		gz | zst | bz2) _only=${_file_name%."$_format"} ;;
	esac
	unpack_whole
	[ -n "$_file" ] || return 0
	ln "$_file" "$_file_path" 2>/dev/null || ensure cp "$_file" "$_file_path"
}

# The URL's own name for the file, where the table has no other.
name_file() {
	_file_name=${_url%%[?#]*}
	_file_name=${_file_name##*/}
	case $_format in git) _file_name=${_file_name%.git}-v$_version ;; esac
	case $_section in
		*"${_nl}asset $_url "*)
			_file_name=${_section#*"${_nl}asset $_url "}
			_file_name=${_file_name%%"$_nl"*}
			;;
	esac
	_file_path=$_webi_downloads/$_file_name
}

# Sets _places to what is in ~/.local/bin and ~/.local/opt, a line each: a path, and where it leads.
list_places() {
	_places=
	set +f
	set -- "$_bin"/* "$_opt"/*
	set -f
	for _path; do
		if [ -L "$_path" ]; then
			_places="$_places$_path$_tab$(readlink "$_path")$_nl"
		elif [ -e "$_path" ]; then
			_places=$_places$_path$_nl
		fi
	done
}

# Sets _mine to this version's block of the receipt, by what is there now and wasn't before.
describe_places() {
	_mine="version $_version${_nl}url $_url${_nl}sha256 $_sha256${_nl}recipe $_key$_nl"
	case $_file in "$_cache/$_sha256") _mine="${_mine}cache $_file$_nl" ;; esac
	IFS=$_nl
	for _line in $_places; do
		case $_nl$_places_before in *"$_nl$_line$_nl"*) continue ;; esac
		_path=${_line%%"$_tab"*}
		is_others "$_path" || case $_line in
			*"$_tab"*)
				_mine="${_mine}link $_path${_nl}to ${_line#*"$_tab"}$_nl"
				! digest "${_line#*"$_tab"}" || _mine="${_mine}sum $_digest ${_line#*"$_tab"}$_nl"
				;;
			*) [ -d "$_path" ] && _mine="${_mine}folder $_path$_nl" || _mine="${_mine}file $_path$_nl" ;;
		esac
	done
	IFS=$_ifs
	while IFS= read -r _line; do
		case $_line in
			'command '*) ! digest "${_line#command }" || _mine="${_mine}sum $_digest ${_line#command }$_nl" ;;
		esac
	done <"$_work/told"
}

# Is path $1 in the receipt of another package, which the piece has installed?
is_others() {
	set +f
	_others=$(grep -lxF -e "link $1" -e "folder $1" "$_data"/receipts/* 2>/dev/null)
	set -f
	case $_others in '' | "$_receipt") return 1 ;; esac
}

# Runs _piece. Nothing here stands in an `if`, `&&` or `||`: there `set -e` would be void.
run_piece() {
	say "Running the install.sh of $_release"
	find_summer || _summer=
	write_webi
	(
		webi_set_names
		webi_forget
		set +f
		set -eu
		webi_read
		webi_run
	)
	_status=$?
	rm_webi
	case $_status in
		0) ;;
		65 | 69 | 73 | 74 | 75 | 77) die "$_status" "the install.sh of $_name could not do its work (status $_status)" ;;
		*) die 70 "the install.sh of $_name failed (status $_status). What it had made until then stays; run this again to go on" ;;
	esac
	add_paths
}

# Pieces call `webi PACKAGE`, also as ~/.local/bin/webi. Where there is none, one of few lines takes its place for as
# long as the piece runs.
write_webi() {
	_webi=
	[ -e "$_home/.local/bin/webi" ] && return
	[ ! -L "$_home/.local/bin/webi" ] || return 0
	_webi=$_home/.local/bin/webi
	make_folders "$_home/.local/bin"
	# shellcheck disable=SC2016
	write_file "$_work/webi" '#!/bin/sh
# Stands in for the client of the server that this install came from.
[ -n "${WEBI_HOST:-}" ] || {
	echo "error: no webi is installed, and the server is not known: set WEBI_HOST to its URL" >&2
	exit 69
}
for package; do
	script=$(mktemp "${WEBI_TMP:-${TMPDIR:-/tmp}}/webi.XXXXXX") || exit 73
	if command -v curl >/dev/null; then
		case $WEBI_HOST in https:*) only==https ;; *) only==http,https ;; esac
		curl -fsSL --proto "$only" -A "curl webi" -o "$script" "$WEBI_HOST/$package"
	else
		case ${ARTESIAN_INSECURE:-$WEBI_HOST$(wget --version 2>&1)} in
			https:*BusyBox*)
				echo "error: the wget of BusyBox trusts everyone; get curl, or go on with --insecure" >&2
				exit 69
				;;
		esac
		wget -q -U "wget webi" -O "$script" "$WEBI_HOST/$package"
	fi || exit 75
	sh "$script" || exit
	rm -f "$script"
done'
	ensure chmod +x "$_work/webi"
	note_undo unlink "$_webi" -
	ln -s "$_work/webi" "$_webi" || cannot_write "$_webi"
}

rm_webi() {
	[ -z "$_webi" ] || [ "$(readlink "$_webi")" != "$_work/webi" ] || rm -f "$_webi"
}

# Puts folders that the piece named on PATH, for new shells: a file of their own, since the one of ~/.local/bin is
# written anew by every install.
add_paths() {
	_paths='' _made='' _any=''
	while IFS= read -r _line; do
		case $_line in "path $_bin" | "path $_home/.local/bin") ;; 'path '*) _paths=$_paths${_line#path }$_nl ;; esac
	done <"$_work/told"
	[ -z "$_no_path" ] && [ -n "$_paths" ] || return 0
	_sh='# Puts folders that packages named on PATH, each once.' _fish=$_sh
	[ ! -r "$_data/paths.sh" ] || _sh=$(cat "$_data/paths.sh")
	[ ! -r "$_data/paths.fish" ] || _fish=$(cat "$_data/paths.fish")
	IFS=$_nl
	for _path in $_paths; do
		IFS=$_ifs
		set_github_path "$_path"
		refer "$_path" || { warn "put $_path on PATH yourself" && continue; }
		_any=1
		case $_sh in *"\"$_reference\""*) continue ;; esac
		_sh="$_sh${_nl}case :\$PATH: in *:\"$_reference\":*) ;; *) export PATH=\"$_reference:\$PATH\" ;; esac"
		_fish="$_fish${_nl}contains -- \"$_reference\" \$PATH; or set -gx PATH \"$_reference\" \$PATH"
	done
	IFS=$_ifs
	[ -n "$_any" ] || return 0
	write_file "$_data/paths.sh" "$_sh" && write_file "$_data/paths.fish" "$_fish" || cannot_write "$_data/paths.sh"
	_made="file $_data/paths.sh${_nl}file $_data/paths.fish$_nl"
	_env=paths
	add_lines
	_env='env'
	write_path_receipt
	refer "$_data/paths.sh"
	say "New terminals will find more commands. For this one: . \"$_reference\""
}

# ---- What a piece knows. From here on nothing calls the functions above.

# The variables of Webi's installers, in its words for systems, processors and formats.
# shellcheck disable=SC2034
webi_set_names() {
	set -- ${_section#*"${_nl}release $_version "}
	WEBI_GIT_TAG=${1:-} WEBI_GIT_BRANCH=${1:-} WEBI_CHANNEL=${2:-stable} _lts=${3:--} _date=${4:--}
	WEBI_LTS=false
	[ "$_lts" = - ] || WEBI_LTS=true
	PKG_NAME=$_name WEBI_VERSION=$_version
	WEBI_TAG=${_section#"$_nl"}
	WEBI_TAG=${WEBI_TAG%%"$_nl"*}
	[ "$WEBI_TAG" != - ] || WEBI_TAG=stable
	WEBI_PKG=$_name@$WEBI_TAG
	WEBI_HOST=${WEBI_HOST:-$_server}
	PKG_STABLE=$_version PKG_LATEST=$_version
	webi_set_parts
	webi_set_host
	case $_format in
		raw) WEBI_EXT=exe ;;
		files) WEBI_EXT=err ;;
		*) WEBI_EXT=$_format ;;
	esac
	WEBI_PKG_URL=${_url%%#*} WEBI_PKG_FILE=$_file_name WEBI_PKG_PATHNAME=$_file_name
	WEBI_PKG_PATH=$_webi_downloads WEBI_PKG_DOWNLOAD=$_file_path
	WEBI_RELEASES="$WEBI_HOST/api/releases/$WEBI_PKG.tab?os=$WEBI_OS&arch=$WEBI_ARCH&libc=$WEBI_LIBC&formats=$WEBI_FORMATS&pretty=true"
	WEBI_CSV="$_version,$_lts,$WEBI_CHANNEL,$_date,$WEBI_OS,$WEBI_ARCH,$WEBI_EXT,-,$WEBI_PKG_URL,$WEBI_PKG_FILE,"
	WEBI_TMP=$_webi_tmp
	WEBI_HOME=$_home/.local WEBI_TIMESTAMP=$(date +%s 2>/dev/null)
	WEBI_CHECKSUM=00000000 WEBI_CURRENT=${WEBI_CURRENT:-} WEBI_WELCOME=shown WEBI_TTY=${WEBI_TTY:-}
	! [ -t 1 ] || ! [ -t 2 ] || WEBI_TTY='tty'
	WEBI_CURL=$(command -v curl) WEBI_WGET=$(command -v wget)
	_WEBI_PARENT=${_WEBI_PARENT:-} _WEBI_CHILD=${_WEBI_CHILD:-}
	PATH=$_home/.local/bin:$PATH
	export WEBI_PKG WEBI_HOST WEBI_CHECKSUM WEBI_HOME WEBI_CURL WEBI_WGET WEBI_TIMESTAMP WEBI_TMP WEBI_UA WEBI_WELCOME
	export WEBI_CURRENT WEBI_TTY PATH _webi_tmp
	# For packages that the piece installs.
	ARTESIAN_NO_PATH=$_no_path ARTESIAN_INSECURE=$_insecure ARTESIAN_QUIET=$_quiet
	export ARTESIAN_NO_PATH ARTESIAN_INSECURE ARTESIAN_QUIET
	_webi_told=$_work/told _webi_force=$_force _webi_quiet=$_quiet _webi_summer=$_summer
	_webi_here=$PWD _webi_os=$_os
}

# 1.2.3-rc1+b: 1, 2, 3, rc1+b.
# shellcheck disable=SC2034
webi_set_parts() {
	WEBI_BUILD='' WEBI_MINOR=0 WEBI_PATCH=0
	case $_version in *[-+]*) WEBI_BUILD=${_version#*[-+]} ;; esac
	set -- "${_version%%[-+]*}"
	WEBI_MAJOR=${1%%.*}
	case $1 in *.*) set -- "${1#*.}" && WEBI_MINOR=${1%%.*} ;; *) return 0 ;; esac
	case $1 in *.*) WEBI_PATCH=${1#*.} ;; esac
}

webi_set_host() {
	WEBI_OS=$(webi_word "$_os") WEBI_ARCH=$(webi_word "$_arch") WEBI_LIBC=$(webi_word "$_libc")
	WEBI_UA="$(uname -m)/unknown $(uname -s)/$(uname -r) $WEBI_LIBC"
	WEBI_FORMATS=tar,exe
	for _program in unzip:zip unxz:xz unzstd:zst git:git pkgutil:pkg; do
		! has "${_program%:*}" || WEBI_FORMATS=$WEBI_FORMATS,${_program#*:}
	done
	WEBI_FORMATS=$WEBI_FORMATS,dmg
	PKG_OSES='' PKG_ARCHES='' PKG_LIBCS='' PKG_FORMATS=''
	IFS=$_nl
	for _line in $_section; do
		IFS=$_ifs
		set -- $_line
		case ${1:-} in
			host)
				webi_add "$PKG_OSES" "$(webi_word "$2")" && PKG_OSES=$_list
				webi_add "$PKG_ARCHES" "$(webi_word "$3")" && PKG_ARCHES=$_list
				webi_add "$PKG_LIBCS" "$(webi_word "$5")" && PKG_LIBCS=$_list
				;;
			build) webi_add "$PKG_FORMATS" "$4" && PKG_FORMATS=$_list ;;
		esac
	done
	IFS=$_ifs
}

# Sets _list to list $1 with word $2 in it.
webi_add() {
	case " $1 " in *" $2 "*) _list=$1 ;; *) _list="$1${1:+ }$2" ;; esac
}

webi_word() {
	case $1 in
		macos) echo darwin ;;
		amd64) echo x86_64 ;;
		arm64) echo aarch64 ;;
		none | -) echo libc ;;
		*) echo "$1" ;;
	esac
}

# What a piece may define must not come from elsewhere.
webi_forget() {
	unset pkg_cmd_name pkg_src pkg_src_cmd pkg_src_dir pkg_src_bin pkg_dst pkg_dst_cmd pkg_dst_dir pkg_dst_bin
	unset pkg_no_exec WEBI_SINGLE
	unset -f pkg_install pkg_link pkg_pre_install pkg_post_install pkg_done_message pkg_format_cmd_version 2>/dev/null || :
}

# A function, so that a `return` of the piece's ends no more than the piece.
webi_read() {
	eval "$_piece$_nl:"
}

# The steps of an install, if the piece defines any of it: else it has done its work already.
webi_run() {
	webi_is_install || return 0
	webi_set_places
	cd "$WEBI_TMP"
	webi_call pre_install
	[ -z "$_webi_force" ] || webi_rm_version
	if [ -n "$pkg_no_exec" ] || [ ! -e "$pkg_src_cmd" ]; then
		webi_step install
		[ -n "$pkg_no_exec" ] || [ ! -f "$pkg_src_cmd" ] || chmod a+x "$pkg_src_cmd"
	else
		webi_say "Found $(fn_sub_home "$pkg_src_cmd") (remove it to install it again)"
	fi
	webi_finish
}

webi_is_install() {
	case ${WEBI_SINGLE-}${pkg_cmd_name-}${pkg_src-}${pkg_src_cmd-}${pkg_src_dir-}${pkg_dst-}${pkg_dst_cmd-}${pkg_dst_dir-} in
		?*) return 0 ;;
	esac
	for webi_name in pre_install install link post_install done_message format_cmd_version; do
		! webi_has "pkg_$webi_name" || return 0
	done
	return 1
}

# Calls pkg_$1 of the piece, else our own.
webi_call() {
	if webi_has "pkg_$1"; then "pkg_$1"; else "webi_$1"; fi
}

# The same in a shell of its own, where the package was unpacked: what the piece sets or exits from is over then.
webi_step() {
	(
		cd "$WEBI_TMP"
		webi_call "$1"
	)
}

webi_finish() {
	cd "$_webi_here"
	[ -e "$pkg_src" ] || webi_fail 70 "the install left no $(fn_sub_home "$pkg_src") behind"
	[ -n "$pkg_no_exec" ] || webi_call link
	[ -z "$WEBI_SINGLE" ] || [ -f "$pkg_dst_cmd" ] || webi_fail 70 "the install left no command $(fn_sub_home "$pkg_dst_cmd") behind"
	[ "$_webi_os" != macos ] || xattr -r -d com.apple.quarantine "$pkg_src" 2>/dev/null || :
	webi_step post_install
	[ ! -f "$pkg_src_cmd" ] || printf '%s\n' "command $pkg_src_cmd" >>"$_webi_told"
	webi_step done_message
}

# What the piece left open. WEBI_SINGLE: one command, linked into ~/.local/bin; else a folder, linked in ~/.local/opt;
# pkg_no_exec: a folder that lies where it is used.
# shellcheck disable=SC2034
webi_set_places() {
	: "${WEBI_SINGLE=}" "${pkg_no_exec=}" "${pkg_cmd_name:=$PKG_NAME}"
	webi_folder=$WEBI_HOME/opt/$pkg_cmd_name-v$WEBI_VERSION
	if [ -n "$pkg_no_exec" ] && [ -n "${pkg_dst-}" ]; then
		pkg_src=$pkg_dst pkg_src_cmd=$pkg_dst pkg_dst_cmd=$pkg_dst
	elif [ -n "$WEBI_SINGLE" ]; then
		pkg_src=${pkg_src_cmd:=$webi_folder/bin/$pkg_cmd_name}
		pkg_dst=${pkg_dst_cmd:=$WEBI_HOME/bin/$pkg_cmd_name}
	else
		: "${pkg_src:=$webi_folder}" "${pkg_dst:=$WEBI_HOME/opt/$pkg_cmd_name}"
		: "${pkg_src_cmd:=$pkg_src/bin/$pkg_cmd_name}" "${pkg_dst_cmd:=$pkg_dst/bin/$pkg_cmd_name}"
	fi
	pkg_src_bin=${pkg_src_cmd%/*} pkg_dst_bin=${pkg_dst_cmd%/*}
	: "${pkg_src_dir:=$webi_folder}" "${pkg_dst_dir:=$pkg_dst_bin}"
}

# --force: a version that is there gives way, if it lies where versions lie.
webi_rm_version() {
	case $pkg_src_dir in "$WEBI_HOME/opt/"*"-v$WEBI_VERSION") rm -rf "$pkg_src_dir" ;; esac
}

webi_has() {
	command -v "$1" >/dev/null 2>&1
}

webi_say() {
	[ -n "$_webi_quiet" ] || printf '%s\n' "$1" >&2
}

# Says what went wrong, and ends the piece with status $1.
webi_fail() {
	printf '%s\n' "error: $2" >&2
	exit "$1"
}

webi_pre_install() {
	webi_check_installed
	webi_check_available
	if [ -n "$WEBI_PKG_FILE" ]; then
		webi_download ''
		webi_extract
	fi
}

# This version is there already: it is linked, and that's all.
webi_check_installed() {
	[ -z "$_webi_force" ] && [ -x "$pkg_src_cmd" ] && [ -f "$pkg_src_cmd" ] || return 0
	webi_say "$pkg_cmd_name v$WEBI_VERSION is here already: $(fn_sub_home "$pkg_src_cmd")"
	webi_finish
	exit 0
}

webi_check_available() {
	[ "$WEBI_CHANNEL" != error ] || webi_fail 69 "there is no release of $WEBI_PKG for $WEBI_OS on $WEBI_ARCH"
}

webi_check() {
	webi_check_installed
	webi_check_available
}

# Without an argument: the package itself, which is here, verified. Else URL $1 into file $2, which nobody verifies; what
# is there already stays, for somebody may have changed it.
webi_download() {
	case ${1-} in
		'' | "$WEBI_PKG_URL")
			[ -n "$WEBI_PKG_FILE" ] || webi_fail 69 "$WEBI_PKG has nothing to download"
			[ -z "${2-}" ] || [ "$2" = "$WEBI_PKG_DOWNLOAD" ] || cp "$WEBI_PKG_DOWNLOAD" "$2"
			return
			;;
	esac
	export WEBI_PKG_DOWNLOAD="${2:-$WEBI_PKG_PATH/${1##*/}}"
	if [ -e "$WEBI_PKG_DOWNLOAD" ]; then
		webi_say "Found $(fn_sub_home "$WEBI_PKG_DOWNLOAD")"
	else
		fn_download_to_path "$1" "$WEBI_PKG_DOWNLOAD"
	fi
}

# The package is unpacked in WEBI_TMP since it was verified.
webi_extract() {
	cd "$WEBI_TMP"
}

# Without an argument: the package itself, which is here. Else repository $1 (tag $3) into folder $2.
webi_git_clone() {
	[ -n "${1-}" ] && [ "$1" != "$WEBI_PKG_URL" ] || return 0
	webi_has git || webi_fail 69 "git is needed"
	webi_folder=${2:-${1##*/}}
	webi_folder=${webi_folder%.git}
	[ ! -e "$webi_folder" ] || return 0
	set -- clone --config advice.detachedHead=false --quiet --depth=1 --single-branch "$1" "$webi_folder.part" ${3:+--branch "$3"}
	git "$@" </dev/null || webi_fail 75 "$1 could not be cloned"
	mv "$webi_folder.part" "$webi_folder"
}

# What was unpacked, to where this version lies.
webi_install() {
	if [ -n "$WEBI_SINGLE" ]; then
		webi_found=
		for webi_file in ./"$pkg_cmd_name" ./"$pkg_cmd_name"* ./*/"$pkg_cmd_name" ./*/bin/"$pkg_cmd_name"; do
			[ -z "$webi_found" ] && [ -f "$webi_file" ] && webi_found=$webi_file || :
		done
		[ -n "$webi_found" ] || webi_fail 70 "there is no $pkg_cmd_name in $WEBI_PKG_FILE"
		mkdir -p "${pkg_src_cmd%/*}"
		mv "$webi_found" "$pkg_src_cmd"
		return
	fi
	webi_found=
	for webi_file in ./"$pkg_cmd_name"*/ ./*/; do
		[ -z "$webi_found" ] && [ -d "$webi_file" ] && webi_found=${webi_file%/} || :
	done
	[ -n "$webi_found" ] || webi_fail 70 "there is no folder in $WEBI_PKG_FILE"
	rm -rf "$pkg_src"
	mkdir -p "${pkg_src%/*}"
	mv "$webi_found" "$pkg_src"
}

# Makes pkg_dst a link to pkg_src, by rename. What isn't a link stays, unless --force.
webi_link() {
	[ "$pkg_src" != "$pkg_dst" ] || return 0
	if [ ! -L "$pkg_dst" ] && [ -e "$pkg_dst" ]; then
		[ -n "$_webi_force" ] || webi_fail 73 "$pkg_dst exists and is no link. Move it away, or replace it with --force"
		rm -rf "$pkg_dst"
	fi
	mkdir -p "${pkg_dst%/*}"
	rm -f "$pkg_dst.new"
	ln -s "$pkg_src" "$pkg_dst.new"
	if [ -d "$pkg_dst" ]; then
		mv -fT "$pkg_dst.new" "$pkg_dst" 2>/dev/null || mv -fh "$pkg_dst.new" "$pkg_dst" 2>/dev/null || ln -sfn "$pkg_src" "$pkg_dst"
	else
		mv -f "$pkg_dst.new" "$pkg_dst"
	fi
	rm -f "$pkg_dst.new"
}

webi_post_install() {
	[ -n "${pkg_no_exec-}" ] || webi_path_add "${pkg_dst_cmd%/*}"
}

# Puts folder $1 on PATH: now here, and after the piece for new shells. Its home may be written as shells do.
webi_path_add() {
	# shellcheck disable=SC2016
	case $1 in
		'$HOME/'* | '${HOME}/'* | [~]/*) set -- "$HOME/${1#*/}" ;;
	esac
	printf '%s\n' "path $1" >>"$_webi_told"
	case :$PATH: in *:"$1":*) ;; *) PATH=$1:$PATH ;; esac
}

webi_done_message() {
	webi_say "Installed $pkg_cmd_name v$WEBI_VERSION as $(fn_sub_home "$pkg_dst")"
}

# ---- What pieces call besides.

fn_sub_home() {
	case $1 in
		"$HOME"/*) printf '%s\n' "~${1#"$HOME"}" ;;
		*) printf '%s\n' "$1" ;;
	esac
}

# Downloads URL $1 into file $2.
fn_download_to_path() {
	webi_say "Downloading $1 (nobody verifies this one)"
	mkdir -p "$(dirname "$2")"
	if webi_has curl; then
		# Whoever begins with TLS stays with it, whatever a redirect says.
		case $1 in https:*) webi_only='=https' ;; *) webi_only='=http,https' ;; esac
		curl -fsSL --proto "$webi_only" -A "curl $WEBI_UA" -o "$2.part" "$1" </dev/null || webi_fail 75 "$1 could not be downloaded"
	else
		case ${ARTESIAN_INSECURE:-$1$(wget --version 2>&1)} in
			https:*BusyBox*) webi_fail 69 "the wget of BusyBox trusts everyone; get curl, or go on with --insecure" ;;
		esac
		wget -q -U "wget $WEBI_UA" -O "$2.part" "$1" </dev/null || webi_fail 75 "$1 could not be downloaded"
	fi
	mv -f "$2.part" "$2"
}

# May commands $2 be run by $1 (sudo, or nothing)? Asks at a terminal; without one, yes.
fn_polite_sudo() {
	[ -n "${1-}" ] && [ -n "${WEBI_TTY-}" ] && [ -r /dev/tty ] || return 0
	printf '%s' "Use $1 for: ${2-} [Y/n] " >/dev/tty
	read -r webi_answer </dev/tty || return 0
	case $webi_answer in [nN]*) return 1 ;; esac
}

# Downloads an upstream's own install script, says what it is, and runs it with the arguments after the URL.
artesian_run_script() {
	artesian_file=$WEBI_TMP/script artesian_url=$1 artesian_sum=
	shift
	fn_download_to_path "$artesian_url" "$artesian_file"
	if [ -n "$_webi_summer" ]; then artesian_sum=$($_webi_summer <"$artesian_file"); fi
	for artesian_word in $artesian_sum; do
		[ ${#artesian_word} -ne 64 ] || artesian_sum=$artesian_word
	done
	printf '%s\n' "Running $artesian_url" "    sha256 ${artesian_sum:-unknown}" \
		"    not verified: nobody publishes a checksum of it, so it is trusted as its server is" >&2
	artesian_shell='sh'
	read -r artesian_line <"$artesian_file" || :
	case $artesian_line in '#!'*bash*) artesian_shell=bash ;; '#!'*zsh*) artesian_shell=zsh ;; esac
	webi_has "$artesian_shell" || webi_fail 69 "$artesian_url needs $artesian_shell"
	"$artesian_shell" "$artesian_file" "$@" </dev/null
}

# Has Vim read ~/.vim/plugins/$1 at its start, at the end of its start file or, with `first`, at the beginning: one line,
# added once. Without a start file Vim reads defaults.vim, so a new one begins with these.
artesian_vimrc() {
	artesian_file=$HOME/.vimrc
	[ -e "$artesian_file" ] || [ ! -e "$HOME/.vim/vimrc" ] || artesian_file=$HOME/.vim/vimrc
	artesian_line="source ~/.vim/plugins/$1"
	! grep -qsF -- "$artesian_line" "$artesian_file" || return 0
	[ -e "$artesian_file" ] || printf '%s\n' "silent! source \$VIMRUNTIME/defaults.vim" >"$artesian_file"
	# `silent!`, for the settings may be removed some day.
	{
		[ "${2-}" != first ] || printf 'silent! %s\n' "$artesian_line"
		cat "$artesian_file"
		[ -z "$(tail -c 1 "$artesian_file")" ] || echo
		[ "${2-}" = first ] || printf 'silent! %s\n' "$artesian_line"
	} >"$WEBI_TMP/vimrc"
	# Written into it and not renamed onto it: it may be a link to a file kept elsewhere.
	cat "$WEBI_TMP/vimrc" >"$artesian_file"
	webi_say "Added to $(fn_sub_home "$artesian_file"): $artesian_line"
}

# Texts for a terminal; in colour where WEBI_TTY says so.
webi_paint() {
	case ${WEBI_TTY-}${NO_COLOR-} in
		tty) printf '\033[%sm%s\033[0m' "$1" "$2" ;;
		*) printf '%s' "$2" ;;
	esac
}

t_attn() { webi_paint '1;33' "$*"; }
t_bold() { webi_paint 1 "$*"; }
t_cmd() { webi_paint 32 "$*"; }
t_dim() { webi_paint 2 "$*"; }
t_cyan() { webi_paint 36 "$*"; }
t_em() { webi_paint 3 "$*"; }
t_err() { webi_paint 31 "$*"; }
t_host() { webi_paint 36 "$*"; }
t_info() { webi_paint 36 "$*"; }
t_link() { webi_paint '4;36' "$*"; }
t_magenta() { webi_paint 35 "$*"; }
t_path() { webi_paint 36 "$*"; }
t_pkg() { webi_paint '1;32' "$*"; }
t_strong() { webi_paint 1 "$*"; }
t_task() { webi_paint 36 "$*"; }
t_under() { webi_paint 4 "$*"; }
t_url() { webi_paint '4;36' "$*"; }
t_ver() { webi_paint 35 "$*"; }
t_warn() { webi_paint 33 "$*"; }
t_green() { webi_paint 32 "$*"; }
t_red() { webi_paint 31 "$*"; }
t_yellow() { webi_paint 33 "$*"; }
