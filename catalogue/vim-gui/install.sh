# Has Vim read the settings: one line in its start file, written once.
artesian_vimrc mouse.vim
