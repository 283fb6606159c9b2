"""Versions, channels, prefixes and ranges, on the spellings that real tags use."""

import itertools

import pytest

from artesian.model.version import (
    Channel,
    InvalidTag,
    Lts,
    Matching,
    Newest,
    Tag,
    is_match,
    parse_tag,
    parse_version,
)


@pytest.mark.parametrize(
    ("tag", "text", "numbers", "channel"),
    [
        ("v14.1.1", "14.1.1", (14, 1, 1), "stable"),
        ("V3", "3", (3,), "stable"),
        ("1.0.0", "1.0.0", (1,), "stable"),
        ("r21", "21", (21,), "stable"),  # lf, before its definition rewrites it
        ("0.21.0", "0.21.0", (0, 21), "stable"),  # lf, after
        ("bun-v1.0.0", "1.0.0", (1,), "stable"),
        ("jq-1.7", "1.7", (1, 7), "stable"),
        ("jq-1.7rc1", "1.7rc1", (1, 7), "rc"),
        ("cli-v1.2.3", "1.2.3", (1, 2, 3), "stable"),
        ("b6.0", "6.0", (6,), "stable"),
        ("tools/monorel/v0.6.6", "0.6.6", (0, 6, 6), "stable"),
        ("kustomize/v5.4.2", "5.4.2", (5, 4, 2), "stable"),
        ("@biomejs/biome@1.9.4", "1.9.4", (1, 9, 4), "stable"),
        ("refs/v1.2/notes", "1.2", (1, 2), "stable"),
        ("REL_17_0", "17.0", (17,), "stable"),
        ("v2.41.0.windows.1", "2.41.0", (2, 41), "stable"),
        ("v2.41.0.windows.2", "2.41.0.2", (2, 41, 0, 2), "stable"),
        ("v2.41.0.windows.2.", "2.41.0.2", (2, 41, 0, 2), "stable"),
        ("v2.41.0-rc0.windows.1", "2.41.0-rc0", (2, 41), "rc"),
        ("go1.10", "1.10", (1, 10), "stable"),
        ("go1.21rc2", "1.21rc2", (1, 21), "rc"),
        ("v20.3.1", "20.3.1", (20, 3, 1), "stable"),
        ("121.0.6120.1", "121.0.6120.1", (121, 0, 6120, 1), "stable"),
        ("2.2.19+0", "2.2.19+0", (2, 2, 19), "stable"),
        ("2.3.0-16.0.pre", "2.3.0-16.0.pre", (2, 3), "preview"),
        ("iTerm2_3_5_0beta17", "3.5.0beta17", (3, 5), "beta"),
        ("0.10.0-dev.1606+97a53bb8a", "0.10.0-dev.1606+97a53bb8a", (0, 10), "dev"),
        ("11.6.0 Vector", "11.6.0", (11, 6), "stable"),
        ("20240608.083822.1ed9031", "20240608.083822.1ed9031", (20240608, 83822), "stable"),
        ("1.10.0-beta1", "1.10.0-beta1", (1, 10), "beta"),
        ("v1.0.0-alpha.3", "1.0.0-alpha.3", (1,), "alpha"),
        ("v8.0.0-preview.7", "8.0.0-preview.7", (8,), "preview"),
        ("1.9.0-insiders", "1.9.0-insiders", (1, 9), "preview"),
        ("22-ea+5", "22-ea+5", (22,), "preview"),
        ("v3.0.0-develop", "3.0.0-develop", (3,), "dev"),
        ("1.2b3", "1.2b3", (1, 2), "beta"),
        ("1.2a1", "1.2a1", (1, 2), "alpha"),
        ("1.2c1", "1.2c1", (1, 2), "rc"),
        ("4.0.0-M1", "4.0.0-M1", (4,), "beta"),
        ("1.0-SNAPSHOT", "1.0-SNAPSHOT", (1,), "dev"),
        ("amd64-v2.0.5", "2.0.5", (2, 0, 5), "stable"),  # syncthing: no CPU level
        ("v2021.05.01-10.20.30", "2021.05.01-10.20.30", (2021, 5, 1), "stable"),
        ("2024-01-02", "2024-01-02", (2024, 1, 2), "stable"),
        ("release-2024-05", "2024-05", (2024, 5), "stable"),
        ("nightly-2024-01-02", "nightly-2024-01-02", (2024, 1, 2), "dev"),
        ("20240131", "20240131", (20240131,), "stable"),
        ("OpenSSL_1_1_1w", "1.1.1w", (1, 1, 1), "stable"),
        ("llvmorg-18.1.8", "18.1.8", (18, 1, 8), "stable"),
        ("k1.4.8", "1.4.8", (1, 4, 8), "stable"),
        ("v1.0-$(id)", "1.0", (1,), "stable"),
        ("v1." + "9" * 500, "1." + "9" * 247, (1, int("9" * 247)), "stable"),
        ("nightly", "nightly", (), "dev"),
        ("master", "master", (), "dev"),
        ("foo bar/../x", "foo-bar-..-x", (), "stable"),
        ("1ed9031a", "9031a", (9031,), "stable"),
        ("abcdefa", "abcdefa", (), "stable"),
        ("٣.٤", "-.-", (), "stable"),
        ("", "", (), "stable"),
    ],
)
def test_tags_become_versions(tag: str, text: str, numbers: tuple[int, ...], channel: str) -> None:
    """A tag as an upstream writes it becomes the version that people see, in its channel."""
    version = parse_version(tag)
    assert (version.text, version.numbers, version.channel) == (text, numbers, Channel(channel))


@pytest.mark.parametrize(
    "ascending",
    [
        "1.0.0-dev 1.0.0-alpha1 1.0.0-preview1 1.0.0-beta1 1.0.0-rc1 1.0.0-rc2 1.0.0 1.0.0+hotfix1 1.0.1",
        "121.0.6120.0 121.0.6120.1 121.0.6121.0 122.0.6100.0",
        "1.0.0 1.19.5 1.20.2 1.20.3 2.0.0-rc1 2.0.0",
        "1.0.0 1.0.0.1 1.0.1",
        "1.9 1.10",
        "0.0.0-rc1 0.0.0",
        "r9 r21",
        "1.1.1 1.1.1a 1.1.1w 1.1.2",
        "3.5.1 3.5.1-1 3.5.1-2 3.5.1-10",
        "v2.41.0.windows.1 v2.41.0.windows.2 v2.42.0-rc0.windows.1",
        "1.0-rc 1.0-rc.1 1.0-rc.2 1.0-rc.10",
        "2.3.0-16.0.pre 2.3.0-16.1.pre 2.3.0",
        "0.10.0-dev.1606+97a53bb8a 0.10.0-dev.1607+0a53bb8a 0.10.0",
        "20240101.010101.aaaaaa1 20240608.083822.1ed9031",
        "nightly 0.0.1",
        "1.991.0 1.991.1-rc1 1.991.1 1.991.1+hotfix1 1.991.1+hotfix2 1.991.2-rc1 1.991.2-rc2",
    ],
)
def test_versions_are_ordered(ascending: str) -> None:
    """Each version of a line is newer than the one before it."""
    versions = [parse_version(text) for text in ascending.split()]
    assert all(older < newer for older, newer in itertools.pairwise(versions))


@pytest.mark.parametrize("texts", ["1.0 1.0.0 v1 1-final", "1.0-rc1 1.0.0rc1 v1.0.0-rc.1 1.0c1"])
def test_spellings_are_equal(texts: str) -> None:
    """Versions that say the same are equal and hash alike, whatever their spelling."""
    assert len({parse_version(text) for text in texts.split()}) == 1


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (None, Newest()),
        ("", Newest()),
        ("*", Newest()),
        ("stable", Newest()),
        ("latest", Newest()),
        ("LTS", Lts()),
        ("rc", Newest(channel=Channel.RC)),
        ("beta", Newest(channel=Channel.BETA)),
        ("pre", Newest(channel=Channel.PREVIEW)),
        ("preview", Newest(channel=Channel.PREVIEW)),
        ("alpha", Newest(channel=Channel.ALPHA)),
        ("dev", Newest(channel=Channel.DEV)),
        ("nightly", Newest(channel=Channel.DEV)),
        ("20", Matching(text="20")),
        ("v1.18", Matching(text="1.18")),
        ("1.x", Matching(text="1")),
        ("1.2.*", Matching(text="1.2")),
        ("1.2.3-RC1", Matching(text="1.2.3-rc1")),
        ("bun-v1.0.0", Matching(text="bun-v1.0.0")),
        ("r21", Matching(text="r21")),
        ("go1.10", Matching(text="go1.10")),
        ("^v1.2", Matching(text="^1.2")),
        (">= 1.2 , < 2", Matching(text=">=1.2,<2")),
        (">=1.2 <2", Matching(text=">=1.2,<2")),
        ("=1.2.3", Matching(text="=1.2.3")),
    ],
)
def test_tags_are_read(text: str | None, tag: Tag) -> None:
    """What stands behind the @ is a channel, lts, the start of a version or a range."""
    assert parse_tag(text) == tag


@pytest.mark.parametrize(
    "text",
    [
        "foo",
        "lastest",
        "^",
        ">=1.2,",
        ">=1.2,foo",
        "^1 || ^2",
        "1..2;rm",
        "../1.2",
        "1.2\r\nx: y",
        "\udc80",
        "\x00",
        "foo1",
        "1abcdefa",
        "^abcdefa",
        "1" * 251,
    ],
)
def test_other_tags_are_invalid(text: str) -> None:
    """Anything else is refused with the ways to write a tag, in a message that can be printed."""
    with pytest.raises(InvalidTag, match="is not a version: write") as caught:
        parse_tag(text)
    assert str(caught.value).isprintable()
    assert caught.value.text == text


MATCHES = """
20                20.0 20.3.1 20-rc1                 2 200.1 19.9
1.1               1.1 1.1.0 1.1.9 1.1.0-rc1          1.10 1.11.1 1
v3                3.0 3.9.1                          30 2.9
1.0               1 1.0.0 1.0.7                      1.1
1.2.3             1.2.3 1.2.3.4 1.2.3-1 1.2.3-rc1    1.2.30 1.2.4
1.2.3-rc1         1.2.3-rc1 1.2.3rc1 1.2.3-rc1.2     1.2.3 1.2.3-rc2 1.2.3-rc10 1.2.3-beta1 1.2.4-rc1
1.2-rc            1.2.0-rc1 1.2.7-rc4                1.2.0 1.2.0-beta1
3.5.1-1           3.5.1-1 3.5.1-1.2                  3.5.1 3.5.1-10 3.5.1-2 3.5.2
2.41.0.windows.2  v2.41.0.windows.2 2.41.0.2         v2.41.0.windows.1
1.0+hotfix        1.0.0+hotfix1 1.0.0+hotfix         1.0.0 1.0.0+other 1.0.1+hotfix1 1.0.0-1+hotfix1
2024-05           2024-05-01 2024-05-31              2024-06-01
jq-1.7            jq-1.7 1.7.1                       jq-1.6
^1.2              1.2.0 1.9.9                        1.1.9 2.0.0 2.0.0-rc1 1.2.0-rc1
^0.2.3            0.2.3 0.2.9                        0.2.2 0.3.0 1.0.0
^0.0.3            0.0.3 0.0.3.1                      0.0.4 0.1.0
^0                0.0.1 0.9                          1.0
^0.0              0.0.1                              0.1.0
^1.2.3-rc1        1.2.3-rc1 1.2.3-rc2 1.2.3 1.3.0    1.2.3-beta1 2.0.0
~1.2.3            1.2.3 1.2.9                        1.2.2 1.3.0
~1.2              1.2.0 1.2.9                        1.3.0 1.1.9
~1                1.0 1.9                            2.0 0.9
>=1.2,<2          1.2 1.9.9                          1.1.9 2.0 2.0.0-beta1
>1.2              1.3 2.0                            1.2 1.2.9 1.1
>1.2.3            1.2.4 1.2.3.1                      1.2.3 1.2.3-rc1
<=1.2             1.2 1.2.9 1.0                      1.3
<=1.2.3           1.2.3 1.2.3-rc1                    1.2.3.1
<2.0.0-rc2        2.0.0-rc1 1.9                      2.0.0-rc2 2.0.0
=1.2.3            1.2.3 v1.2.3                       1.2.3.1 1.2.3-1 1.2.3-rc1 1.2.4
==1.2             1.2 1.2.9                          1.3
>=1.2,!=1.3       1.2 1.4                            1.3.0 1.3.9
nightly           -                                  1.0 nightly
"""


@pytest.mark.parametrize("line", MATCHES.strip().splitlines())
def test_prefixes_and_ranges_match(line: str) -> None:
    """A prefix matches component by component, a range by order; a pre-release of a bound is above it."""
    tag, admitted, refused = (part for part in line.replace("\t", "  ").split("  ") if part.strip())
    matching = Matching(text=tag)
    for text in admitted.split():
        assert text == "-" or is_match(matching, parse_version(text)), text
    for text in refused.split():
        assert not is_match(matching, parse_version(text)), text


def test_a_version_without_number_matches_nothing() -> None:
    """A rolling tag such as `nightly` is found by its channel, never by a prefix or range."""
    assert not is_match(Matching(text="1"), parse_version("nightly"))
    assert not is_match(Matching(text=">=0"), parse_version("nightly"))
