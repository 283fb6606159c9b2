"""Settings; the only reader of the environment and the config file. Also tells where the shipped data lies.

A misspelt setting that silently does nothing can take a service down later, so every unknown name and bad value is
told; none of them ever stops a reader, which then runs on the default.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from artesian.model.addresses import checked_origin, checked_url, is_host_name
from artesian.model.proxies import Proxies, parse_proxies

__all__ = [
    "ALERT_VARIABLES",
    "Loaded",
    "Settings",
    "environment_of_commands",
    "load_settings",
    "proxies_of_environment",
    "shipped",
    "take_manager_variables",
]

_PREFIX = "ARTESIAN_"
# What a command run for an alert is told: whether it is raised or cleared, its key, what happened, why, what to do.
ALERT_VARIABLES = tuple(
    f"{_PREFIX}ALERT_{name}" for name in ("STATE", "KEY", "WHAT", "WHY", "TODO")
)
# Names with our prefix that others read: the place of the config file, what evaluations and tests are told, and, on a
# machine that is a client too, the installer's options (render/bodies/install.sh).
_NOT_SETTINGS = frozenset(
    {"ARTESIAN_CONFIG", "ARTESIAN_SHARED_DATA", "ARTESIAN_WHOLE_SCRIPTS", *ALERT_VARIABLES}
    | {
        f"{_PREFIX}{name}"
        for name in ("DRY_RUN", "FORCE", "INSECURE", "NO_PATH", "PREFIX", "PRINT", "QUIET")
    }
)
# Those without which the writer would do something else than was meant: ask as nobody, or elsewhere.
_OF_WRITER = frozenset(
    {
        "catalogue", "contact", "data_dir", "expected_limit", "gitea_token_files", "github_token",
        "github_token_file", "github_url", "gitlab_token_files", "interval_s", "on_alert",
    }
)  # fmt: skip
_SECRETS = frozenset({"ARTESIAN_GITHUB_TOKEN"})
_SYSTEM_CONFIG = Path("/etc/artesian/artesian.toml")
# What systemd tells a service: sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3).
_MANAGER = (
    "NOTIFY_SOCKET", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID", "WATCHDOG_USEC",
)  # fmt: skip


def shipped(name: str) -> Path:
    """Find `catalogue` or `seed`: inside the installed package, else at the root of a checkout."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parents[1] / name


def take_manager_variables() -> Mapping[str, str]:
    """Read what a service manager told this process, and take it out of the environment: no child is meant by it."""
    return {name: os.environ.pop(name) for name in _MANAGER if name in os.environ}  # noqa: TID251


def environment_of_commands() -> Mapping[str, str]:
    """Give a command that we run our environment, without its secrets."""
    environment = os.environ  # noqa: TID251 - settings.py is the reader of it
    return {name: value for name, value in environment.items() if name not in _SECRETS}


def proxies_of_environment() -> Proxies:
    """Find the proxies that upstreams are asked by."""
    return parse_proxies(os.environ)  # noqa: TID251 - settings.py is the reader of it


def _default_data_dir() -> Path:
    """Place the data by the XDG rules; inbox/ will lie beside it, so it has a folder of ours around it."""
    home = os.environ.get("XDG_DATA_HOME", "")  # noqa: TID251 - settings.py is the reader of it
    try:
        base = Path(home) if home.startswith("/") else Path("~/.local/share").expanduser()
    except RuntimeError:  # nobody's home is known, as in a container with a user of no name
        base = Path("/var/lib")
    return base / "artesian" / "data"


def _split(value: object) -> object:
    """Read a list as people write it in the environment: separated by commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _split_pairs(value: object) -> object:
    """Read a table as people write it in the environment: `host=path, host=path`."""
    if isinstance(value, str):
        parts = (part.partition("=") for part in value.split(",") if part.strip())
        return {name.strip(): path.strip() for name, _, path in parts}
    return value


def _hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    """Write names and addresses as they are compared with what a request says."""
    return tuple(host.lower().strip("[]") for host in value)


_Folders: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
_Paths: TypeAlias = Annotated[Mapping[str, Path], NoDecode, BeforeValidator(_split_pairs)]


class Settings(BaseSettings):
    """All of them, with their defaults. Environment: ARTESIAN_ and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore")

    data_dir: Annotated[Path, Field(default_factory=_default_data_dir)]
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    # The origin people use, printed in one-liners; unset: the request's own Host.
    public_url: Annotated[str, AfterValidator(checked_origin)] | None = None
    # Further host names to answer for. Neither set: any well-formed one. Loopback is always answered.
    allowed_hosts: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_hosts)
    ] = ()
    # Memory for rendered answers; an ordinary one takes 25 kB, and 8 kB more once packed.
    answers_bytes: int = Field(32_000_000, ge=0)
    # Open connections; above, the oldest idle one is closed. Below the usual limit of 1,024 open files.
    connections: int = Field(900, ge=1)
    header_timeout_s: float = Field(10.0, gt=0)
    header_bytes: int = Field(16_384, ge=256)
    # How long answers on their way may take after SIGTERM.
    drain_s: int = Field(10, ge=0)
    # Where each process tells Prometheus how it is, at /metrics; port 0: nowhere. Apart from what is public.
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(9641, ge=0, le=65535)
    writer_metrics_port: int = Field(9642, ge=0, le=65535)
    # On the read path every error is logged, and one in so many answers.
    log_one_in: int = Field(10_000, ge=1)

    # Of the writer. Folders of packages, ours or Webi's; where two have one of a name the later counts. `shipped` is
    # the one that comes with the program.
    catalogue: _Folders = ("shipped",)
    github_token: SecretStr | None = None
    github_token_file: Path | None = None
    # Tokens of other forges, by host: `codeberg.org=/etc/artesian/codeberg.token`.
    gitea_token_files: _Paths = {}
    gitlab_token_files: _Paths = {}
    # Requests an hour that GitHub must grant to the token, else it isn't reaching GitHub. In Actions: 1,000.
    expected_limit: int = Field(5000, ge=61)
    # Where `github:` sources are asked: an Enterprise server's https://HOST/api/v3, for one.
    github_url: Annotated[str, AfterValidator(checked_url)] = Field(
        "https://api.github.com", pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
    )
    # How old the data of a package may get before its upstream is asked again.
    interval_s: int = Field(600, ge=60)
    # Run once for each alert that is raised or cleared; the alert comes as JSON on standard input.
    on_alert: str = ""
    # Told to upstreams in User-Agent, so that they can write before they block: an address or a URL.
    contact: str = Field("", pattern=r"^[!-'*-~]*$", max_length=200)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from load_settings alone: it can drop a bad one, which pydantic's own sources can't."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


class Loaded:
    """Settings, and what was wrong with their sources, in words for the operator.

    doubts: the warnings for which a writer had better do nothing than go by defaults.
    """

    def __init__(
        self, settings: Settings, warnings: tuple[str, ...], doubts: tuple[str, ...] = ()
    ) -> None:
        self.settings = settings
        self.warnings = warnings
        self.doubts = doubts


class _Told:
    """Warnings, as they are found."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.doubts: list[str] = []

    def add(self, text: str, about: str | None) -> None:
        """Add one about a setting (None: perhaps about any)."""
        self.warnings.append(text)
        if about is None or about in _OF_WRITER:
            self.doubts.append(text)

    def add_unknown(self, where: str, name: str, known: set[str]) -> None:
        """Add one about a name that is no setting, and tell which may have been meant."""
        prefix = _PREFIX if name.startswith(_PREFIX) else ""  # it would make all of them alike
        bare = sorted(each.removeprefix(prefix) for each in known)
        near = get_close_matches(name.removeprefix(prefix), bare, n=1, cutoff=0.6)
        meant = f"; did you mean {prefix}{near[0]}?" if near else ""
        about = near[0].lower() if near else ""
        self.add(f"{where} is no setting, so it does nothing{meant}", about)


def load_settings(**given: Any) -> Loaded:
    """Read file, environment and `given` (of a command line; None: not given), the later winning. Never raises."""
    environment = dict(os.environ)  # noqa: TID251 - settings.py is the reader of it
    told = _Told()
    if unusable := parse_proxies(environment).problem:
        told.add(unusable, None)
    values = {
        **_file_values(environment, told),
        **_environment_values(environment, told),
        **{name: value for name, value in given.items() if value is not None},
    }
    settings = _settings(values, told)
    for host in settings.allowed_hosts:  # a bad one stays: without any, all would be answered for
        if not is_host_name(host):
            told.add(f"setting allowed_hosts: '{host}' is no bare host name", "allowed_hosts")
    return Loaded(settings, tuple(told.warnings), tuple(told.doubts))


def _settings(values: dict[str, Any], told: _Told) -> Settings:
    """Make them of the values that can be; tell of the others."""
    while True:
        try:
            return Settings(**values)
        except ValidationError as error:
            for problem in error.errors():
                name = str(problem["loc"][0])
                values.pop(name, None)
                reason = problem["msg"].removeprefix("Value error, ")
                told.add(f"setting {name}: {reason}; {_instead(name)}", name)


def _instead(name: str) -> str:
    if name in _OF_WRITER:
        return "the writer waits until it is mended"
    return "the default is used instead"


def _environment_values(environment: Mapping[str, str], told: _Told) -> dict[str, Any]:
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(environment):
        if name.upper().startswith(_PREFIX) and name not in known | _NOT_SETTINGS:
            told.add_unknown(f"environment variable {name}", name.upper(), known)
    # pydantic-settings reads os.environ itself, in whatever case: only exact names count here.
    values = EnvSettingsSource(Settings, case_sensitive=False)()
    return {
        name: value for name, value in values.items() if f"{_PREFIX}{name.upper()}" in environment
    }


def _file_values(environment: Mapping[str, str], told: _Told) -> dict[str, Any]:
    named = environment.get("ARTESIAN_CONFIG", "")
    path = Path(named) if named else _SYSTEM_CONFIG
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if named:
            told.add(f"config file {path}: {error.strerror}; it is left out", None)
        return {}
    except (OSError, ValueError) as error:
        told.add(f"config file {path}: {error}; it is left out", None)
        return {}
    known = set(Settings.model_fields)
    for name in sorted(set(values) - known):
        told.add_unknown(f"{path}: {name}", name, known)
    return {name: value for name, value in values.items() if name in known}
