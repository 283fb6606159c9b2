"""Options that several commands share. Imports nothing of them: `artesian up` stays small beside its children."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Catalogues", "Data", "Host", "Port"]

Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="Port to listen on; 0 takes a free one.", show_default="8080"
    ),
]
Host = Annotated[
    str | None,
    typer.Option(help="Address to listen on; 0.0.0.0 for all.", show_default="127.0.0.1"),
]
Catalogues = Annotated[
    list[str] | None,
    typer.Option(
        "--catalogue",
        metavar="DIR",
        help="A folder of packages, ours or a checkout of Webi's; may be repeated, and what later ones say of a name "
        "counts. `shipped` is the one that comes with the program.",
        show_default="shipped",
    ),
]
Data = Annotated[
    Path | None,
    # One that can't be read is no error here: a reader then serves what it has.
    typer.Option(
        help="The data directory.", show_default="~/.local/share/artesian/data", readable=False
    ),
]
