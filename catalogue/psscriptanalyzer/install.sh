# A module of PowerShell's own gallery, which PowerShell fetches; for this user alone.
pwsh -NoLogo -NoProfile -NonInteractive -Command \
	"\$ErrorActionPreference = 'Stop'; Install-Module PSScriptAnalyzer -Repository PSGallery -Scope CurrentUser -Force"
