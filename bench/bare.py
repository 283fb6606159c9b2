"""The least an ASGI server can do: the same bytes for every request. What Artesian is measured against."""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]


def main() -> None:
    """Serve the file argv[2] on port argv[1]."""
    body = Path(sys.argv[2]).read_bytes()
    headers = [
        (b"content-type", b"text/x-shellscript"),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    rest = {"type": "http.response.body", "body": body}

    async def app(
        _scope: Message,
        _receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        await send(start)
        await send(rest)

    uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
