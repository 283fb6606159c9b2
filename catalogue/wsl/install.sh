# A part of Windows; an administrator installs it, for which Windows asks in a window.
printf '%s\n' 'Windows asks for an administrator, then installs WSL and Ubuntu. Restart it afterwards.' >&2
powershell.exe -NoProfile -Command \
	"Start-Process wsl.exe -ArgumentList '--install', '--distribution', 'Ubuntu' -Verb RunAs -Wait -ErrorAction Stop"
