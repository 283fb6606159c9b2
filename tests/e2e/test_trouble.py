"""What goes wrong between upstream and a home, with genuine tools: nothing half-done stays."""

import signal
from dataclasses import replace

import pytest
from tests.e2e.client import Client, Downloader, left_in, succeeded

from artesian.sim.faults import Fault, Upstream

CHECKSUM, UNAVAILABLE = 65, 69


@pytest.mark.parametrize("downloader", list(Downloader))
def test_stops_at_wrong_bytes(
    site: str, client: Client, upstream: Upstream, downloader: Downloader
) -> None:
    """A file that isn't the known one is fetched once more, then refused with 65, and nothing is left."""
    upstream.fail("*", Fault.WRONG_BYTES)
    done = replace(client, downloader=downloader).install(f"{site}/rg")
    assert done.returncode == CHECKSUM
    assert len(upstream.paths()) == 2
    assert left_in(client.home) == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault.WRONG_BYTES,
        Fault.TRUNCATED,
        Fault.SHORT,
        Fault.RESET,
        Fault.SERVER_ERROR,
        Fault.RATE_LIMITED,
    ],
)
@pytest.mark.parametrize("downloader", list(Downloader))
def test_survives_one_fault(
    site: str, client: Client, upstream: Upstream, downloader: Downloader, fault: Fault
) -> None:
    """Trouble that passes costs a retry."""
    upstream.fail("*", fault, times=1)
    client = replace(client, downloader=downloader)
    succeeded(client.install(f"{site}/rg"))
    assert "15.2.0" in client.run("~/.local/bin/rg --version").stdout


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.NOT_FOUND, Fault.SERVER_ERROR])
@pytest.mark.parametrize("downloader", list(Downloader))
def test_gives_up_in_the_end(
    site: str, client: Client, upstream: Upstream, downloader: Downloader, fault: Fault
) -> None:
    """Trouble that stays ends with a failure that says so, and leaves at most a part to go on from."""
    upstream.fail("*", fault)
    done = replace(client, downloader=downloader).install(f"{site}/rg")
    assert done.returncode not in {0, 1, 2}
    assert done.stderr
    assert [file for file in left_in(client.home) if ".part." not in file] == []


@pytest.mark.parametrize("fault", [Fault.NOT_FOUND, Fault.SERVER_ERROR, Fault.WRONG_BYTES])
def test_goes_to_the_next_url(
    mirrored_site: str, client: Client, upstream: Upstream, fault: Fault
) -> None:
    """Where the first URL fails for good, the next one serves."""
    upstream.fail("*", fault)
    succeeded(client.install(f"{mirrored_site}/rg"))
    assert "15.2.0" in client.run("~/.local/bin/rg --version").stdout


def test_names_the_missing_unpacker(site: str, client: Client, upstream: Upstream) -> None:
    """Without xz a package that comes as tar.xz alone is refused before any download, with how to get xz."""
    done = replace(client, hidden=("xz", "unxz", "bsdtar", "busybox")).install(f"{site}/shellcheck")
    assert done.returncode == UNAVAILABLE
    assert "xz" in done.stderr
    assert upstream.paths() == []
    assert left_in(client.home) == []


def test_full_disk(site: str, client: Client) -> None:
    """Without room the install fails, says so, and takes its half-written files away."""
    small = replace(client, home_bytes=3_000_000)
    done = small.run(
        f'{small.one_liner(f"{site}/rg")}; echo "status $?"; find ~ -type f; ls ~/.local/bin'
    )
    assert "status 0" not in done.stdout
    assert "rg" not in done.stdout.partition("status")[2]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_half_way(
    site: str, client: Client, upstream: Upstream, how: signal.Signals
) -> None:
    """An install killed in its download leaves no command; the next one works."""
    upstream.fail("*", Fault.HANG)
    kill = f"timeout --preserve-status --signal={how.name} 1"
    assert client.run(f"curl -sSL {site}/rg > script; {kill} dash script").returncode != 0
    assert upstream.paths()
    assert not client.has_command("rg")
    upstream.heal()
    succeeded(client.install(f"{site}/rg"))
    assert "15.2.0" in client.run("~/.local/bin/rg --version").stdout


def test_goes_on_where_it_was_killed(site: str, client: Client, upstream: Upstream) -> None:
    """The part that a killed install had is not downloaded again, and the whole is verified."""
    upstream.fail("*", Fault.HANG)
    client.run(f"curl -sSL {site}/rg > script; timeout --signal=KILL 1 dash script")
    upstream.heal()
    succeeded(client.install(f"{site}/rg"))
    assert [request.range is not None for request in upstream.requests] == [True]
    assert "15.2.0" in client.run("~/.local/bin/rg --version").stdout


def test_all_or_nothing(site: str, client: Client, upstream: Upstream) -> None:
    """Where this host lacks a build of one of several packages, none is downloaded."""
    done = client.install(f"{site}/rg,bun")
    assert done.returncode == UNAVAILABLE
    assert "bun" in done.stderr
    assert upstream.paths() == []
    assert left_in(client.home) == []


def test_already_installed(site: str, client: Client, upstream: Upstream) -> None:
    """A second install downloads nothing and changes nothing."""
    succeeded(client.install(f"{site}/rg"))
    link = (client.home / ".local/bin/rg").readlink()
    upstream.heal()
    succeeded(client.install(f"{site}/rg"))
    assert upstream.paths() == []
    assert (client.home / ".local/bin/rg").readlink() == link


def test_switches_versions(site: str, client: Client, upstream: Upstream) -> None:
    """Going back to a version that is still there needs no download."""
    for spec, version in (("rg@15.1", "15.1.0"), ("rg", "15.2.0")):
        succeeded(client.install(f"{site}/{spec}"))
        assert version in client.run("~/.local/bin/rg --version").stdout
    upstream.heal()
    for spec, version in (("rg@15.1.0", "15.1.0"), ("rg@latest", "15.2.0")):
        succeeded(client.install(f"{site}/{spec}"))
        assert version in client.run("~/.local/bin/rg --version").stdout
    assert upstream.paths() == []


@pytest.mark.parametrize("specs", [("rg", "rg"), ("rg", "rg@15.1"), ("rg", "fzf")])
def test_two_at_once(site: str, client: Client, upstream: Upstream, specs: tuple[str, str]) -> None:
    """Two installs in one home at the same time both succeed, and what is there works."""
    upstream.fail("*", Fault.SLOW)
    running = [client.start(client.one_liner(f"{site}/{spec}")) for spec in specs]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    for spec in specs:
        succeeded(client.run(f"~/.local/bin/{spec.partition('@')[0]} --version"))


@pytest.mark.parametrize("shell", ["dash", "bash", "ash", "zsh"])
def test_a_cut_script_does_nothing(site: str, client: Client, shell: str) -> None:
    """A script that ends early, at every 500th byte or at any of the last 100, leaves a home as it was."""
    client = replace(client, shell=shell)
    succeeded(
        client.run(f"curl -sSL {site}/rg -o /var/tmp/x 2>/dev/null; curl -sSL {site}/rg | wc -c")
    )
    run = " ".join({"ash": ("busybox", "ash")}.get(shell, (shell,)))
    done = client.run(
        f"""
        curl -sSL {site}/rg > /tmp/script
        size=$(wc -c < /tmp/script)
        cuts=$(seq 0 500 $((size - 1)); seq $((size - 100)) $((size - 1)))
        for cut in $cuts; do
            head -c "$cut" /tmp/script | {run} > /tmp/out 2>&1
            [ -z "$(ls -A ~)" ] || {{ echo "cut at $cut of $size"; ls -AR ~; exit 1; }}
        done
        echo "size $size"
        """
    )
    assert int(succeeded(done).split()[-1]) > 10_000


@pytest.mark.parametrize("downloader", list(Downloader))
def test_unknown_package(site: str, client: Client, downloader: Downloader) -> None:
    """Piping the answer for an unknown package or version to a shell fails, and names what comes near."""
    client = replace(client, downloader=downloader)
    for spec, near in (("ripgrap", "ripgrep"), ("rg@99", "15.2.0")):
        done = client.install(f"{site}/{spec}")
        assert done.returncode != 0
        assert near in done.stderr
    assert left_in(client.home) == []
