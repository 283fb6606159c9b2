"""What the catalogue's scripts about SSH do, run for real in a clean home."""

import stat
from pathlib import Path

import pytest
from tests.own import SHELLS, Clean, put_program
from tests.programs import require
from tests.scripts.upstream import Upstream

KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm3xC8vMZ0vyU0K0gxTnN1ZDdPZ1oyQXhCZ0pQc2Rmc2Rm ann@laptop"
)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _authorized(clean: Clean) -> list[str]:
    return (clean.home / ".ssh/authorized_keys").read_text("utf-8").splitlines()


@pytest.mark.parametrize("shell", SHELLS)
def test_ssh_pubkey_makes_a_key_once(clean: Clean, shell: str) -> None:
    """Without a key one is made, its private half for the owner alone; the next call prints the same."""
    require("ssh-keygen")
    first = clean.run("ssh-pubkey", "ssh-pubkey", shell=shell)
    assert first.status == 0
    assert first.out.startswith("ssh-ed25519 AAAA")
    assert "Making a pair of keys" in first.err
    assert _mode(clean.home / ".ssh") == 0o700
    assert _mode(clean.home / ".ssh/id_ed25519") == 0o600
    again = clean.run("ssh-pubkey", "ssh-pubkey", shell=shell)
    assert (again.status, again.out, again.err) == (0, first.out, "")


def test_ssh_pubkey_tells_a_lost_public_half(clean: Clean) -> None:
    """The public half is told from the private one where its file is gone."""
    require("ssh-keygen")
    first = clean.run("ssh-pubkey", "ssh-pubkey", "--file", f"{clean.home}/keys/mine")
    (clean.home / "keys/mine.pub").unlink()
    again = clean.run("ssh-pubkey", "ssh-pubkey", "--file", f"{clean.home}/keys/mine")
    assert again.status == 0
    assert again.out.split()[:2] == first.out.split()[:2]


def test_ssh_pubkey_makes_nothing_where_that_is_forbidden(clean: Clean) -> None:
    """With --no-make a missing key is an error."""
    said = clean.run("ssh-pubkey", "ssh-pubkey", "--no-make")
    assert (said.status, said.out) == (1, "")
    assert list(clean.home.iterdir()) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_ssh_authorize_adds_a_key_once(clean: Clean, shell: str) -> None:
    """A key is added at the end, one time, in files that sshd accepts."""
    folder = clean.home / ".ssh"
    folder.mkdir(mode=0o775)
    (folder / "authorized_keys").write_text("ssh-rsa AAAAB3Nza= bob", "utf-8")  # no end of line
    (folder / "authorized_keys").chmod(0o664)
    for _ in range(2):
        assert clean.run("ssh-authorize", "ssh-authorize", KEY, shell=shell).status == 0
    assert _authorized(clean) == ["ssh-rsa AAAAB3Nza= bob", KEY]
    assert (_mode(folder) & 0o022, _mode(folder / "authorized_keys") & 0o022) == (0, 0)


def test_ssh_authorize_adds_a_key_that_was_switched_off(clean: Clean) -> None:
    """A line that is commented out lets nobody in."""
    (clean.home / ".ssh").mkdir()
    (clean.home / ".ssh/authorized_keys").write_text(f" # {KEY}\n", "utf-8")
    assert clean.run("ssh-authorize", "ssh-authorize", KEY).status == 0
    assert _authorized(clean) == [f" # {KEY}", KEY]


def test_ssh_authorize_takes_what_a_genuine_key_is(clean: Clean) -> None:
    """What ssh-keygen makes is accepted, of each kind, in words of their own as well."""
    require("ssh-keygen")
    for kind in ("ed25519", "ecdsa", "rsa"):
        file = clean.home / kind
        clean.call(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(file)])
        key = file.with_suffix(".pub").read_text("utf-8").split()
        assert clean.run("ssh-authorize", "ssh-authorize", *key).status == 0
    assert len(_authorized(clean)) == 3


def test_ssh_authorize_reads_files_input_and_urls(clean: Clean, upstream: Upstream) -> None:
    """Keys come from a file, from standard input, or from a server, with comments left out."""
    (clean.home / "ann.pub").write_text(f"# mine\r\n{KEY}\r\n", "utf-8")
    assert clean.run("ssh-authorize", "ssh-authorize", "ann.pub").status == 0
    other = KEY.replace("AAAAIJm3", "AAAAIJm4")
    assert clean.run("ssh-authorize", "ssh-authorize", "-", text=f"\n{other}").status == 0
    third = KEY.replace("AAAAIJm3", "AAAAIJm5")
    url = upstream.add("ann.keys", f"{third}\n{KEY}\n".encode())
    assert clean.run("ssh-authorize", "ssh-authorize", url).status == 0
    assert _authorized(clean) == [KEY, other, third]


@pytest.mark.parametrize(
    "source",
    [
        "ssh-ed25519",
        "ssh-ed25519 notbase64!",
        "ssh-ed25519 AAAA",
        f"{KEY}\n<!DOCTYPE html>",
        f'{KEY}\ncommand="rm -rf ~" {KEY}',
        "ssh-unknown AAAAC3NzaC1lZDI1NTE5AAAAIJm3xC8vMZ0vyU0K0gxTnN1ZDdPZ1oyQXhCZ0pQc2Rmc2Rm",
        "http://example.com/ann.keys",
        "/no/such/file",
        "",
    ],
)
def test_ssh_authorize_refuses_what_is_no_key(clean: Clean, source: str) -> None:
    """Unless every line is a key, nothing is added: not even the good ones."""
    said = clean.run("ssh-authorize", "ssh-authorize", source)
    assert said.status in (1, 64)
    assert not (clean.home / ".ssh").exists()


def test_ssh_authorize_refuses_a_page_for_a_missing_name(clean: Clean, upstream: Upstream) -> None:
    """An error of the server, or a page instead of keys, adds nothing."""
    page = upstream.add("page", b"<html>no such user</html>")
    for url in (page, f"{upstream.url}/missing"):
        assert clean.run("ssh-authorize", "ssh-authorize", url).status == 1
    assert not (clean.home / ".ssh").exists()


def test_ssh_setpass_sets_a_passphrase(clean: Clean) -> None:
    """It hands the first key that is there to ssh-keygen."""
    (clean.home / ".ssh").mkdir()
    (clean.home / ".ssh/id_rsa").touch()
    put_program(clean, "ssh-keygen", 'echo "$@"')
    said = clean.run("ssh-setpass", "ssh-setpass")
    assert said.out == f"-p -f {clean.home}/.ssh/id_rsa\n"
    assert clean.run("ssh-setpass", "ssh-setpass", "no-such-key").status == 1


def test_ssh_setpass_needs_a_key(clean: Clean) -> None:
    """Without a key it says who makes one."""
    said = clean.run("ssh-setpass", "ssh-setpass")
    assert said.status == 1
    assert "ssh-pubkey makes one" in said.err


@pytest.fixture
def root(clean: Clean) -> Clean:
    """Give root of a sandbox a folder with a key in it."""
    (clean.home / ".ssh").mkdir()
    (clean.home / ".ssh/authorized_keys").write_text(f"{KEY}\n", "utf-8")
    return clean


def test_ssh_adduser_tells_each_step(root: Clean) -> None:
    """A dry run as root names the user, the keys and the rule of sudo, and makes none of them."""
    put_program(root, "sudo", "exit 0")
    binds = ((root.home, "/root"),)
    said = root.run_as_root("ssh-adduser", "ssh-adduser", "--dry-run", "ann", binds=binds)
    assert said.status == 0, said.err
    assert "useradd --create-home" in said.err
    assert (
        "+ the keys of /root/.ssh/authorized_keys go to /home/ann/.ssh/authorized_keys" in said.err
    )
    assert "/etc/sudoers.d/ann" in said.err


def test_ssh_adduser_needs_keys(clean: Clean) -> None:
    """Where nobody has keys, nobody could log in: nothing is done."""
    said = clean.run_as_root("ssh-adduser", "ssh-adduser", "ann", binds=())
    assert said.status == 1
    assert "ssh-authorize" in said.err


def test_sshd_prohibit_password_writes_its_settings_first(root: Clean) -> None:
    """The settings come before all others, once, after sshd has read them; what was there is kept."""
    config = root.home / "sshd_config"
    before = "# mine\nPasswordAuthentication yes\nPermitRootLogin no\n"
    config.write_text(before, "utf-8")
    put_program(root, "sshd", '[ "$1$2" = -t-f ] && grep -q "^PasswordAuthentication no" "$3"')
    put_program(root, "rc-service", 'echo "$@"')
    variables = {**root.variables, "SSHD_CONFIG": str(config)}
    root = Clean(home=root.home, programs=root.programs, variables=variables)
    binds = ((root.home, "/root"),)
    for _ in range(2):
        said = root.run_as_root("sshd-prohibit-password", "sshd-prohibit-password", binds=binds)
        assert (said.status, said.out) == (0, "sshd reload\n"), said.err
    lines = config.read_text("utf-8").splitlines()
    assert lines[1:3] == ["PasswordAuthentication no", "ChallengeResponseAuthentication no"]
    assert lines[4:] == before.splitlines()  # who lets root in by no means still doesn't
    assert (root.home / "sshd_config.before-keys-only").read_text("utf-8") == before


def test_sshd_prohibit_password_leaves_settings_that_sshd_refuses(root: Clean) -> None:
    """Where sshd doesn't like the outcome, or nobody has keys, the file stays what it was."""
    config = root.home / "sshd_config"
    config.write_text("# mine\n", "utf-8")
    put_program(root, "sshd", "exit 255")
    variables = {**root.variables, "SSHD_CONFIG": str(config)}
    root = Clean(home=root.home, programs=root.programs, variables=variables)
    for binds in (((root.home, "/root"),), ()):
        said = root.run_as_root("sshd-prohibit-password", "sshd-prohibit-password", binds=binds)
        assert said.status == 1
        assert config.read_text("utf-8") == "# mine\n"
        assert [file.name for file in root.home.iterdir() if "new" in file.name] == []
