# Builds the tools by Go itself, which checks what it fetches against its public record of checksums.
failed=''
for module in golang.org/x/tools/gopls golang.org/x/tools/cmd/goimports golang.org/x/tools/cmd/stringer \
	golang.org/x/tools/cmd/godoc golang.org/x/lint/golint; do
	printf '%s\n' "+ go install $module@latest" >&2
	go install "$module@latest" || failed="$failed $module"
done
folder=$(go env GOBIN)
[ -n "$folder" ] || folder=$(go env GOPATH)/bin
webi_path_add "$folder"
if [ -n "$failed" ]; then
	printf '%s\n' "These could not be built:$failed" >&2
	exit 1
fi
