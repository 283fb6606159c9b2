"""Settings: where they come from, and that nothing in them stops a reader."""

import os
import re
from importlib.resources import files
from pathlib import Path

import pytest

from artesian.settings import (
    Settings,
    environment_of_commands,
    load_settings,
    proxies_of_environment,
    shipped,
)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):  # noqa: TID251 - the subject
        if name.startswith("ARTESIAN_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_defaults_need_nothing(tmp_path: Path) -> None:
    """Without any setting there is a complete set, the data in the user's own place."""
    loaded = load_settings()
    assert loaded.warnings == ()
    assert loaded.settings.data_dir == tmp_path / "artesian" / "data"
    assert (loaded.settings.host, loaded.settings.port) == ("127.0.0.1", 8080)


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no home can be found, the data lie where services have theirs; nothing stops."""
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "~")  # what is left of it when a user has no entry
    assert load_settings().settings.data_dir == Path("/var/lib/artesian/data")


def test_the_command_line_beats_the_environment_beats_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each place overrides the one before it, value by value."""
    file = tmp_path / "artesian.toml"
    file.write_text('port = 1\nhost = "::"\nallowed_hosts = ["One", "two"]\nanswers_bytes = 5\n')
    monkeypatch.setenv("ARTESIAN_CONFIG", str(file))
    monkeypatch.setenv("ARTESIAN_PORT", "2")
    monkeypatch.setenv("ARTESIAN_HOST", "0.0.0.0")  # noqa: S104 - a value only
    loaded = load_settings(port=3, data_dir=None)
    assert loaded.warnings == ()
    settings = loaded.settings
    assert (settings.port, settings.host, settings.answers_bytes) == (3, "0.0.0.0", 5)  # noqa: S104
    assert settings.allowed_hosts == ("one", "two")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment a list is written as people write one."""
    monkeypatch.setenv("ARTESIAN_ALLOWED_HOSTS", "a.example, B.example,")
    assert load_settings().settings.allowed_hosts == ("a.example", "b.example")
    monkeypatch.setenv("ARTESIAN_ALLOWED_HOSTS", "10.0.0.1, [::1], fd00::1")
    assert load_settings().settings.allowed_hosts == ("10.0.0.1", "::1", "fd00::1")
    assert load_settings().warnings == ()


@pytest.mark.parametrize(
    "text", ["a b", ";;", "get.example.com:8443", "https://get.example.com", "::x"]
)
def test_no_host_name(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What is no host among the allowed ones is told, and stays: without it, any would be answered for."""
    monkeypatch.setenv("ARTESIAN_ALLOWED_HOSTS", f"a.example,{text}")
    loaded = load_settings()
    (warning,) = loaded.warnings
    assert f"allowed_hosts: '{text}'" in warning
    assert loaded.settings.allowed_hosts[0] == "a.example"
    assert len(loaded.settings.allowed_hosts) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "many"),
        ("port", "70000"),
        ("header_timeout_s", "-1"),
        ("public_url", "get.example.com"),
        ("public_url", "https://get.example.com/path"),
        ("public_url", "https://x\r\ny"),
        ("public_url", "https://exämple.com"),
        ("public_url", "https://[::1"),
        ("public_url", "https://:80"),
        ("public_url", "https://x:99999"),
        ("connections", "0"),
    ],
)
def test_a_bad_value_becomes_the_default(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A value that can't be used is told and replaced by the default; the others stay."""
    monkeypatch.setenv(f"ARTESIAN_{name.upper()}", value)
    monkeypatch.setenv("ARTESIAN_LOG_ONE_IN", "7")
    loaded = load_settings()
    assert len(loaded.warnings) == 1
    assert name in loaded.warnings[0]
    assert "Value error" not in loaded.warnings[0]
    assert getattr(loaded.settings, name) == Settings.model_fields[name].default
    assert loaded.settings.log_one_in == 7


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ARTESIAN_PROT", "ARTESIAN_PORT"),
        ("ARTESIAN_PUBLIC_URI", "ARTESIAN_PUBLIC_URL"),
        ("artesian_port", "ARTESIAN_PORT"),
        ("ARTESIAN_ZZZZZZZ", ""),
    ],
)
def test_an_unknown_name_is_told(monkeypatch: pytest.MonkeyPatch, name: str, meant: str) -> None:
    """A misspelt name in the environment is told with the one that was meant, and does nothing."""
    monkeypatch.setenv(name, "99")
    loaded = load_settings()
    assert len(loaded.warnings) == 1
    assert name in loaded.warnings[0]
    assert meant in loaded.warnings[0]
    assert loaded.settings == load_settings(data_dir=loaded.settings.data_dir).settings
    assert loaded.settings.port == 8080


def test_the_installers_options_are_no_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs a server may also install with it: the installer's names are not told as unknown."""
    body = files("artesian.render").joinpath("bodies/install.sh").read_text("utf-8")
    names = set(re.findall("ARTESIAN_[A-Z_]+", body))
    assert names
    for name in names:
        monkeypatch.setenv(name, "1")
    assert load_settings().warnings == ()


def test_an_unknown_key_of_the_file_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file's own keys are looked at too."""
    file = tmp_path / "artesian.toml"
    file.write_text("prot = 1\n")
    monkeypatch.setenv("ARTESIAN_CONFIG", str(file))
    (warning,) = load_settings().warnings
    assert "prot" in warning
    assert "port" in warning


@pytest.mark.parametrize("content", [None, b"port = ", b"\xff"])
def test_a_broken_file_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    """A file that is missing, malformed or no text is told, and the rest goes on."""
    file = tmp_path / "artesian.toml"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("ARTESIAN_CONFIG", str(file))
    loaded = load_settings()
    assert len(loaded.warnings) == 1
    assert str(file) in loaded.warnings[0]
    assert loaded.settings.port == 8080


def test_public_url_is_an_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slash at the end and capitals don't matter."""
    monkeypatch.setenv("ARTESIAN_PUBLIC_URL", "https://Get.Example.com/")
    assert load_settings().settings.public_url == "https://get.example.com"


def test_shipped_data_is_found() -> None:
    """Catalogue and seed lie in the checkout, or inside the installed package."""
    assert shipped("catalogue").name == "catalogue"


DOUBTS = [
    ({"ARTESIAN_GITHUB_TOKN": "x"}, "did you mean ARTESIAN_GITHUB_TOKEN"),
    ({"ARTESIAN_GITHUB_TOKEN_FIEL": "x"}, "did you mean ARTESIAN_GITHUB_TOKEN_FILE"),
    ({"ARTESIAN_EXPECTED_LIMIT": "60"}, "setting expected_limit"),
    ({"ARTESIAN_INTERVAL_S": "ten"}, "setting interval_s"),
    ({"ARTESIAN_GITHUB_URL": "ftp://x"}, "setting github_url"),
    ({"ARTESIAN_GITHUB_URL": "https://[bad"}, "setting github_url"),
    ({"ARTESIAN_GITHUB_URL": "https://[bad]/api/v3"}, "setting github_url"),
    ({"ARTESIAN_GITHUB_URL": "https://:443"}, "setting github_url"),
    ({"ARTESIAN_GITHUB_URL": "https://x:99999/"}, "setting github_url"),
    ({"ARTESIAN_GITHUB_URL": "https://x:port"}, "setting github_url"),
    ({"ARTESIAN_CONFIG": "/no/such/file"}, "it is left out"),
    ({"ALL_PROXY": "socks5://127.0.0.1:1"}, "environment variable ALL_PROXY"),
    ({"https_proxy": "http://proxy:port"}, "environment variable https_proxy"),
    ({"ARTESIAN_PORT": "http"}, None),
    ({"ARTESIAN_QUITE_ANOTHER_THING": "1"}, None),
]


@pytest.mark.parametrize(("environment", "doubt"), DOUBTS)
def test_what_a_writer_must_not_go_by(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], doubt: str | None
) -> None:
    """A mistake about what the writer does is a doubt; one about something else is a warning alone."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    loaded = load_settings()
    assert loaded.warnings
    if doubt is None:
        assert loaded.doubts == ()
    else:
        assert doubt in loaded.doubts[0]


def test_tables_and_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens by host are read from pairs, and a token shows nowhere, not even to a command that we run."""
    monkeypatch.setenv("ARTESIAN_GITEA_TOKEN_FILES", "codeberg.org=/a, git.example = /b")
    monkeypatch.setenv("ARTESIAN_GITHUB_TOKEN", "ghp_secret")
    loaded = load_settings()
    assert loaded.settings.gitea_token_files == {
        "codeberg.org": Path("/a"),
        "git.example": Path("/b"),
    }
    assert "ghp_secret" not in repr(loaded.settings)
    assert "ARTESIAN_GITHUB_TOKEN" not in environment_of_commands()
    assert "PATH" in environment_of_commands()


def test_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that can be used is found, and nothing is said of it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert load_settings().warnings == ()
    way = proxies_of_environment().way("https://api.github.com/")
    assert way is not None
    assert way.reveal() == "http://proxy.example:3128"
