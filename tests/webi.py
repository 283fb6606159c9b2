"""A folder in Webi's format, written by us: one package of each kind, and each key of releases.conf.

`%s` in a file is the origin of the server where the packages' upstreams are.
"""

from collections.abc import Mapping
from pathlib import Path

__all__ = ["ALIASES", "BIN", "FOLDERS", "HIDDEN", "INSTALLED", "LINKS", "write_webi"]

_SHEET = """\
---
title: {title}
homepage: https://{name}.example/
tagline: |
  {title}: made for tests.
---

## Cheat Sheet

Run `{name}`.
"""


def _sheet(name: str, title: str = "") -> str:
    return _SHEET.format(name=name, title=title or name)


# One command out of an archive, in the way most packages of Webi's are written.
BIN = """\
#!/bin/sh

__init_tool() {
    set -e
    set -u

    ####################
    # Install tool-bin #
    ####################

    pkg_cmd_name="tool"

    pkg_dst_cmd="$HOME/.local/bin/tool"
    pkg_dst="$pkg_dst_cmd"

    pkg_src_cmd="$HOME/.local/opt/tool-v$WEBI_VERSION/bin/tool"
    pkg_src_dir="$HOME/.local/opt/tool-v$WEBI_VERSION"
    pkg_src="$pkg_src_cmd"

    WEBI_SINGLE=true

    pkg_install() {
        mkdir -p "$(dirname "${pkg_src_cmd}")"
        mv ./tool-*/tool "${pkg_src_cmd}"
    }

    pkg_get_current_version() {
        tool --version 2> /dev/null | head -n 1 | cut -d ' ' -f 2
    }

    pkg_done_message() {
        echo "Installed $(t_pkg "tool v$WEBI_VERSION") as $(t_path "$(fn_sub_home "$pkg_dst_cmd")")"
    }
}

__init_tool
"""

_TREE = """\
#!/bin/sh
set -e
set -u

pkg_cmd_name="tree-tool"

pkg_get_current_version() {
    tree-tool --version | cut -d ' ' -f 2
}

pkg_post_install() {
    webi_path_add "$pkg_dst/bin"
}

pkg_done_message() {
    echo "Installed $(t_pkg 'tree-tool') in $(t_path "$(fn_sub_home "$pkg_dst")")"
}
"""

_SOURCE = """\
#!/bin/sh
set -e
set -u

pkg_cmd_name="script-tool"
pkg_src_cmd="$HOME/.local/opt/script-tool-v$WEBI_VERSION/bin/script-tool"
pkg_src="$pkg_src_cmd"
pkg_dst_cmd="$HOME/.local/bin/script-tool"
pkg_dst="$pkg_dst_cmd"

pkg_install() {
    mkdir -p "$(dirname "$pkg_src_cmd")"
    mv ./*script*/script-tool "$pkg_src_cmd"
    chmod a+x "$pkg_src_cmd"
}
"""

_VIM_RELEASE = """\
#!/bin/sh
set -e
set -u

pkg_cmd_name="vim-release"
pkg_no_exec=true
pkg_dst="$HOME/.vim/pack/plugins/start/vim-release"

pkg_install() {
    rm -rf "$pkg_src"
    mkdir -p "$(dirname "$pkg_src")"
    mv "./$WEBI_PKG_PATHNAME/" "$pkg_src"
}
"""

_VIM_CLONE = """\
#!/bin/sh
set -e
set -u

__init_vim_clone() {
    mkdir -p "$HOME/.vim/pack/plugins/start" "$HOME/.vim/plugins"
    rm -rf "$HOME/.vim/pack/plugins/start/vim-clone"
    git clone --depth=1 --quiet %s/o/vim-release.git "$HOME/.vim/pack/plugins/start/vim-clone"

    if ! [ -f "$HOME/.vim/plugins/clone.vim" ]; then
        webi_download "$WEBI_HOST/packages/vim-clone/clone.vim" "$HOME/.vim/plugins/clone.vim"
    fi
    if ! grep -q 'source ~/.vim/plugins/clone.vim' "$HOME/.vimrc" 2> /dev/null; then
        printf '\\nsource ~/.vim/plugins/clone.vim\\n' >> "$HOME/.vimrc"
    fi
}

__init_vim_clone
"""

_HELLO = """\
#!/bin/sh
set -e
set -u

mkdir -p "$HOME/.local/bin"
webi_download \\
    "$WEBI_HOST/packages/hello/hello.sh" \\
    "$HOME/.local/bin/hello"
chmod a+x "$HOME/.local/bin/hello"
echo "Try: $(t_cmd 'hello')"
"""

_META = """\
#!/bin/sh
set -e
set -u

"$HOME/.local/bin/webi" hello tool-bin@1
"""

FOLDERS: Mapping[str, Mapping[str, str]] = {
    "tool-bin": {
        "README.md": _sheet("tool-bin", "Tool"),
        "install.sh": BIN,
        "install.ps1": "Write-Output 'no'\n",
        "releases.conf": """\
# the core
gitea_releases = %s/o/tool
tag_prefix = tool/
version_prefixes = v r
exclude = -src-
asset_exclude = -docs-
asset_filter = tool-
variants = profile
default_x86_64 = x86_64
x86_64_v2 = baseline
extra = nothing
""",
    },
    "tool-other": {
        "README.md": _sheet("tool-other"),
        "install.sh": BIN.replace('"tool"', '"tool-other"').replace('bin/tool"', 'bin/tool-other"'),
        "releases.conf": "alias_of = tool-bin\n",
    },
    "tool-again": {
        "README.md": _sheet("tool-again"),
        "releases.conf": "alias_of = tool-bin\n",
    },
    "tool-alias": {
        "README.md": "---\ntitle: Alias\nalias: tool-bin\n---\n",
        "install.sh": 'curl -fsSL "$WEBI_HOST/tool-bin@$WEBI_VERSION" | sh\n',
    },
    "tool-tree": {
        "README.md": _sheet("tool-tree"),
        "install.sh": _TREE,
        "releases.conf": "gitea_releases = o/tree\nbase_url = %s\n",
    },
    "tool-plain": {
        "README.md": _sheet("tool-plain"),
        "releases.conf": "gitea_releases = %s/o/plain\n",
    },
    "tool-source": {
        "README.md": _sheet("tool-source"),
        "install.sh": _SOURCE,
        "releases.conf": "gitea_sources = %s/o/script\nos = posix_2017\n",
    },
    "tool-windows": {
        "README.md": _sheet("tool-windows"),
        "install.sh": "echo 'use your package manager' >&2\nexit 1\n",
        "install.ps1": "Write-Output 'yes'\n",
        "releases.conf": "gitea_releases = %s/o/windows\n",
    },
    "tool-exe": {
        "README.md": _sheet("tool-exe"),
        "install.sh": "WEBI_SINGLE=true\n",
        "releases.conf": "gitea_releases = %s/o/windows\n",
    },
    "vim-release": {
        "README.md": _sheet("vim-release"),
        "install.sh": _VIM_RELEASE,
        "releases.conf": "git_url = %s/o/vim-release.git\n",
    },
    "vim-clone": {
        "README.md": _sheet("vim-clone"),
        "install.sh": _VIM_CLONE,
        "clone.vim": '" settings\nset number\n',
    },
    "vim-both": {
        "README.md": _sheet("vim-both"),
        "install.sh": _VIM_CLONE.replace("vim-clone", "vim-both").replace(
            "vim-both/clone.vim", "vim-clone/clone.vim"
        ),
        "releases.conf": "git_url = %s/o/vim-release.git\n",
    },
    "hello": {
        "README.md": _sheet("hello", "Grüße"),
        "install.sh": _HELLO + "# Grüße\n",
        "hello.sh": '#!/bin/sh\necho "hello from here"\n',
    },
    "tools": {"README.md": _sheet("tools"), "install.sh": _META},
    "sheet-only": {"README.md": _sheet("sheet-only"), "sheet-only.complex": "text\n"},
    "powershell-only": {"README.md": _sheet("powershell-only"), "install.ps1": "exit 0\n"},
    # What can't be loaded costs only itself.
    "conf-only": {"releases.conf": "gitea_releases = %s/o/tool\n"},
    "no-readme": {"install.sh": "exit 0\n"},
    "bad-conf": {"README.md": _sheet("bad-conf"), "releases.conf": "\ngithub_releases = rg\n"},
    # Side by side with Webi's: one of ours.
    "ours": {"package.toml": 'source = "gitea:%s/o/plain"\ncommands = ["tool-plain"]\n'},
}

LINKS = {"hi": "hello", "hallo": "hi"}

HIDDEN = ("_template", ".git", "~tmp", "old~", "node_modules")

ALIASES = {
    "tool-alias": "tool-bin",
    "tool-again": "tool-bin",
    "hi": "hello",
    "hallo": "hello",
}

# What an install of each leaves in a home.
INSTALLED: Mapping[str, tuple[str, ...]] = {
    "tool-bin": (".local/bin/tool", ".local/opt/tool-v1.2.0/bin/tool"),
    "tool-other": (".local/bin/tool-other",),
    "tool-alias": (".local/bin/tool",),
    "tool-tree": (".local/opt/tree-tool", ".local/opt/tree-tool-v2.0.0/bin/tree-tool"),
    "tool-plain": (".local/bin/tool-plain",),
    "tool-source": (".local/bin/script-tool",),
    "vim-release": (".vim/pack/plugins/start/vim-release/plugin/release.vim",),
    "vim-clone": (".vim/pack/plugins/start/vim-clone/plugin/release.vim", ".vim/plugins/clone.vim"),
    "vim-both": (".vim/pack/plugins/start/vim-both/plugin/release.vim",),
    "hello": (".local/bin/hello",),
    "hi": (".local/bin/hello",),
    "tools": (".local/bin/hello", ".local/bin/tool"),
    "ours": (".local/bin/tool-plain",),
}


def write_webi(directory: Path, origin: str) -> Path:
    """Write the folder, and return it."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, files in FOLDERS.items():
        (directory / name).mkdir()
        for file, text in files.items():
            (directory / name / file).write_text(text.replace("%s", origin), encoding="utf-8")
    for link, target in LINKS.items():
        (directory / link).symlink_to(target)
    for name in HIDDEN:
        (directory / name).mkdir()
        (directory / name / "install.sh").write_text("exit 1\n")
    (directory / "README.md").write_text("# Packages\n")
    return directory
