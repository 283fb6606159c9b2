# npm checks what it fetches; the command goes beside all others, wherever npm would put it.
npm install --global --no-fund --no-audit --prefix "$WEBI_HOME" redis-commander@latest
