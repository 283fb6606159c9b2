" What begins and ends italics begins and ends an underline instead.
let &t_ZH = "\e[4m"
let &t_ZR = "\e[24m"
