"""Settings; the only reader of the environment and the config file. Also tells where the shipped data lies.

A misspelt setting that silently does nothing can take a service down later, so every unknown name and bad value is
told; none of them ever stops a reader, which then runs on the default.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

__all__ = ["Loaded", "Settings", "load_settings", "shipped", "take_manager_variables"]

_PREFIX = "ARTESIAN_"
# Names with our prefix that others read: the place of the config file, the evaluations' data, and, on a machine that
# is a client too, the installer's options (render/bodies/install.sh).
_NOT_SETTINGS = frozenset(
    {"ARTESIAN_CONFIG", "ARTESIAN_SHARED_DATA"}
    | {
        f"{_PREFIX}{name}"
        for name in ("DRY_RUN", "FORCE", "INSECURE", "NO_PATH", "PREFIX", "PRINT", "QUIET")
    }
)
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


def _default_data_dir() -> Path:
    """Place the data by the XDG rules; inbox/ will lie beside it, so it has a folder of ours around it."""
    home = os.environ.get("XDG_DATA_HOME", "")  # noqa: TID251 - settings.py is the reader of it
    base = Path(home) if home.startswith("/") else Path("~/.local/share").expanduser()
    return base / "artesian" / "data"


def _split(value: object) -> object:
    """Read a list as people write it in the environment: separated by commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _checked_url(value: str) -> str:
    """Accept an http(s) origin, with or without a slash at its end."""
    scheme, _, rest = value.strip().rstrip("/").partition("://")
    if scheme not in {"http", "https"} or not rest or set(rest) & set("/?#@ \"'<>\\"):
        raise ValueError("write the origin alone, as in https://get.example.com")
    if not rest.isascii() or not rest.isprintable():
        raise ValueError("write a host name of another script in its xn-- form")
    if not urlsplit(f"{scheme}://{rest}").hostname:
        raise ValueError("a host name is missing")
    return f"{scheme}://{rest.lower()}"


def _lower(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(host.lower() for host in value)


class Settings(BaseSettings):
    """All of them, with their defaults. Environment: ARTESIAN_ and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore")

    data_dir: Annotated[Path, Field(default_factory=_default_data_dir)]
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    # The origin people use, printed in one-liners; unset: the request's own Host.
    public_url: Annotated[str, AfterValidator(_checked_url)] | None = None
    # Further host names to answer for. Neither set: any well-formed one. Loopback is always answered.
    allowed_hosts: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_lower)
    ] = ()
    # Memory for rendered answers; an ordinary one takes 25 kB, and 8 kB more once packed.
    answers_bytes: int = Field(32_000_000, ge=0)
    # Open connections; above, the oldest idle one is closed. Below the usual limit of 1,024 open files.
    connections: int = Field(900, ge=1)
    header_timeout_s: float = Field(10.0, gt=0)
    header_bytes: int = Field(16_384, ge=256)
    # How long answers on their way may take after SIGTERM.
    drain_s: int = Field(10, ge=0)
    # On the read path every error is logged, and one in so many answers.
    log_one_in: int = Field(10_000, ge=1)

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
    """Settings, and what was wrong with their sources, in words for the operator."""

    def __init__(self, settings: Settings, warnings: tuple[str, ...]) -> None:
        self.settings = settings
        self.warnings = warnings


def load_settings(**given: Any) -> Loaded:
    """Read file, environment and `given` (of a command line; None: not given), the later winning. Never raises."""
    environment = dict(os.environ)  # noqa: TID251 - settings.py is the reader of it
    warnings: list[str] = []
    values = {
        **_file_values(environment, warnings),
        **_environment_values(environment, warnings),
        **{name: value for name, value in given.items() if value is not None},
    }
    while True:
        try:
            return Loaded(Settings(**values), tuple(warnings))
        except ValidationError as error:
            for problem in error.errors():
                name = str(problem["loc"][0])
                values.pop(name, None)
                warnings.append(f"setting {name}: {problem['msg']}; the default is used instead")


def _environment_values(environment: Mapping[str, str], warnings: list[str]) -> dict[str, Any]:
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    warnings.extend(
        _unknown(f"environment variable {name}", name.upper(), known)
        for name in sorted(environment)
        if name.upper().startswith(_PREFIX) and name not in known | _NOT_SETTINGS
    )
    # pydantic-settings reads os.environ itself, in whatever case: only exact names count here.
    values = EnvSettingsSource(Settings, case_sensitive=False)()
    return {
        name: value for name, value in values.items() if f"{_PREFIX}{name.upper()}" in environment
    }


def _file_values(environment: Mapping[str, str], warnings: list[str]) -> dict[str, Any]:
    named = environment.get("ARTESIAN_CONFIG", "")
    path = Path(named) if named else _SYSTEM_CONFIG
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if named:
            warnings.append(f"config file {path}: {error.strerror}; it is left out")
        return {}
    except (OSError, ValueError) as error:
        warnings.append(f"config file {path}: {error}; it is left out")
        return {}
    known = set(Settings.model_fields)
    warnings.extend(
        _unknown(f"{path}: {name}", name, known) for name in sorted(set(values) - known)
    )
    return {name: value for name, value in values.items() if name in known}


def _unknown(where: str, name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{where} is no setting, so it does nothing{meant}"
