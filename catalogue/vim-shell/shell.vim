" Plugins write commands for sh, which fish and others don't know.
if has('unix')
  if executable('bash')
    set shell=bash
  else
    set shell=sh
  endif
endif
