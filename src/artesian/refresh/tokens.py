"""Settings → who we are to upstreams. A token that would be sent broken isn't sent: its host is asked nothing."""

from pathlib import Path
from urllib.parse import urlsplit

from artesian import __version__
from artesian.model.credential import Credential, InvalidToken, Secret, parse_token
from artesian.model.header import Scheme
from artesian.refresh.access import Access
from artesian.settings import Settings

__all__ = ["read_access"]

# The longest token known has 520 characters; a larger file is something else.
MAX_BYTES = 10_000


class _Unreadable(Exception):
    """Why a token can't be used."""


def read_access(settings: Settings) -> Access:
    """Read the tokens from where the settings say. Never raises: what is wrong is told by host."""
    credentials: dict[str, Credential] = {}
    broken: dict[str, str] = {}

    def add(host: str, scheme: Scheme, source: Path | str, limit: int | None) -> None:
        try:
            secret = _read(source)
        except _Unreadable as error:
            broken[host] = str(error)
            return
        credentials[host] = Credential(
            host=host, scheme=scheme, secret=secret, expected_limit=limit
        )

    github = urlsplit(settings.github_url).netloc
    if settings.github_token_file is not None:
        add(github, Scheme.BEARER, settings.github_token_file, settings.expected_limit)
    elif settings.github_token is not None:
        text = settings.github_token.get_secret_value()
        add(github, Scheme.BEARER, text, settings.expected_limit)
    for host, path in settings.gitea_token_files.items():
        add(host, Scheme.TOKEN, path, None)
    for host, path in settings.gitlab_token_files.items():
        add(host, Scheme.BEARER, path, None)
    return Access(
        user_agent=_user_agent(settings.contact),
        credentials=credentials,
        broken=broken,
        github_url=settings.github_url,
    )


def _read(source: Path | str) -> Secret:
    """Read a token from a file, or from a variable's text."""
    try:
        if isinstance(source, str):
            return parse_token(source, origin="ARTESIAN_GITHUB_TOKEN")
        with source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:  # cut, it would be another token
            raise _Unreadable(f"{source} is longer than any token: over {MAX_BYTES:,} bytes")
        return parse_token(content.decode("utf-8"), origin=str(source))
    except InvalidToken as error:
        raise _Unreadable(str(error)) from error
    except UnicodeDecodeError as error:
        raise _Unreadable(f"{source} is no text") from error
    except OSError as error:
        raise _Unreadable(f"{source} can't be read: {error.strerror or error}") from error


def _user_agent(contact: str) -> str:
    return f"artesian/{__version__} (+{contact})" if contact else f"artesian/{__version__}"
