"""Other people's words for platforms."""

import pytest

from artesian.model.host import Arch, Host, Libc, Os
from artesian.resolve.words import UnknownWord, read_host


@pytest.mark.parametrize(
    ("words", "host"),
    [
        ("linux amd64", Host(os=Os.LINUX, arch=Arch.AMD64)),
        ("Darwin arm64", Host(os=Os.MACOS, arch=Arch.ARM64)),
        ("win32 x64 msvc", Host(os=Os.WINDOWS, arch=Arch.AMD64, libc=Libc.MSVC)),
        ("Linux aarch64 glibc", Host(os=Os.LINUX, arch=Arch.ARM64, libc=Libc.GNU)),
        ("linux 386 unknown", Host(os=Os.LINUX, arch=Arch.X86)),
        ("linux armv8l musl", Host(os=Os.LINUX, arch=Arch.ARMV7, libc=Libc.MUSL)),
    ],
)
def test_words_of_others_are_read(words: str, host: Host) -> None:
    """What uname, Go, Node and Rust say means the same host."""
    os, arch, libc = (*words.split(), "")[:3]
    assert read_host(os, arch, libc) == host


@pytest.mark.parametrize(
    ("words", "word"),
    [
        ("any amd64", "any"),
        ("linux universal", "universal"),
        ("linux amd64 newlib", "newlib"),
    ],
)
def test_unknown_words_are_told(words: str, word: str) -> None:
    """A word that nobody uses, or that is of builds alone, is refused with those that we know."""
    os, arch, libc = (*words.split(), "")[:3]
    with pytest.raises(UnknownWord, match=f"'{word}' is no .* we know: ") as caught:
        read_host(os, arch, libc)
    assert caught.value.word == word
