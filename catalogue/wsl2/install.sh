# The virtual machine is a feature of Windows, the rest comes by wsl --install; Windows asks for an administrator.
printf '%s\n' 'Windows asks for an administrator, then installs WSL 2. Restart it, then: wsl --set-default-version 2' >&2
powershell.exe -NoProfile -Command \
	"Start-Process wsl.exe -ArgumentList '--install', '--no-distribution' -Verb RunAs -Wait -ErrorAction Stop"
