" A pattern of small letters finds capitals too; a pattern with a capital means it.
set ignorecase
set smartcase
