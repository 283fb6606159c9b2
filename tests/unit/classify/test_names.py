"""What file names say: the vectors of real names, special cases, refusals."""

import pytest

from artesian.classify.names import classify
from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Classified, Format


@pytest.mark.parametrize(
    ("name", "os", "arch", "libc", "form"),
    [
        ("hugo_0.145.0_linux-amd64.tar.gz", "linux", "amd64", None, "tar.gz"),
        ("bat-v0.24.0-x86_64-unknown-linux-gnu.tar.gz", "linux", "amd64", "gnu", "tar.gz"),
        ("jq-windows-amd64.exe", "windows", "amd64", None, "raw"),
    ],
)
def test_vectors(name: str, os: str, arch: str, libc: str | None, form: str) -> None:
    """A name that says os and arch is classified by them."""
    assert classify(name) == Classified(
        os=Os(os), arch=Arch(arch), libc=Libc(libc) if libc else None, format=Format(form)
    )
