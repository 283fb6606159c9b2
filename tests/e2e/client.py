"""Someone's machine: unprivileged, in a clean HOME, with the shell and downloader of choice."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.programs import require

__all__ = ["SHELLS", "Client", "Done", "Downloader", "left_in", "succeeded"]

LIMIT_S = 120
HOME = "/home/new"
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
_HIDDEN: Mapping[Downloader, tuple[str, ...]] = {
    Downloader.CURL: ("wget",),
    Downloader.WGET: ("curl",),
    Downloader.BUSYBOX_WGET: ("curl", "wget"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A machine; `home` outlives its commands. `hidden`: programs that it lacks. `home_bytes`: a full disk's size."""

    home: Path
    shell: str = "dash"
    downloader: Downloader = Downloader.CURL
    hidden: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    home_bytes: int | None = None

    def install(self, url: str, *options: str) -> Done:
        """Run the one-liner for `url`, with options for the installer."""
        return self.run(self.one_liner(url, *options))

    def run(self, command: str) -> Done:
        """Run a command line in a POSIX shell on the machine."""
        return subprocess.run(
            self.command(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def start(self, command: str) -> subprocess.Popen[str]:
        """Start a command line and go on."""
        return subprocess.Popen(
            self.command(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def one_liner(self, url: str, *options: str) -> str:
        """Spell what a person types."""
        shell = " ".join(SHELLS[self.shell])
        return f"{_FETCH[self.downloader]} '{url}' | {shell}" + (
            f" -s -- {' '.join(options)}" if options else ""
        )

    def command(self, command: str) -> list[str]:
        """Wrap a command line in the sandbox: everything read-only but HOME and /tmp, network shared."""
        require("bwrap", SHELLS[self.shell][0], self.downloader.split(" ")[0])
        sandbox = [
            "bwrap",
            "--ro-bind",
            "/",
            "/",
            "--tmpfs",
            "/tmp",
            "--tmpfs",
            "/root",
            "--tmpfs",
            "/home",
        ]
        if self.home_bytes is None:
            sandbox += ["--bind", str(self.home), HOME]
        else:
            sandbox += ["--size", str(self.home_bytes), "--tmpfs", HOME]
        sandbox += [
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            "--unshare-all",
            "--share-net",
            "--uid",
            "1000",
        ]
        sandbox += [
            "--gid",
            "1000",
            "--chdir",
            HOME,
            "--die-with-parent",
            *self._without(),
            "--clearenv",
        ]
        for name, value in {
            "HOME": HOME,
            "PATH": self._path(),
            "LC_ALL": "C.UTF-8",
            **self.env,
        }.items():
            sandbox += ["--setenv", name, value]
        return [*sandbox, "sh", "-c", command]

    def _path(self) -> str:
        return (
            "/tmp/applets:/usr/bin:/bin"
            if self.downloader is Downloader.BUSYBOX_WGET
            else "/usr/bin:/bin"
        )

    def _without(self) -> list[str]:
        """Cover the programs that this machine lacks by a file that can't be run."""
        words = []
        for program in (*_HIDDEN[self.downloader], *self.hidden):
            where = shutil.which(program)
            if where is not None:
                words += ["--ro-bind", "/dev/null", os.path.realpath(where)]
        if self.downloader is Downloader.BUSYBOX_WGET:
            words += ["--symlink", str(shutil.which("busybox")), "/tmp/applets/wget"]
        return words


def succeeded(done: Done) -> str:
    """Check that a command exited with 0, and give its output."""
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def left_in(home: Path) -> list[str]:
    """List the files of a home."""
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir())
