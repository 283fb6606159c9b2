"""`artesian up`: everything a server needs on one machine. There is no write plane yet, so it is the read plane."""

from artesian.cli.web import Data, Host, Port, web_command

__all__ = ["up_command"]


def up_command(port: Port = None, host: Host = None, data: Data = None) -> None:
    """Serve installers on this machine, from the data directory or else from the seed."""
    web_command(port, host, data)
