#!/usr/bin/env pwsh
# Mends in PowerShell scripts what can be mended by itself, in place.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]]$Paths)

$Paths | ForEach-Object { Invoke-ScriptAnalyzer -Path $_ -Fix }
