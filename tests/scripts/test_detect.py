"""What kind of host is this: told by uname, an ELF header, loaders, /proc/cpuinfo and sysctl, each in its place."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.programs import require
from tests.scripts.archives import pack, tool
from tests.scripts.installs import ASH, SHELLS, Home, part, row
from tests.scripts.upstream import Upstream

from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Format
from artesian.render.script import script

HOST = {"ARTESIAN_PRINT": "host"}
SCRIPT = script([part()])
V1 = "fpu vme sse sse2"
V2 = f"{V1} cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3"
V3 = f"{V2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
V4 = f"{V3} avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("Linux x86_64", "linux amd64"),
        ("Linux aarch64", "linux arm64"),
        ("Linux armv7l", "linux armv7"),
        ("Linux armv8l", "linux armv7"),
        ("Linux armv6l", "linux armv6"),
        ("Linux armv5tel", "linux armv5"),
        ("Linux i686", "linux x86"),
        ("Linux ppc64le", "linux ppc64le"),
        ("Linux s390x", "linux s390x"),
        ("Linux riscv64", "linux riscv64"),
        ("Linux loongarch64", "linux loong64"),
        ("Linux mips64", "linux mips64le"),  # this machine's own ELF header is little endian
        ("Darwin arm64", "macos arm64"),
        ("FreeBSD amd64", "freebsd amd64"),
        ("FreeBSD arm64", "freebsd arm64"),
        ("OpenBSD amd64", "openbsd amd64"),
        ("NetBSD evbarm", "netbsd arm64"),
        ("DragonFly x86_64", "dragonfly amd64"),
        ("SunOS i86pc", "illumos amd64"),
        ("MINGW64_NT-10.0-19045 x86_64", "windows amd64"),
        ("CYGWIN_NT-10.0 x86_64", "windows amd64"),
        ("Haiku x86_64", "Haiku amd64"),
    ],
)
def test_operating_systems_and_processors(system: str, expected: str, home: Home) -> None:
    """`uname` in the words of every system becomes the one vocabulary."""
    home.replace(
        "uname",
        f'case $1 in -sm) echo "{system}" ;; -p) echo aarch64 ;; -o) echo illumos ;; *) exit 1 ;; esac',
    )
    ran = home.run(SCRIPT, environment=HOST)
    assert (ran.status, ran.err, home.files()) == (0, "", {})
    assert ran.out.rsplit(" ", 2)[0] == expected


@pytest.mark.parametrize(
    ("arm64", "leaf7", "expected"),
    [
        ("1", "", "macos arm64 1 none\n"),
        ("0", "RDWRFSGS BMI1 AVX2 SMEP BMI2", "macos amd64 3 none\n"),
        ("", "RDWRFSGS SMEP", "macos amd64 2 none\n"),
    ],
)
def test_rosetta(arm64: str, leaf7: str, expected: str, home: Home) -> None:
    """A translated shell on Apple's processors is told x86_64; sysctl tells better. An Intel Mac stays one."""
    home.replace("uname", "echo Darwin x86_64")
    known = f'echo "{arm64}"' if arm64 else "exit 1"
    home.replace(
        "sysctl", f'case $2 in hw.optional.arm64) {known} ;; *leaf7*) echo "{leaf7}" ;; esac'
    )
    assert home.run(SCRIPT, environment=HOST).out == expected


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("system", "header", "expected"),
    [
        ("x86_64", r"\177ELF\001\001\001", "x86"),
        ("x86_64", r"\177ELF\002\001\001", "amd64"),
        ("aarch64", r"\177ELF\001\001\001", "armv7"),
        ("aarch64", r"\177ELF\002\001\001", "arm64"),
        ("mips", r"\177ELF\001\001\001", "mipsle"),
        ("mips64", r"\177ELF\002\002\001", "mips64"),
        ("mips64", r"\177ELF\001\002\001", "mips"),
        ("x86_64", "", "x86"),
    ],
)
def test_a_32_bit_userland(system: str, header: str, expected: str, shell: str, home: Home) -> None:
    """A 32-bit userland on a 64-bit kernel gets 32-bit builds; without /proc getconf tells."""
    if shell == "busybox":
        home.equip("busybox")
        shell = "dash"  # BusyBox's own sh would not look at PATH for `uname`
    home.replace("uname", f"echo Linux {system}")
    home.replace("head", f"/usr/bin/printf '{header}' | /usr/bin/head -c 6")
    home.replace("getconf", "echo 32")
    assert home.run(SCRIPT, environment=HOST, shell=shell).out.split()[1] == expected


@pytest.mark.parametrize(
    ("flags", "level"),
    [(V1, 1), (V2, 2), (V3, 3), (V4, 4), (V3.replace(" fma", " fma4"), 2), ("", 1)],
)
@pytest.mark.parametrize("shell", ["dash", "bash", "busybox", "zsh"])
def test_processor_levels(flags: str, level: int, shell: str, home: Home, tmp_path: Path) -> None:
    """The level is the highest whose features are all among the flags."""
    require("bwrap")
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(
        f"processor\t: 0\nflags\t\t: {flags}\nvmx flags\t: {V4}\n\n" if flags else "x\t: 1\n"
    )
    ran = home.run(
        SCRIPT, environment=HOST, shell=shell, sandbox=["--ro-bind", str(cpuinfo), "/proc/cpuinfo"]
    )
    assert ran.out.split()[2] == str(level)


@pytest.mark.parametrize(
    ("loaders", "ldd", "expected"),
    [
        (["/lib64/ld-linux-x86-64.so.2"], None, "gnu"),
        (["/lib/ld-musl-x86_64.so.1"], None, "musl"),
        ([], None, "none"),
        (["/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"], "musl libc (x86_64)", "musl"),
        (["/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"], "ldd (GNU libc) 2.36", "gnu"),
        (["/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"], None, "gnu"),
        (
            ["/lib/ld-musl-x86_64.so.1", "/lib/ld-linux-x86-64.so.2", "/etc/alpine-release"],
            None,
            "musl",
        ),
        (["/lib/ld-linux-aarch64.so.1"], None, "gnu"),
        (["/lib/riscv64-linux-gnu/ld-linux-riscv64-lp64d.so.1"], None, "gnu"),
    ],
)
def test_libc(loaders: list[str], ldd: str | None, expected: str, home: Home) -> None:
    """The loaders that are there tell which libc; where both are, ldd or Alpine's mark decides."""
    ran = home.run(SCRIPT, environment=HOST, shell=ASH, sandbox=bare_root(home, loaders, ldd))
    assert ran.out.split()[3:] == [expected], ran.err


def bare_root(home: Home, files: list[str], ldd: str | None) -> list[str]:
    """Make a root that has BusyBox, `files` and nothing else; return bwrap's words for it."""
    require("bwrap", "busybox")
    root = home.folder.parent / "root"
    busybox = Path(str(shutil.which("busybox")))
    for place in (str(busybox), *files):
        path = root / place.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(busybox.read_bytes() if place == str(busybox) else b"")
        path.chmod(0o755)
    for folder in ("bin", "proc", "dev", "tmp", "mnt/bin", "home/new"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "bin/sh").symlink_to(busybox)
    if ldd is not None:
        (root / "bin/ldd").write_text(f"#!/bin/sh\necho '{ldd}' >&2\nexit 1\n")
        (root / "bin/ldd").chmod(0o755)
    words = ["--bind", str(root), "/", "--proc", "/proc", "--dev", "/dev"]
    words += ["--bind", str(home.folder), "/home/new", "--ro-bind", str(home.programs), "/mnt/bin"]
    return [*words, "--setenv", "PATH", "/bin:/mnt/bin", "--chdir", "/home/new"]


def test_a_musl_host_with_nothing_but_busybox(home: Home, upstream: Upstream) -> None:
    """No glibc, no curl, no ldd, no bash: the tool is there all the same."""
    home.equip("busybox")
    data = pack({"x/tool": tool("1.2.3")}, Format.TAR_GZ)
    text = script([part(row(upstream, data, libc=Libc.GNU), row(upstream, data, libc=Libc.MUSL))])
    sandbox = bare_root(home, ["/lib/ld-musl-x86_64.so.1"], None)
    ran = home.run(text, shell=ASH, sandbox=sandbox)
    assert (ran.status, home.says()) == (0, "tool 1.2.3"), ran.err
    assert upstream.asked[0].endswith("-musl.tar.gz")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_first_row_that_suits(
    shell: str, home: Home, upstream: Upstream, tmp_path: Path
) -> None:
    """Of the rows for this host the first whose libc and level fit is taken."""
    require("bwrap")
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"flags\t\t: {V3}\n")
    rows = [
        row(upstream, b"0", os_=Os.MACOS),
        row(upstream, b"1", arch=Arch.ARM64),
        row(upstream, b"2", libc=Libc.MUSL),
        row(upstream, b"3", level=4),
        row(upstream, b"4", level=3),
        row(upstream, b"5"),
    ]
    ran = home.run(
        script([part(*rows)]),
        shell=shell,
        environment={"ARTESIAN_PRINT": "row"},
        sandbox=["--ro-bind", str(cpuinfo), "/proc/cpuinfo"],
    )
    assert ran.out.split()[-1] == rows[4].asset.urls[0]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"os_": Os.MACOS}, "There are builds for: macos/amd64"),
        ({"libc": Libc.MUSL}, "For linux amd64 there are some for musl."),
        ({"level": 4}, "For linux amd64 there are some for x86-64-v4."),
    ],
)
def test_nothing_for_this_host(
    wanted: dict[str, Any], told: str, home: Home, upstream: Upstream, tmp_path: Path
) -> None:
    """Exit 69 says what this machine is and what exists instead; nothing is downloaded."""
    require("bwrap")
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"flags\t\t: {V3}\n")
    ran = home.run(
        script([part(row(upstream, b"", **wanted), tag="1.2")]),
        sandbox=["--ro-bind", str(cpuinfo), "/proc/cpuinfo"],
    )
    assert (ran.status, upstream.asked, home.files()) == (69, [], {})
    assert "no build of tool@1.2 for this machine (linux amd64, gnu" in ran.err
    assert told in ran.err
