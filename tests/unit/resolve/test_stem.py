"""What is left of file names without platform, version and ending."""

import pytest

from artesian.resolve.stem import plain, stem


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "ripgrep-14.1.1-x86_64-unknown-linux-musl.tar.gz ripgrep-v14-i686-pc-windows-msvc.zip",
            "ripgrep",
        ),
        (
            "foo_1.2.3_Linux_x86_64.tar.gz foo-darwin-arm64 foo.exe foo_1.2.3-rc1_macOS_all.zip",
            "foo",
        ),
        ("foo-server_linux_amd64.tgz FooServer-Windows-64bit.exe", "fooserver"),
        (
            "AtomicParsleyLinux.zip AtomicParsleyMacOS.zip AtomicParsleyWindowsX86.zip",
            "atomicparsley",
        ),
        ("hugo_0.83.1_NetBSD-64bit.tar.gz hugo_DragonFlyBSD-64bit.zip hugo-FreeBSD", "hugo"),
        ("yq_linux_amd64 yq_linux_arm64.tar.gz yq_darwin_amd64v3 yq_freebsd_arm.7z", "yq"),
        ("bun-linux-x64-baseline.zip bun-darwin-aarch64.zip", "bun"),
        ("7zip-linux-x64.tar.xz", "7zip"),
        ("armory-linux-armv7hf.gz armory-linux-armhf.zst", "armory"),
        ("k9s_Linux_ppc64le.tar.gz k9s-nightly-1a2b3c4d_win64.zip", "k9s"),
        ("linux-amd64.tar.gz x86_64-apple-darwin-1.2.3.zip v1.0.zip", ""),
    ],
)
def test_builds_of_a_program_share_a_stem(names: str, expected: str) -> None:
    """All files of one program have the same stem, whatever their platform, version and ending."""
    assert {stem(name) for name in names.split()} == {expected}


def test_names_are_written_like_stems() -> None:
    """A name of a package compares with a stem whatever its separators."""
    assert plain("Cloud-SQL_Proxy.v") == "cloudsqlproxyv"
