#!/usr/bin/env pwsh
# Lays out PowerShell scripts in the usual style, in place; what is right already isn't written.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]]$Paths)

foreach ($path in $Paths) {
    $before = Get-Content -Raw -Path $path
    $after = Invoke-Formatter -ScriptDefinition $before
    if ($after -cne $before) { Set-Content -NoNewline -Path $path -Value $after }
}
