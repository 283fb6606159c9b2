"""What tests of the catalogue's own scripts share: where they are, and a clean home to run them in."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs import require

from artesian.definitions.load import Catalogue, load_catalogue
from artesian.model.definition import Definition

__all__ = ["CATALOGUE", "SHELLS", "Clean", "Said", "load", "own_scripts", "put_program"]

CATALOGUE = Path(__file__).parents[1] / "catalogue"
# The shells of the house, as each reads what `#!/bin/sh` stands above.
SHELLS = {
    "dash": ("dash",),
    "bash": ("bash",),
    "busybox": ("busybox", "sh"),
    "mksh": ("mksh",),
    "ksh": ("ksh",),
    "zsh": ("zsh", "--emulate", "sh"),
    "yash": ("yash",),
}
# The programs that scripts may count on, and where root's are.
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a script ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Clean:
    """A clean home, with a folder of programs that come first on PATH."""

    home: Path
    programs: Path
    variables: dict[str, str] = field(default_factory=dict)

    def run(
        self, package: str, script: str, *arguments: str, shell: str = "dash", text: str = ""
    ) -> Said:
        """Run a script of a package by one of SHELLS, with `text` as its standard input."""
        require(shell)
        program, *options = SHELLS[shell]
        command = [str(shutil.which(program)), *options, str(CATALOGUE / package / script)]
        return self.call([*command, *arguments], text=text)

    def run_as_root(
        self, package: str, script: str, *arguments: str, binds: tuple[tuple[Path, str], ...]
    ) -> Said:
        """Run a script as root of a sandbox that sees this machine's files, but for `binds`."""
        require("bwrap")
        options = "--unshare-all --uid 0 --gid 0 --die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /root"
        command = [
            "bwrap",
            *options.split(),
            "--bind",
            str(self.home.parent),
            str(self.home.parent),
        ]
        for outside, inside in binds:
            command += ["--bind", str(outside), inside]
        return self.call([*command, "sh", str(CATALOGUE / package / script), *arguments])

    def call(self, command: list[str], *, text: str = "") -> Said:
        """Run any command in this home."""
        ran = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=self.home,
            env={"HOME": str(self.home), "PATH": f"{self.programs}:{_PATH}", **self.variables},
        )
        return Said(status=ran.returncode, out=ran.stdout, err=ran.stderr)


def put_program(clean: Clean, name: str, body: str) -> None:
    """Put a program of sh first on the PATH of this home."""
    file = clean.programs / name
    file.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    file.chmod(0o755)


def load() -> Catalogue:
    """Load the catalogue of this checkout."""
    return load_catalogue(CATALOGUE)


def own_scripts() -> tuple[tuple[Definition, str], ...]:
    """List every script for sh that a package carries, each with its package."""
    return tuple(
        (definition, file.name)
        for definition in load().definitions
        for file in definition.files
        if file.content.startswith(b"#!/bin/sh\n")
    )
