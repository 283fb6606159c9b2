" What Vim remembers between sessions: marks of 100 files, registers of up to 1000 lines and 100 kB, 1000 commands and
" patterns; the marks of the last search stay off at the start.
if has('viminfo')
  set viminfo='100,<1000,s100,:1000,/1000,h
  set history=1000
endif
