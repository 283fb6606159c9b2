# rustup's own installer checks what it fetches, and adds ~/.cargo/bin to PATH.
artesian_run_script https://sh.rustup.rs -y
webi_path_add "${CARGO_HOME:-$HOME/.cargo}/bin"
