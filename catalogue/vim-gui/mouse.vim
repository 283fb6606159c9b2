" The mouse moves the cursor, selects, scrolls and sizes windows; with Shift (Option on macOS) it is the terminal's.
if has('mouse')
  set mouse=a
endif

" What is yanked can be pasted elsewhere, and the other way round.
if has('unnamedplus')
  set clipboard^=unnamedplus
elseif has('clipboard')
  set clipboard^=unnamed
endif
