"""Every setting in words, for docs/reference/settings.md: what it is for, its default, what it may be. Pure.

Defaults and limits are read from the settings themselves; what they mean is told here alone.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from pydantic.fields import FieldInfo

from artesian.settings import Settings

__all__ = ["TOLD", "Told", "reference"]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a setting is for. `example`: a value as it stands in the file; `default`: where words say it better."""

    meaning: str
    example: str
    default: str = ""


_BOTH = {
    "data_dir": Told(
        meaning="The data directory: all that the service knows. `inbox/` lies beside it.",
        example='"/var/lib/artesian/data"',
        default="`$XDG_DATA_HOME/artesian/data`, else `~/.local/share/artesian/data`",
    ),
}
_READER = {
    "host": Told(
        meaning="The address to listen on. `0.0.0.0` or `::`: all of this machine's.",
        example='"0.0.0.0"',
    ),
    "port": Told(meaning="The port to listen on; 0: any free one.", example="8080"),
    "public_url": Told(
        meaning="The origin that people use. It is printed in one-liners and pages.",
        example='"https://get.example.com"',
        default="the `Host` of each request",
    ),
    "allowed_hosts": Told(
        meaning="Further host names to answer for. Loopback is always answered.",
        example='["get.example.com", "tools.example.com"]',
        default="any, unless `public_url` is set",
    ),
    "answers_bytes": Told(
        meaning="Memory for rendered answers. One takes 25 kB, and 8 kB more once it is packed.",
        example="64_000_000",
    ),
    "connections": Told(
        meaning="Open connections; above that the oldest idle one is closed. Keep it below the limit of open files.",
        example="4000",
    ),
    "header_timeout_s": Told(
        meaning="Seconds that a client may take to send the head of a request.", example="10.0"
    ),
    "header_bytes": Told(meaning="Bytes that the head of a request may have.", example="16_384"),
    "drain_s": Told(meaning="Seconds that answers on their way get after SIGTERM.", example="10"),
    "log_one_in": Told(meaning="One of so many answers is logged. Every error is.", example="1000"),
    "metrics_host": Told(
        meaning="The address of both `/metrics`, apart from what is public.", example='"127.0.0.1"'
    ),
    "metrics_port": Told(meaning="The reader's `/metrics`; 0: nowhere.", example="9641"),
}
_WRITER = {
    "writer_metrics_port": Told(meaning="The writer's `/metrics`; 0: nowhere.", example="9642"),
    "catalogue": Told(
        meaning=(
            "Folders of packages, ours or Webi's. Of two packages of one name the later folder's counts. "
            "`shipped`: those that come with the program."
        ),
        example='["shipped", "/etc/artesian/catalogue"]',
    ),
    "github_token": Told(
        meaning="GitHub's token. Better in a file: an environment is easily shown.",
        example='"ghp_…"',
        default="none: 60 requests an hour",
    ),
    "github_token_file": Told(
        meaning="A file with GitHub's token. It counts before `github_token`; a new token is seen without a restart.",
        example='"/etc/artesian/github_token"',
        default="none",
    ),
    "gitea_token_files": Told(
        meaning="Files with the tokens of Gitea and Forgejo, by host.",
        example='{ "codeberg.org" = "/etc/artesian/codeberg.token" }',
    ),
    "gitlab_token_files": Told(
        meaning="Files with the tokens of GitLab, by host.",
        example='{ "gitlab.com" = "/etc/artesian/gitlab.token" }',
    ),
    "expected_limit": Told(
        meaning="Requests an hour that GitHub must grant to the token, else it isn't reaching it. In Actions: 1,000.",
        example="1000",
    ),
    "github_url": Told(
        meaning="Where `github:` sources are asked. An Enterprise server: `https://HOST/api/v3`.",
        example='"https://github.example.com/api/v3"',
    ),
    "interval_s": Told(
        meaning="Seconds after which a package's upstream is asked again.", example="3600"
    ),
    "on_alert": Told(
        meaning=(
            "A command that is run once when an alert is raised, and once when it is over; it gets the alert "
            "as JSON on standard input."
        ),
        example='"/etc/artesian/mail-me"',
        default="none",
    ),
    "contact": Told(
        meaning="An address or URL for `User-Agent`, so that an upstream can write before it blocks.",
        example='"https://get.example.com/contact"',
        default="none",
    ),
}
_GROUPS = {
    "Of both": _BOTH,
    "Of the reader (`artesian web`)": _READER,
    "Of the writer (`artesian refresh`)": _WRITER,
}
TOLD = {name: told for group in _GROUPS.values() for name, told in group.items()}

_HEAD = """# Settings

*Written by `python scripts/settings_reference.py` from the code that reads them; change that instead.*

Each may stand in a file, `/etc/artesian/artesian.toml` or where `ARTESIAN_CONFIG` says, in the environment as
`ARTESIAN_` and the name in capitals, and some on the command line; the later counts. Lists are separated by commas in
the environment (`ARTESIAN_CATALOGUE=shipped,/etc/artesian/catalogue`), and tables likewise
(`ARTESIAN_GITEA_TOKEN_FILES=codeberg.org=/etc/artesian/codeberg.token`).

None is needed. A name that is no setting and a value that can't be are told, with what may have been meant, by
`artesian doctor` and at each start. The reader then goes by the default; the writer, which would ask as somebody else
or elsewhere, does nothing until it is mended. The writer takes up changes of the file within a minute, the reader when
`artesian up` gets SIGHUP (`systemctl reload artesian`).

Upstreams are asked by the proxies that the environment names: `HTTPS_PROXY`, `HTTP_PROXY` for upstreams without TLS,
`ALL_PROXY` for both, but for the hosts of `NO_PROXY` and this machine itself; in small letters they count before. A
proxy is written `http://HOST:PORT` or `https://…`; one that can't be used, as a SOCKS proxy, is told like a value that
can't be. No proxy sees a token: one is sent through TLS, or to this machine itself.

```toml
# /etc/artesian/artesian.toml
"""


def reference() -> str:
    """Write the page."""
    lines = [
        f"{name} = {TOLD[name].example}" for name in ("data_dir", "public_url", "github_token_file")
    ]
    parts = [_HEAD + "\n".join(lines) + "\n```"]
    for title, group in _GROUPS.items():
        parts.append(
            f"## {title}\n\n| setting | what it is for | default | example |\n|---|---|---|---|"
        )
        parts[-1] += "".join(f"\n{_row(name, told)}" for name, told in group.items())
    return "\n\n".join(parts) + "\n"


def _row(name: str, told: Told) -> str:
    field = Settings.model_fields[name]
    limits = ", ".join(_limits(field))
    meaning = f"{told.meaning} ({limits})" if limits else told.meaning
    default = told.default or f"`{_value(field.default)}`"
    return f"| `{name}` | {meaning} | {default} | `{told.example}` |"


def _limits(field: FieldInfo) -> Iterator[str]:
    for limit in field.metadata:
        for name, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤")):
            value = getattr(limit, name, None)
            if value is not None:
                yield f"{sign} {value}"


def _value(default: Any) -> str:
    """Write a default as it would stand in the file."""
    if isinstance(default, tuple):
        return f"[{', '.join(_value(each) for each in default)}]"
    if isinstance(default, str):
        return f'"{default}"'
    return f"{default:_}" if isinstance(default, int) and default >= 10_000 else str(default)
