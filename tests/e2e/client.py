"""Someone's machine: unprivileged, in a clean HOME, with the shell and downloader of choice."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.programs import require

__all__ = ["SHELLS", "Client", "Done", "Downloader", "left_in", "succeeded"]

LIMIT_S = 120
HOME = "/home/new"
BIN = "/tmp/bin"
Done = subprocess.CompletedProcess[str]

SHELLS: Mapping[str, tuple[str, ...]] = {
    "dash": ("dash",),
    "bash": ("bash",),
    "ash": ("busybox", "ash"),
    "mksh": ("mksh",),
    "ksh93": ("ksh93",),
    "zsh": ("zsh",),
    "yash": ("yash",),
}

# Nothing can be written but HOME and /tmp; the user is nobody special; the network is this machine's.
_SANDBOX = (
    "bwrap --ro-bind / / --tmpfs /tmp --tmpfs /root --tmpfs /home --dev /dev --proc /proc --unshare-all --share-net"
    f" --uid 1000 --gid 1000 --die-with-parent --clearenv --setenv HOME {HOME} --setenv PATH {BIN}"
)


class Downloader(StrEnum):
    """What fetches the script, and the only thing on PATH that the script can fetch with."""

    CURL = "curl"
    WGET = "wget"
    BUSYBOX_WGET = "busybox wget"


_FETCH = {
    Downloader.CURL: "curl -sSL",
    Downloader.WGET: "wget -qO-",
    Downloader.BUSYBOX_WGET: "busybox wget -qO-",
}
_LACKING: Mapping[Downloader, frozenset[str]] = {
    Downloader.CURL: frozenset({"wget"}),
    Downloader.WGET: frozenset({"curl"}),
    Downloader.BUSYBOX_WGET: frozenset({"curl"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A machine; its `home` outlives its commands.

    bins: a folder for folders of links to programs. hidden: programs that this machine lacks. home_bytes: HOME is a
    file system of this size instead, that ends with the command.
    """

    home: Path
    bins: Path
    shell: str = "dash"
    downloader: Downloader = Downloader.CURL
    hidden: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    home_bytes: int | None = None

    def install(self, url: str, *options: str) -> Done:
        """Run the one-liner for `url`, with options for the installer."""
        return self.run(self.one_liner(url, *options))

    def one_liner(self, url: str, *options: str) -> str:
        """Spell what a person types."""
        line = f"{_FETCH[self.downloader]} '{url}' | {' '.join(SHELLS[self.shell])}"
        return " ".join([line, "-s --", *options]) if options else line

    def run(self, command: str) -> Done:
        """Run a command line in sh on the machine."""
        return subprocess.run(
            self.sandboxed(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def start(self, command: str) -> subprocess.Popen[str]:
        """Start a command line and go on."""
        return subprocess.Popen(
            self.sandboxed(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def has_command(self, name: str) -> bool:
        """Tell whether a command is linked; the link's target is seen on the machine alone."""
        return os.path.lexists(self.home / ".local/bin" / name)

    def sandboxed(self, command: str) -> list[str]:
        """Wrap a command line in the sandbox."""
        require("bwrap", SHELLS[self.shell][0], self.downloader.split(" ")[0])
        words = [*_SANDBOX.split(), "--ro-bind", str(self._bin()), BIN]
        if self.home_bytes is None:
            words += ["--bind", str(self.home), HOME]
        else:
            words += ["--size", str(self.home_bytes), "--tmpfs", HOME]
        for name, value in {"LC_ALL": "C.UTF-8", **self.env}.items():
            words += ["--setenv", name, value]
        return [*words, "--chdir", HOME, "sh", "-c", command]

    def _bin(self) -> Path:
        """Make a folder of links to every program but those that this machine lacks."""
        lacking = _LACKING[self.downloader].union(self.hidden)
        folder = self.bins / "-".join(
            [self.downloader.replace(" ", "-"), "without", *sorted(lacking)]
        )
        if not folder.exists():
            folder.mkdir()
            programs = {
                path.name: path for where in ("/bin", "/usr/bin") for path in Path(where).iterdir()
            }
            if self.downloader is Downloader.BUSYBOX_WGET:
                programs["wget"] = programs["busybox"]
            for name in programs.keys() - lacking:
                (folder / name).symlink_to(programs[name])
        return folder


def succeeded(done: Done) -> str:
    """Check that a command exited with 0, and give its output."""
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def left_in(home: Path) -> list[str]:
    """List the files of a home."""
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir())
