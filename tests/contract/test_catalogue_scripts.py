"""What the catalogue's own scripts do, run for real in a clean home."""

import plistlib
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.own import CATALOGUE, SHELLS, Clean, put_program
from tests.programs import require
from tests.scripts.upstream import Upstream


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("package", "arguments", "words"),
    [
        ("ssh-adduser", ("ann",), "only root may"),
        ("vps-addswap", ("1G",), "only root may"),
        ("sshd-prohibit-password", (), "only root may"),
    ],
)
def test_what_is_for_root_is_refused_to_others(
    clean: Clean, package: str, arguments: tuple[str, ...], words: str
) -> None:
    """Others than root are told so, with status 77 and the line to use."""
    put_program(clean, "id", "echo 1000")
    said = clean.run(package, package, *arguments)
    assert said.status == 77
    assert words in said.err
    assert "--dry-run" in said.err


@pytest.mark.parametrize(
    ("package", "argument"),
    [
        ("ssh-adduser", "Ann Other"),
        ("ssh-adduser", "root"),
        ("vps-addswap", "2"),
        ("vps-addswap", "G"),
        ("vps-addswap", "0G"),
        ("vps-addswap", "2G;reboot"),
        ("setcap-netbind", "no-such-command"),
        ("setcap-netbind", "cd"),
    ],
)
def test_bad_arguments_are_refused(clean: Clean, package: str, argument: str) -> None:
    """What can't be meant is refused before anything is done."""
    put_program(clean, "setcap", "exit 99")
    put_program(clean, "sudo", "exit 98")
    said = clean.run(package, package, argument)
    assert said.status in (64, 69)


def test_setcap_netbind_names_the_file_behind_links(clean: Clean) -> None:
    """It follows links, shows the one command that sudo runs, and gives no script such rights."""
    shutil.copy("/bin/true", clean.home / "server")
    (clean.programs / "server").symlink_to("../home/server")
    put_program(clean, "id", "echo 1000")
    put_program(clean, "setcap", "exit 99")
    put_program(clean, "sudo", 'echo "$@"')
    said = clean.run("setcap-netbind", "setcap-netbind", "server")
    assert said.status == 0
    target = f"{clean.programs}/../home/server"
    assert said.out == f"setcap cap_net_bind_service=+ep {target}\n"
    assert said.err == f"+ sudo setcap cap_net_bind_service=+ep {target}\n"
    put_program(clean, "script", "exit 0")
    assert clean.run("setcap-netbind", "setcap-netbind", "script").status == 64


def test_vps_addswap_tells_each_step(clean: Clean) -> None:
    """A dry run names the file and the commands, and makes none of them."""
    file = clean.home / "swapfile"
    said = clean.run("vps-addswap", "vps-addswap", "--dry-run", "--file", str(file), "1M")
    assert said.status == 0, said.err
    assert said.err.splitlines() == [
        f"+ make {file} of 1 MB, for root's eyes only",
        f"+ mkswap {file}",
        f"+ swapon {file}",
        f"+ /etc/fstab gets a line: {file} none swap sw 0 0",
    ]
    assert not file.exists()


def test_vps_addswap_makes_the_file_and_the_line(clean: Clean) -> None:
    """As root it makes a file in full, which root alone may read, and one line in fstab."""
    fstab = clean.home / "fstab"
    fstab.write_text("# mine", "utf-8")  # no end of line
    put_program(clean, "swapon", "exit 0")  # a sandbox may not swap
    file = clean.home / "swapfile"
    binds = ((fstab, "/etc/fstab"),)
    arguments = ("--file", str(file), "1M")
    said = clean.run_as_root("vps-addswap", "vps-addswap", *arguments, binds=binds)
    assert said.status == 0, said.err
    assert (file.stat().st_size, _mode(file)) == (1024 * 1024, 0o600)
    assert file.stat().st_blocks * 512 >= 1024 * 1024
    assert fstab.read_text("utf-8") == f"# mine\n{file} none swap sw 0 0\n"
    again = clean.run_as_root("vps-addswap", "vps-addswap", *arguments, binds=binds)
    assert again.status == 1
    assert "is there already" in again.err


def test_vps_addswap_leaves_no_file_that_cannot_be_used(clean: Clean) -> None:
    """Where the machine takes no swap, as a container, the file goes again."""
    put_program(clean, "swapon", "exit 255")
    file = clean.home / "swapfile"
    said = clean.run_as_root("vps-addswap", "vps-addswap", "--file", str(file), "1M", binds=())
    assert said.status == 1
    assert not file.exists()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("downloader", ["curl", "wget"])
def test_myip_takes_the_first_answer_that_is_an_address(
    clean: Clean, upstream: Upstream, shell: str, downloader: str
) -> None:
    """A silent server, an error, and a page instead of an address are passed over."""
    require("curl", "wget")
    page = upstream.add("page", b"<html>log in to this network first</html>")
    good = upstream.add("good", b"203.0.113.7\n")
    urls = f"http://127.0.0.1:9/ {upstream.url}/missing {page} {good}"
    clean.variables["MYIP_IPV4"] = urls
    if downloader == "wget":  # where there is no curl
        for name in ("wget", "timeout", "printf"):
            (clean.programs / name).symlink_to(str(shutil.which(name)))
        clean.variables["PATH"] = str(clean.programs)
    said = clean.run("myip", "myip", "-4", shell=shell)
    assert (said.status, said.out, said.err) == (0, "203.0.113.7\n", "")


def test_myip_without_an_answer_fails(clean: Clean) -> None:
    """Without any address the status is 1."""
    clean.variables.update(MYIP_IPV4="http://127.0.0.1:9/", MYIP_IPV6="http://127.0.0.1:9/")
    said = clean.run("myip", "myip")
    assert (said.status, said.out) == (1, "")


@pytest.fixture
def signer(clean: Clean) -> Iterator[Clean]:
    """Give a home its keys in a folder of a short name, as sockets must have, and git a name."""
    require("gpg", "gpg-agent", "git")
    folder = tempfile.mkdtemp(prefix="gpg")
    clean.variables["GNUPGHOME"] = folder
    for name in ("gpg-pubkey", "gpg-pubkey-id"):
        source = CATALOGUE / "gpg-pubkey/gpg-pubkey"
        (clean.programs / name).symlink_to(source)
    clean.call(["git", "config", "--global", "user.name", "Ann Other"])
    clean.call(["git", "config", "--global", "user.email", "ann@example.com"])
    yield clean
    subprocess.run(["gpgconf", "--homedir", folder, "--kill", "all"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_gpg_pubkey_and_git(signer: Clean) -> None:
    """A key is made only if asked for, printed as text, and set up for git, which then signs; undo takes it away."""
    for command in ("gpg-pubkey", "gpg-pubkey-id"):
        missing = signer.call([command])
        assert (missing.status, missing.out) == (1, "")
        assert "gpg-pubkey --create" in missing.err
    made = signer.call(["gpg-pubkey", "--create", "--no-passphrase"])
    assert made.status == 0, made.err
    assert made.out.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    again = signer.call(["gpg-pubkey", "--create", "--no-passphrase"])
    assert again.out == made.out
    key = signer.call(["gpg-pubkey-id"]).out.strip()
    assert len(key) == 16
    assert signer.run("git-config-gpg", "git-config-gpg").out == made.out
    assert signer.call(["git", "config", "--global", "user.signingkey"]).out.strip() == key
    signer.call(["git", "init", "-q", "repository"])
    commit = ["git", "-C", "repository", "commit", "-q", "--allow-empty", "-m", "Signed"]
    assert signer.call(commit).status == 0
    assert signer.call(["git", "-C", "repository", "verify-commit", "HEAD"]).status == 0
    undone = signer.run("git-config-gpg", "git-config-gpg", "--undo")
    assert undone.status == 0
    assert "not set" in signer.run("git-config-gpg", "git-config-gpg", "--show").out


@pytest.mark.parametrize(
    ("name", "program", "option"),
    [
        ("dash-qt-hd", "dash-qt", "-usehd=1"),
        ("dash-qt-testnet", "dash-qt", "-testnet"),
        ("dashd-hd", "dashd", "-usehd=1"),
        ("dashd-testnet", "dashd", "-testnet"),
    ],
)
def test_dashcore_utils_start_what_their_name_says(
    clean: Clean, name: str, program: str, option: str
) -> None:
    """Each starts its program on its network, with settings that are made once and are for the owner alone."""
    source = CATALOGUE / "dashcore-utils/dashcore-run"
    (clean.programs / name).symlink_to(source)
    put_program(clean, program, 'printf "%s\\n" "$@"')
    settings = clean.home / ".dashcore/dash.conf"
    said = clean.call([name, "-server"])
    assert said.out.splitlines() == [f"-conf={settings}", option, "-server"]
    assert (_mode(settings), _mode(settings.parent)) == (0o600, 0o700)
    before = settings.read_text("utf-8")
    passwords = [line for line in before.splitlines() if line.startswith("rpcpassword=")]
    assert {len(line) for line in passwords} == {len("rpcpassword=") + 32}
    clean.call([name])
    assert settings.read_text("utf-8") == before


def test_iterm2_themes_are_property_lists(clean: Clean) -> None:
    """Each scheme has all colours, as numbers from 0 to 1, and the script names the files."""
    said = clean.run("iterm2-themes", "iterm2-themes")
    files = sorted((clean.home / "Downloads/iterm2-themes").iterdir())
    assert said.out.splitlines() == [str(file) for file in files]
    assert len(files) == 8
    for file in files:
        scheme = plistlib.loads(file.read_bytes())
        assert {f"Ansi {number} Color" for number in range(16)} <= scheme.keys()
        parts = [scheme[key][f"{part} Component"] for key in scheme for part in ("Red", "Green")]
        assert all(0 <= part <= 1 for part in parts)
    background = plistlib.loads(files[-1].read_bytes())["Background Color"]
    assert round(background["Red Component"] * 255) == 0x1D
