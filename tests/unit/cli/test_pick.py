"""`artesian pick` and `artesian detect`, as programs read them."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripts.evaluate_pick import TABLE, judge, read_releases
from tests.programs import need_data

from artesian.cli.pick import pick, picked_line
from artesian.resolve.words import read_host


@pytest.mark.parametrize(
    ("files", "os", "arch", "libc", "package", "expected"),
    [
        # ripgrep 14: musl is static, so both libcs take it
        ("rg-x86_64-unknown-linux-musl.tar.gz rg-x86_64-apple-darwin.tar.gz", "linux", "x86_64", "gnu", None, 0),
        ("rg-x86_64-unknown-linux-gnu.tar.gz rg-x86_64-apple-darwin.tar.gz", "linux", "amd64", "musl", None, None),
        ("bat-x86_64-unknown-linux-gnu.tar.gz bat-x86_64-unknown-linux-musl.tar.gz", "Linux", "x64", None, None, 1),
        ("jq-macos-amd64 jq-linux-amd64", "darwin", "aarch64", None, None, 0),
        ("hugo_0.9_windows-amd64.zip hugo_0.9_windows-arm64.zip", "windows", "arm64", None, None, 1),
        # what only a system's own installer unpacks, where nothing else is
        ("app-darwin-arm64.pkg app-linux-amd64.tar.gz", "darwin", "arm64", None, None, 0),
        # checksums and the like are no builds
        ("a_linux_amd64.tar.gz.sha256 a_linux_amd64.deb a_linux_amd64.tar.gz", "linux", "amd64", None, None, 2),
        # of two programs the package's own
        ("denort-x86_64-linux.zip deno-x86_64-linux.zip", "linux", "amd64", None, "denoland/deno", 1),
        ("kubens_linux_x86_64.tar.gz kubectx_linux_x86_64.tar.gz", "linux", "amd64", None, "kubectx", 1),
        # names without a system: trunk; shellcheck's for Windows; k3s; flintlock
        ("trunk", "macos", "arm64", None, None, 0),
        ("shellcheck-v0.11.0.linux.x86_64.tar.xz shellcheck-v0.11.0.zip", "windows", "amd64", None, None, 1),
        ("k3s k3s-arm64", "linux", "amd64", None, None, 0),
        ("k3s k3s-arm64", "macos", "amd64", None, None, None),
        ("fnm-arm64.zip fnm-macos.zip", "linux", "arm64", None, None, 0),
        ("a_linux_amd64.tar.gz b_linux_amd64.tar.gz", "plan9", "mips", None, None, None),
        ("", "linux", "amd64", None, None, None),
    ],
)  # fmt: skip
def test_the_file_for_a_host_is_picked(
    files: str, os: str, arch: str, libc: str | None, package: str | None, expected: int | None
) -> None:
    """Of the files of a release that one is picked which the host would get."""
    names = files.split()
    picked = pick(names, read_host(os, arch, libc), package)
    assert picked == (None if expected is None else names[expected])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {
                "assets": ["a-linux-x64.gz"],
                "os": "linux",
                "arch": "amd64",
                "libc": None,
                "more": [1],
            },
            {"pick": "a-linux-x64.gz"},
        ),
        (
            {"assets": ["a-linux-x64.gz"], "os": "linux", "arch": "amd64", "level": 9},
            {"pick": "a-linux-x64.gz"},
        ),
        ({"assets": [], "os": "", "arch": "amd64"}, {"error": "'' is no os we know: "}),
        ({"assets": [1], "os": "linux", "arch": "amd64"}, {"error": "Expected `str`, got `int`"}),
        ({"os": "linux", "arch": "amd64"}, {"error": "Object missing required field `assets`"}),
    ],
)
def test_an_answer_holds_the_question(
    given: Mapping[str, object], expected: Mapping[str, str]
) -> None:
    """The same object comes back with `pick`; where it can't be answered that is null, and `error` says why."""
    answer = json.loads(picked_line(json.dumps(given).encode()))
    for key, value in expected.items():
        assert answer.pop(key).startswith(value)
    assert answer.pop("pick", None) is None
    assert answer == given


_NODE = ["node-v22.1.0-linux-x64-musl.tar.gz"]
_BUN = ["bun-linux-x64.zip", "bun-linux-x64-baseline.zip", "bun-linux-x64-profile.zip"]
_KUBE = ["kubens_v1_linux_x86_64.tar.gz", "kubectx_v1_linux_x86_64.tar.gz"]


@pytest.mark.parametrize(
    ("package", "assets", "libc", "level", "expected"),
    [
        # node's builds for musl need its loader, whatever musl in a name usually means
        ("node", _NODE, "gnu", None, None),
        ("Node ", _NODE, "musl", None, 0),
        (None, _NODE, "gnu", None, 0),
        # bun's usual build needs AVX2
        ("bun", _BUN, None, None, 1),
        ("bun", _BUN, None, 3, 0),
        ("Oven-sh/Bun", _BUN, None, None, 1),
        ("somebody/bun", _BUN, None, None, 0),
        # two packages come out of one repository, and its name is that of one of them
        ("ahmetb/kubectx", _KUBE, None, None, 1),
        ("kubens", _KUBE, None, None, 0),
        # what the rules leave out is better than nothing, what a host can't run isn't
        ("ahmetb/kubectx", ["kubectx"], None, None, 0),
        ("bun", _BUN[:1], None, None, 0),
        ("bun", _BUN[:1], None, 1, None),
    ],
)
def test_a_known_package_is_picked_by_its_rules(
    package: str | None,
    assets: list[str],
    libc: str | None,
    level: int | None,
    expected: int | None,
) -> None:
    """Where the shipped catalogue has the package, by name or repository, what its author knows better counts."""
    question = {"assets": assets, "os": "linux", "arch": "amd64", "libc": libc, "level": level}
    answer = json.loads(picked_line(json.dumps({**question, "package": package}).encode()))
    assert answer["pick"] == (None if expected is None else assets[expected])


@given(line=st.one_of(st.binary(), st.text().map(lambda text: json.dumps([text]).encode())))
def test_any_line_is_answered(line: bytes) -> None:
    """Whatever a line holds, it is answered by one JSON object."""
    answer = picked_line(line)
    assert b"\n" not in answer
    assert isinstance(json.loads(answer), dict)


def _run(command: str, lines: bytes) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "artesian.cli.main", command],
        input=lines,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_pick_answers_line_by_line() -> None:
    """A bad line is answered too, and doesn't stop those after it."""
    good = b'{"assets": ["a-linux-x64.gz"], "os": "linux", "arch": "amd64"}'
    bad = [b"\xff", b"", b'{"assets": ["\xff"]}', b"[" * 100_000]
    answers = _run("pick", b"\xef\xbb\xbf" + b"\n".join([good, *bad, good]))
    assert [answer.get("pick") for answer in answers] == [
        "a-linux-x64.gz", None, None, None, None, "a-linux-x64.gz"
    ]  # fmt: skip
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]


def test_detect_answers_line_by_line() -> None:
    """One User-Agent a line in, one JSON object a line out, in any bytes."""
    answers = _run("detect", b"curl/8.5.0\r\nDarwin 23.1.0 arm64\n\xff\xfe\n")
    nothing = {"os": None, "arch": None, "libc": None}
    assert answers == [
        {**nothing, "kind": "bare-client"},
        {"os": "macos", "arch": "arm64", "libc": None, "kind": "curl/wget+uname"},
        {**nothing, "kind": "bot/probe"},
    ]


def test_pick_agrees_with_packagers() -> None:
    """Of the hosts that packagers serve with real releases, at least 99 in 100 get the file that they hand out."""
    need_data(TABLE)
    kinds = Counter(one.kind for one in judge(read_releases(TABLE), is_named=True))
    assert kinds.total() > 9000
    assert kinds["right"] / kinds.total() >= 0.99
    assert kinds["wrong"] / kinds.total() <= 0.004
