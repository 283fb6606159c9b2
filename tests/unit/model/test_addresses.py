"""Addresses as an operator writes them: what is accepted, and what is told of the others."""

import pytest

from artesian.model.addresses import checked_origin

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
