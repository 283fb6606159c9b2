"""The `artesian` command: one small file per subcommand, registered here."""

import typer

from artesian.cli.check import check_command
from artesian.cli.classify import classify_command
from artesian.cli.detect import detect_command
from artesian.cli.pick import pick_command
from artesian.cli.resolve import resolve_command
from artesian.cli.rollback import rollback_command, unpin_command
from artesian.cli.up import up_command
from artesian.cli.web import web_command
from artesian.errors import ArtesianError

__all__ = ["app", "main"]

app = typer.Typer(
    help="One-line installs that keep flowing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("check")(check_command)
app.command("classify")(classify_command)
app.command("detect")(detect_command)
app.command("pick")(pick_command)
app.command("resolve")(resolve_command)
app.command("rollback")(rollback_command)
app.command("unpin")(unpin_command)
app.command("up")(up_command)
app.command("web")(web_command)


def main() -> None:
    """Run the command line; an expected error prints one line and exits with 1."""
    try:
        app()
    except ArtesianError as error:
        typer.echo(f"artesian: {error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
