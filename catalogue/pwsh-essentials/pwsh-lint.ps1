#!/usr/bin/env pwsh
# Tells what is wrong with PowerShell scripts; status 1 if anything is.
param([Parameter(Mandatory, ValueFromRemainingArguments)][string[]]$Paths)

$found = $Paths | ForEach-Object { Invoke-ScriptAnalyzer -Path $_ }
$found
if ($found) { exit 1 }
