# A command for cmd.exe and PowerShell. What it starts has a window of its own, which stays open.
mkdir -p "$WEBI_HOME/bin"
printf '%s\r\n' '@echo off' \
	'if "%~1"=="" (echo usage: sudo COMMAND [ARGUMENT]... & exit /b 64)' \
	'set "ARTESIAN_SUDO_FOLDER=%CD%"' \
	'set ARTESIAN_SUDO_COMMAND=%*' \
	"set \"ARTESIAN_SUDO=Start-Process cmd.exe -Verb RunAs -ArgumentList ('/k cd /d ' + [char]34 + \$env:ARTESIAN_SUDO_FOLDER\"" \
	"set \"ARTESIAN_SUDO=%ARTESIAN_SUDO% + [char]34 + ' && ' + \$env:ARTESIAN_SUDO_COMMAND)\"" \
	'powershell.exe -NoProfile -Command "%ARTESIAN_SUDO%"' >"$WEBI_TMP/sudo.cmd"
mv -f "$WEBI_TMP/sudo.cmd" "$WEBI_HOME/bin/sudo.cmd"
webi_path_add "$WEBI_HOME/bin"
