"""Three families of errors, by what the caller can do: ask for something else, ask differently, ask later.

A subclass exists only to carry fields; it builds its message from them. web/app.py maps the families to HTTP.
"""

__all__ = ["ArtesianError", "Invalid", "NotFound", "Unavailable"]


class ArtesianError(Exception):
    """Root of the families; never raised itself."""


class NotFound(ArtesianError):
    """What was asked for doesn't exist; asking again won't help."""


class Invalid(ArtesianError):
    """The request (or file, or setting) is malformed; the message says where and what was meant."""


class Unavailable(ArtesianError):
    """It exists, but not now; try again after `retry_after_s` seconds."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
