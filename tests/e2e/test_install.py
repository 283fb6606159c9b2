"""Genuine tools installed from a local upstream, through the real server, as people do it."""

from dataclasses import replace

import pytest
from tests.e2e.client import SHELLS, Client, Downloader, succeeded

from artesian.sim.certificate import Certificate
from artesian.sim.faults import Upstream

DOWNLOADERS = tuple(Downloader)


@pytest.mark.parametrize("downloader", DOWNLOADERS)
@pytest.mark.parametrize("shell", SHELLS)
def test_installs_in_every_shell_with_every_downloader(
    site: str, client: Client, upstream: Upstream, shell: str, downloader: Downloader
) -> None:
    """The one-liner leaves a working command, a man page and completions, after one download of the tool."""
    client = replace(client, shell=shell, downloader=downloader)
    succeeded(client.install(f"{site}/rg"))
    shown = client.run(
        """
        ~/.local/bin/rg --version
        cd ~/.local/share
        grep -c -- --hidden man/man1/rg.1
        head -n 1 bash-completion/completions/rg zsh/site-functions/_rg fish/vendor_completions.d/rg.fish
        """
    )
    assert succeeded(shown).startswith("ripgrep 15.2.0")
    assert len(upstream.paths()) == 1


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("rg", "ripgrep 15.2.0"),
        ("fzf", "0.74.3"),
        ("jaq", "jaq 3.1.2"),
        ("shfmt", "v3.14.1"),
        ("shellcheck", "version: 0.11.0"),
        ("esbuild", "0.28.2"),
        ("jaq-zip", "jaq 3.1.2"),
        ("jaq-xz", "jaq 3.1.2"),
        ("jaq-tar-bz2", "jaq 3.1.2"),
        ("jaq-tar-zst", "jaq 3.1.2"),
    ],
)
def test_installs_every_format(site: str, client: Client, package: str, version: str) -> None:
    """Whatever way upstream packs it, the command works and its checksum was verified."""
    done = client.install(f"{site}/{package}")
    succeeded(done)
    command = package.partition("-")[0]
    assert version in client.run(f"~/.local/bin/{command} --version").stdout
    assert "not verified" not in done.stdout + done.stderr


def test_says_that_nothing_was_verified(site: str, client: Client) -> None:
    """Where upstream publishes no checksum, the installer says so, and installs."""
    done = client.install(f"{site}/lefthook")
    succeeded(done)
    assert "not verified: no checksum known" in done.stdout + done.stderr
    assert client.run("~/.local/bin/lefthook version").stdout.startswith("2.2.2")


def test_installs_two_at_once_by_one_line(site: str, client: Client) -> None:
    """Several packages, one with a version, install in one go."""
    succeeded(client.install(f"{site}/jaq,fzf@0.60"))
    assert client.run("~/.local/bin/fzf --version").stdout.startswith("0.60.3")
    assert client.run("~/.local/bin/jaq --version").stdout.startswith("jaq 3.1.2")


def test_is_on_path_of_a_new_shell(site: str, client: Client) -> None:
    """A shell started after the install finds the command by its name."""
    (client.home / ".bashrc").touch()
    (client.home / ".profile").touch()
    succeeded(client.install(f"{site}/rg"))
    assert "15.2.0" in client.run("dash -l -c 'rg --version'").stdout
    assert "15.2.0" in client.run("bash --rcfile ~/.bashrc -ic 'rg --version'").stdout


@pytest.fixture(params=[Downloader.CURL, Downloader.WGET])
def trusting(request: pytest.FixtureRequest, client: Client, certificate: Certificate) -> Client:
    """Someone whose downloader trusts the https upstream's certificate."""
    (client.home / ".wgetrc").write_text(f"ca_certificate = {certificate.file}\n")
    return replace(client, downloader=request.param, env={"CURL_CA_BUNDLE": str(certificate.file)})


def test_installs_over_https(secure_site: str, trusting: Client) -> None:
    """An upstream that speaks https is fetched from by a client that trusts it."""
    succeeded(trusting.install(f"{secure_site}/rg"))
    assert "15.2.0" in trusting.run("~/.local/bin/rg --version").stdout


@pytest.mark.parametrize("downloader", [Downloader.CURL, Downloader.WGET])
def test_distrusts_an_unknown_certificate(
    secure_site: str, client: Client, downloader: Downloader
) -> None:
    """A certificate that the client doesn't trust stops the install."""
    done = replace(client, downloader=downloader).install(f"{secure_site}/rg")
    assert done.returncode not in {0, 1, 2}
    assert not client.has_command("rg")


def test_busybox_wget_needs_a_checksum_over_https(secure_site: str, client: Client) -> None:
    """BusyBox wget checks no certificate: it is used where a checksum is known, else only with --insecure."""
    # With openssl at hand it lets that check them, but asks for the port as a part of the name.
    client = replace(client, downloader=Downloader.BUSYBOX_WGET, hidden=("openssl",))
    succeeded(client.install(f"{secure_site}/rg"))
    assert client.install(f"{secure_site}/lefthook").returncode != 0
    assert not client.has_command("lefthook")
    succeeded(client.install(f"{secure_site}/lefthook", "--insecure"))
