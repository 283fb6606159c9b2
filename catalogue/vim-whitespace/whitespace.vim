" Four blanks an indent, whatever key made it.
set expandtab
set tabstop=4
set softtabstop=4
set shiftwidth=4
set shiftround
set autoindent

" Tabs and blanks at the ends of lines can be seen.
set list
if &encoding ==# 'utf-8'
  let &listchars = "tab:\u203a ,trail:\u00b7,nbsp:\u2423"
else
  set listchars=tab:>\ ,trail:-,nbsp:+
endif

" Where a tab means something, or is the custom.
if has('autocmd')
  augroup artesian_whitespace
    autocmd!
    autocmd FileType make,go,gitconfig setlocal noexpandtab softtabstop=0
    autocmd FileType javascript,typescript,json,yaml,html,css,ruby,vim setlocal softtabstop=2 shiftwidth=2
  augroup END
endif
