"""The `artesian` command: one small file per subcommand, named here."""

import importlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from artesian import __version__
from artesian.errors import ArtesianError

__all__ = ["app_of", "main"]

# Each command's function. Only the module of the one that was called is imported: `web` and `up` are started again
# after a crash, and must not wait for what other commands need (measured: half of the time to the first answer).
_COMMANDS: Mapping[str, str] = {
    "add": "artesian.cli.add:add_command",
    "breaker": "artesian.cli.breaker:breaker_command",
    "check": "artesian.cli.check:check_command",
    "classify": "artesian.cli.classify:classify_command",
    "contract": "artesian.cli.contract:contract_command",
    "detect": "artesian.cli.detect:detect_command",
    "diff": "artesian.cli.diff:diff_command",
    "doctor": "artesian.cli.doctor:doctor_command",
    "pick": "artesian.cli.pick:pick_command",
    "quarantine": "artesian.cli.quarantine:quarantine_command",
    "refresh": "artesian.cli.refresh:refresh_command",
    "replay": "artesian.cli.replay:replay_command",
    "resolve": "artesian.cli.resolve:resolve_command",
    "rollback": "artesian.cli.rollback:rollback_command",
    "sim": "artesian.cli.sim:sim_command",
    "unpin": "artesian.cli.rollback:unpin_command",
    "up": "artesian.cli.up:up_command",
    "web": "artesian.cli.web:web_command",
}


# EX_USAGE of sysexits.h: 2, which typer would say, is an answer of `diff`.
_WRONG_USAGE = 64


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an expected error prints one line and exits with 1, a mistake in the call with 64.

    arguments: those behind the program's name; None: this process's own.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    _open_closed_streams()
    # The family of all such mistakes, which typer has no public name for.
    mistake = typer.BadParameter.__mro__[1]
    mistake.exit_code = _WRONG_USAGE  # type: ignore[attr-defined]
    called = [name for name in given[:1] if name in _COMMANDS]
    try:
        app_of(called or _COMMANDS)(given)
    except ArtesianError as error:
        typer.echo(f"artesian: {error}", err=True)
        raise SystemExit(1) from None


def app_of(names: Iterable[str]) -> typer.Typer:
    """Make the command line of these subcommands."""
    app = typer.Typer(
        help="One-line installs that keep flowing.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # help texts quote JSON, whose brackets markup would swallow
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_several)
    for name in names:
        module, _, function = _COMMANDS[name].partition(":")
        command = getattr(importlib.import_module(module), function)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _open_closed_streams() -> None:
    """Give who was started without a standard stream an empty one; files opened later don't get its number then."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - stays open


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"artesian {__version__}")
        raise typer.Exit


def _several(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """One-line installs that keep flowing."""  # its presence makes typer expect a subcommand's name
    del version


if __name__ == "__main__":
    main()
