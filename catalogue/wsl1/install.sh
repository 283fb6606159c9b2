# A feature of Windows; an administrator enables it, for which Windows asks in a window.
printf '%s\n' 'Windows asks for an administrator, then enables WSL 1. Restart it, then: wsl --set-default-version 1' >&2
feature='/online /enable-feature /featurename:Microsoft-Windows-Subsystem-Linux /all /norestart'
powershell.exe -NoProfile -Command "Start-Process dism.exe -ArgumentList '$feature' -Verb RunAs -Wait -ErrorAction Stop"
