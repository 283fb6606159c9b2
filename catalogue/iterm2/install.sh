# A program with windows belongs in /Applications, or in a folder of that name of your own.
folder=/Applications
[ -w "$folder" ] || folder=$HOME/Applications
mkdir -p "$folder"
app=$folder/iTerm.app
rm -rf "$app.before"
[ ! -e "$app" ] || mv "$app" "$app.before"
if ! mv "$WEBI_TMP/iTerm.app" "$app"; then
	[ ! -e "$app.before" ] || mv "$app.before" "$app"
	exit 73
fi
rm -rf "$app.before"
xattr -dr com.apple.quarantine "$app" 2>/dev/null || :
printf '%s\n' "iTerm2 is in $folder" >&2
