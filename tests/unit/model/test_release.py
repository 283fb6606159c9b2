"""What upstreams list."""

import pytest

from artesian.model.release import is_commit


@pytest.mark.parametrize(
    ("tag", "is_one"),
    [
        ("97a53bb8a1c2d3e4f5061728394a5b6c7d8e9f00", True),
        ("97a53bb8a1c2d3e4f5061728394a5b6c7d8e9f0", False),
        ("97A53BB8A1C2D3E4F5061728394A5B6C7D8E9F00", False),
        ("v1.0.0", False),
        ("", False),
    ],
)
def test_commits(tag: str, is_one: bool) -> None:
    """Forty hex digits stand for a commit of a repository without tags."""
    assert is_commit(tag) is is_one
