"""Genuine tools on other hosts: an Alpine-like one (musl, BusyBox, no curl), and arm64 under qemu."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.e2e.client import Done, succeeded
from tests.programs import give_up, require

from artesian.sim.faults import Upstream
from artesian.sim.genuine import cache_folder, locked

LAB = Path(__file__).parents[2] / "scripts" / "lab"
LIMIT_S = 300
NOTHING_FOR_THIS_HOST, TEST_FAILED = 69, 70


def root_folder(maker: str) -> Path:
    """Make a root file system once, by a script of the lab."""
    if os.geteuid() != 0:
        give_up("needs root, to make and enter a root file system")
    script = LAB / maker
    name = f"{script.stem}-{hashlib.sha256(script.read_bytes()).hexdigest()[:12]}"
    root = cache_folder().parent / "roots" / name
    with locked(root.parent):
        if not root.exists():
            making = root.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            subprocess.run([script, making], check=True, timeout=LIMIT_S)
            making.rename(root)
    return root


def run(*command: str | Path) -> Done:
    """Run a command of the lab."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.fixture(scope="module")
def musl() -> Path:
    """Root of an Alpine-like host."""
    require("mmdebstrap", "busybox", "unshare")
    return root_folder("musl_rootfs.sh")


@pytest.fixture(scope="module")
def arm64() -> Path:
    """Root of an arm64 host; given up, with the kernel's reason, where its programs can't run."""
    require("mmdebstrap", "qemu-aarch64-static", "unshare")
    root = root_folder("arm64_rootfs.sh")
    probe = run(LAB / "arm64.py", LAB / "in_rootfs.sh", root, "uname", "-m")
    if probe.returncode == 125:
        give_up(probe.stderr)
    assert succeeded(probe).strip() == "aarch64"
    return root


def in_musl(root: Path, command: str) -> Done:
    """Run a command line on the Alpine-like host."""
    return run(LAB / "in_rootfs.sh", root, "sh", "-c", command)


def in_arm64(root: Path, command: str) -> Done:
    """Run a command line on the arm64 host."""
    return run(LAB / "arm64.py", LAB / "in_rootfs.sh", root, "sh", "-c", command)


@pytest.mark.parametrize(
    ("package", "show", "version"),
    [
        ("rg", "rg --version", "ripgrep 15.2.0"),
        ("fzf", "fzf --version", "0.74.3"),
        ("jaq", "jaq --version", "jaq 3.1.2"),
        ("shellcheck", "shellcheck --version", "version: 0.11.0"),
        ("esbuild", "esbuild --version", "0.28.2"),
        ("lefthook", "lefthook version", "2.2.2"),
        ("jaq-zip", "jaq --version", "jaq 3.1.2"),
    ],
)
def test_installs_on_musl(site: str, musl: Path, package: str, show: str, version: str) -> None:
    """Where there is only BusyBox, static builds install and work."""
    said = succeeded(in_musl(musl, f"wget -qO- {site}/{package} | sh && ~/.local/bin/{show}"))
    assert version in said


def test_a_missing_library_is_noticed(site: str, musl: Path) -> None:
    """A musl build that needs a library which the host lacks fails its test; no command is linked."""
    done = in_musl(musl, f"wget -qO- {site}/bun | sh; echo status $?; ls ~/.local/bin")
    assert f"status {TEST_FAILED}" in done.stdout
    assert "bun" not in done.stdout.partition("status")[2]


def test_a_musl_build_is_not_for_glibc(site: str, arm64: Path, upstream: Upstream) -> None:
    """A build that needs musl's loader is never given to a glibc host."""
    done = in_arm64(arm64, f"curl -sSL {site}/bun | sh; echo status $?")
    assert f"status {NOTHING_FOR_THIS_HOST}" in done.stdout
    assert upstream.paths() == []


@pytest.mark.parametrize(
    ("package", "show", "version"),
    [
        ("rg", "rg --version", "ripgrep 15.2.0"),
        ("jaq", "jaq --version", "jaq 3.1.2"),
        ("esbuild", "esbuild --version", "0.28.2"),
    ],
)
def test_installs_on_arm64(site: str, arm64: Path, package: str, show: str, version: str) -> None:
    """On arm64 the builds for arm64 install and work."""
    said = succeeded(in_arm64(arm64, f"curl -sSL {site}/{package} | sh && ~/.local/bin/{show}"))
    assert version in said


def test_nothing_for_arm64(site: str, arm64: Path, upstream: Upstream) -> None:
    """A package without a build for this host says so, and what it has, before any download."""
    done = in_arm64(arm64, f"curl -sSL {site}/shellcheck | sh; echo status $?")
    assert f"status {NOTHING_FOR_THIS_HOST}" in done.stdout
    assert "amd64" in done.stderr
    assert upstream.paths() == []
