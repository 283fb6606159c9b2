# The command comes from the server that this installer came from.
webi_download "$WEBI_HOST/packages/webi/webi.sh" "$WEBI_TMP/webi"
chmod u=rwx,go=rx "$WEBI_TMP/webi"
mkdir -p "$WEBI_HOME/bin"
mv -f "$WEBI_TMP/webi" "$WEBI_HOME/bin/webi"
webi_path_add "$WEBI_HOME/bin"
