" Spell checking, for English; in code only comments and texts are checked.
if has('spell')
  set spell
  " `zg` writes the words that are right into this folder.
  if !isdirectory(expand('~/.vim/spell'))
    silent! call mkdir(expand('~/.vim/spell'), 'p')
  endif
endif
