"""Every header we send or read, and every value we send, as typed constants: no other header can be built.

The outage of 2024-06-05 began with `Authentication`, a valid word that no reviewer noticed. A test compares the bytes
on the wire, and a mutation of any constant here fails a named test.
"""

from enum import StrEnum

__all__ = [
    "CONTENT_ENCODING",
    "GITHUB_API_VERSION",
    "GZIP",
    "Header",
    "MediaType",
    "Received",
    "Scheme",
]

# Sent explicitly, since the default may move. Supported until 2028-03 at the least; 2026-03-10 has nothing we need.
# https://docs.github.com/en/rest/about-the-rest-api/api-versions
GITHUB_API_VERSION = "2022-11-28"

# The one way of packing that we ask for and undo, and the header that says so; net.py alone reads it.
GZIP = "gzip"
CONTENT_ENCODING = "content-encoding"


class Header(StrEnum):
    """Names of the headers that we send."""

    ACCEPT = "Accept"
    ACCEPT_ENCODING = "Accept-Encoding"
    AUTHORIZATION = "Authorization"
    CONTENT_TYPE = "Content-Type"
    GITHUB_API_VERSION = "X-GitHub-Api-Version"
    IF_NONE_MATCH = "If-None-Match"
    USER_AGENT = "User-Agent"


class Received(StrEnum):
    """Names of the headers that we read, in lower case."""

    CONTENT_TYPE = "content-type"
    DATE = "date"
    ETAG = "etag"
    LINK = "link"
    LOCATION = "location"
    RATE_LIMIT = "x-ratelimit-limit"
    RATE_REMAINING = "x-ratelimit-remaining"
    RATE_RESET = "x-ratelimit-reset"
    RATE_USED = "x-ratelimit-used"
    RETRY_AFTER = "retry-after"
    TOKEN_EXPIRATION = "github-authentication-token-expiration"  # noqa: S105 - a header's name, no secret


class MediaType(StrEnum):
    """Values of Accept and Content-Type."""

    GITHUB = "application/vnd.github+json"
    JSON = "application/json"
    HTML = "text/html"  # asked for where releases are links of a page; else an error page, or a portal's
    ANY = "*/*"


class Scheme(StrEnum):
    """The word before the token in Authorization. GitHub and GitLab take Bearer, Gitea documents `token`."""

    BEARER = "Bearer"
    TOKEN = "token"  # noqa: S105 - the scheme's name, no secret
