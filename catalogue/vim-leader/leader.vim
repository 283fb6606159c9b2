" The space bar begins shortcuts; backslash and comma lead to the same ones.
let mapleader = ' '
nnoremap <Space> <Nop>
nmap <Bslash> <Space>
nmap , <Space>
if has('visual')
  xnoremap <Space> <Nop>
  xmap <Bslash> <Space>
  xmap , <Space>
endif
