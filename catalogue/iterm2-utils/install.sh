# iTerm2's own installer adds a line to your shell's rc file.
artesian_run_script https://iterm2.com/shell_integration/install_shell_integration_and_utilities.sh
webi_path_add "$HOME/.iterm2"
