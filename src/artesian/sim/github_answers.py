"""How GitHub writes its answers: headers, reasons and the texts of refusals, as recorded."""

from datetime import datetime

from artesian.sim.bodies import error
from artesian.sim.wire import Answer, Fields

__all__ = ["edge_limit", "no_user_agent", "not_modified", "reply", "secondary"]

_DOCS = "https://docs.github.com/rest"
_SECONDARY_DOCS = (
    "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api"
    "#about-secondary-rate-limits"
)
_RATE_DOCS = f"{_DOCS}/overview/resources-in-the-rest-api#rate-limiting"
_EXPOSED = (
    "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, "
    "X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, "
    "X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset"
)
_SECURITY: Fields = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", _EXPOSED),
    ("content-security-policy", "default-src 'none'"),
    ("referrer-policy", "origin-when-cross-origin, strict-origin-when-cross-origin"),
    ("strict-transport-security", "max-age=31536000; includeSubdomains; preload"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "deny"),
    ("x-xss-protection", "0"),
)
_JSON = "application/json; charset=utf-8"
_REASONS = {
    200: "OK", 301: "Moved Permanently", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 429: "Too Many Requests",
}  # fmt: skip


def reply(status: int, body: bytes, now: datetime, extra: Fields) -> Answer:
    """Answer JSON with the headers that every answer has, and `extra`."""
    headers = (
        ("content-type", _JSON),
        ("date", _date(now)),
        ("server", "github.com"),
        ("x-github-api-version-selected", "2022-11-28"),
        ("x-github-media-type", "github.v3; format=json"),
        ("x-github-request-id", _request_id(now)),
        *_SECURITY,
        *extra,
    )
    return Answer(status=status, reason=_REASONS[status], headers=headers, body=body)


def not_modified(etag: str, now: datetime, rate: Fields) -> Answer:
    """Answer 304: the validator comes back strong, and there is no body."""
    headers = (
        ("date", _date(now)),
        ("server", "github.com"),
        ("etag", f'"{etag}"'),
        *_SECURITY,
        *rate,
    )
    return Answer(status=304, reason="Not Modified", headers=headers)


def secondary(now: datetime, wait_s: float | None, rate: Fields, status: int = 403) -> Answer:
    """Tell a caller to slow down; `wait_s` None: without saying for how long, as GitHub often does."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out "
        f"to GitHub Support for help, please include the request ID {_request_id(now)}."
    )
    wait: Fields = () if wait_s is None else (("retry-after", str(max(1, round(wait_s)))),)
    return reply(status, error(status, message, _SECONDARY_DOCS), now, (*wait, *rate))


def no_user_agent(now: datetime) -> Answer:
    """Refuse a request without User-Agent."""
    text = (
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
        f" ({_DOCS}/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com"
        " for other possible causes.\r\n"
    )
    headers = (("content-type", "text/html"), ("date", _date(now)), ("server", "github.com"))
    return Answer(status=403, reason="Forbidden", headers=headers, body=text.encode())


def edge_limit(address: str, now: datetime) -> Answer:
    """Refuse an anonymous address: the edge does, before GitHub itself, and sends no x-ratelimit headers."""
    text = (
        f"API rate limit exceeded for {address}. (But here's the good news: Authenticated requests get a "
        "higher rate limit. Check out the documentation for more details.)"
    )
    body = f'{{"message":"{text}","documentation_url":"{_RATE_DOCS}"}}\n'.encode()
    headers = (
        ("connection", "close"),
        ("content-type", _JSON),
        ("date", _date(now)),
        ("server", "Varnish"),
        ("x-github-request-id", _request_id(now)),
        *_SECURITY,
    )
    return Answer(status=403, reason="rate limit exceeded", headers=headers, body=body)


def _date(now: datetime) -> str:
    return f"{now:%a, %d %b %Y %H:%M:%S GMT}"


def _request_id(now: datetime) -> str:
    """Write an id whose last part is the time, as GitHub's is."""
    return f"C0DE:0C42:37FE47:4BF8D3:{int(now.timestamp()):X}"
