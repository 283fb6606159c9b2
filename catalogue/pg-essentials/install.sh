# Each of its scripts is a command; their names begin with pg- or psql-.
# shellcheck shell=sh disable=SC2034,SC2154
pkg_no_exec=true
pkg_install() {
	rm -rf "$pkg_src_dir"
	mkdir -p "${pkg_src_dir%/*}"
	mv "$WEBI_TMP/$WEBI_PKG_PATHNAME" "$pkg_src_dir"
}

pkg_post_install() {
	mkdir -p "$WEBI_HOME/bin"
	for script in "$pkg_src_dir"/pg-* "$pkg_src_dir"/psql-*; do
		[ -f "$script" ] || continue
		chmod a+x "$script"
		ln -sf "$script" "$WEBI_HOME/bin/${script##*/}"
	done
	webi_path_add "$WEBI_HOME/bin"
}
