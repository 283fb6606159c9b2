"""Addresses as an operator writes them: what is accepted, and what is told of the others."""

import pytest

from artesian.model.addresses import checked_origin, is_host_name

GOOD = [
    ("https://get.example.com", "https://get.example.com"),
    (" http://Get.Example.com:8080/ ", "http://get.example.com:8080"),
    ("http://[::1]:80", "http://[::1]:80"),
]
BAD = [
    ("get.example.com", "the origin alone"),
    ("https://x/path", "the origin alone"),
    ("https://me@x", "the origin alone"),
    ("https://exämple.com", "xn--"),
    ("https://:80", "a host name is missing"),
    ("https://x:99999", "Port out of range"),
    ("https://x:y", "Port"),
    ("https://[::1", "Invalid IPv6"),
]


@pytest.mark.parametrize(("text", "origin"), GOOD)
def test_an_origin(text: str, origin: str) -> None:
    """An origin is written in small letters, without a slash at its end."""
    assert checked_origin(text) == origin


@pytest.mark.parametrize(("text", "why"), BAD)
def test_no_origin(text: str, why: str) -> None:
    """What is no origin is told, with how to write one."""
    with pytest.raises(ValueError, match=why):
        checked_origin(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("get.example.com", True),
        ("Tools", True),
        ("10.0.0.1", True),
        ("::1", True),
        ("fd00::10.0.0.1", True),
        ("", False),
        ("a b", False),
        (";;", False),
        ("-a", False),
        ("::x", False),
        ("get.example.com:8443", False),
        ("https://get.example.com", False),
    ],
)
def test_a_host_name(text: str, is_one: bool) -> None:
    """A name or address alone is one; with a port or a scheme it never equals what a request says."""
    assert is_host_name(text) is is_one
