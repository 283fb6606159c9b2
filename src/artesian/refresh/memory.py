"""The writer's private memory on disk: what it knows of packages and upstreams, so that a restart changes nothing.

Losing it costs requests, never data: a file that is damaged, lost or locked for good is moved aside, and what it held
is rebuilt from the snapshots in force. One connection, used from one thread; other processes (`artesian breaker`) may
change it between two transactions.
"""

import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from artesian.model.health import Alert
from artesian.model.names import PackageName
from artesian.refresh.database import BUSY_S, Database
from artesian.refresh.record import Known, Record
from artesian.refresh.upstream import Key, Upstream

__all__ = ["FILE", "Memory", "Sent"]

FILE = "state.sqlite3"
SCHEMA = 1
# Requests remembered for whoever asks what was sent: a day of the ordinary load.
AUDIT_ROWS = 10_000

_TABLES = """
CREATE TABLE IF NOT EXISTS package (name TEXT PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS upstream (
    host TEXT, credential TEXT, state BLOB NOT NULL, PRIMARY KEY (host, credential));
CREATE TABLE IF NOT EXISTS sent (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, host TEXT NOT NULL, credential TEXT NOT NULL,
    url TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS alert (key TEXT PRIMARY KEY, alert BLOB NOT NULL);
"""

_RECORD = msgspec.json.Decoder(Record)
_KNOWN = msgspec.json.Decoder(Known)
_UPSTREAM = msgspec.json.Decoder(Upstream)
_ALERT = msgspec.json.Decoder(Alert)
_UNREADABLE = (msgspec.MsgspecError, ValueError, zlib.error)

_Read = TypeVar("_Read")


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was sent, and what it came to (empty: not known)."""

    at: datetime
    host: str
    credential: str
    url: str
    outcome: str


class Memory:
    """The open file. Everything is read and written inside `transaction`; every failure is a MemoryFailed."""

    def __init__(
        self, path: Path, *, session: str, busy_s: float = BUSY_S, is_read_only: bool = False
    ) -> None:
        """Name the file, without touching it. session: tells this process from every other, ever."""
        self.session = session
        self._database = Database(
            path, tables=_TABLES, schema=SCHEMA, busy_s=busy_s, is_read_only=is_read_only
        )
        # Decoded once, and as long as nobody else writes: every pass looks at all of them.
        self._records: dict[PackageName, Record] = {}
        self._version = -1
        self._rows = self._database.rows
        self._run = self._database.run
        self.transaction = self._database.transaction
        self.close = self._database.close

    @property
    def moved_aside(self) -> int:
        """Count the files that were moved aside since the start."""
        return self._database.moved_aside

    def records(self) -> Mapping[PackageName, Record]:
        """Read what is known of all packages."""
        if self._version != self._database.version:
            rows = self._rows("SELECT record FROM package ORDER BY name")
            records = (_decoded(_RECORD, record) for (record,) in rows)
            self._records = {record.name: record for record in records}
            self._version = self._database.version
        return self._records

    def record(self, name: PackageName) -> Record | None:
        """Read what is known of one package."""
        return self.records().get(name)

    def save(self, record: Record, known: Known | None = None) -> None:
        """Write down what is known of a package; known: its releases, where they changed."""
        data = msgspec.json.encode(record)
        self._run("INSERT OR REPLACE INTO package (name, record) VALUES (?, ?)", record.name, data)
        self._records[record.name] = record
        if known is not None:
            packed = zlib.compress(msgspec.json.encode(known))
            self._run(
                "INSERT OR REPLACE INTO known (name, packed) VALUES (?, ?)", record.name, packed
            )

    def known(self, name: PackageName) -> Known | None:
        """Read the releases of a package as its upstream listed them; None: there are none here, or none readable."""
        for (packed,) in self._rows("SELECT packed FROM known WHERE name = ?", name):
            with suppress(*_UNREADABLE):
                return _KNOWN.decode(zlib.decompress(packed))
        return None

    def forget(self, name: PackageName) -> None:
        """Forget a package."""
        self._run("DELETE FROM package WHERE name = ?", name)
        self._records.pop(name, None)
        self._run("DELETE FROM known WHERE name = ?", name)

    def upstream(self, key: Key) -> Upstream | None:
        """Read what is known of one upstream."""
        rows = self._rows("SELECT state FROM upstream WHERE host = ? AND credential = ?", *key)
        return next((_decoded(_UPSTREAM, state) for (state,) in rows), None)

    def upstreams(self) -> Mapping[Key, Upstream]:
        """Read what is known of all upstreams."""
        rows = self._rows("SELECT host, credential, state FROM upstream ORDER BY host, credential")
        return {
            Key(host, credential): _decoded(_UPSTREAM, state) for host, credential, state in rows
        }

    def save_upstream(self, key: Key, upstream: Upstream) -> None:
        """Write down what is known of one upstream."""
        self._run(
            "INSERT OR REPLACE INTO upstream (host, credential, state) VALUES (?, ?, ?)",
            *key,
            msgspec.json.encode(upstream),
        )

    def note_sent(self, key: Key, url: str, *, now: datetime) -> int:
        """Write down a request before it is sent; return its number."""
        number = self._run(
            "INSERT INTO sent (at, host, credential, url) VALUES (?, ?, ?, ?)",
            now.isoformat(),
            *key,
            url,
        )
        if number % 100 == 0:
            self._run("DELETE FROM sent WHERE id <= ?", number - AUDIT_ROWS)
        return number

    def note_outcome(self, number: int, outcome: str) -> None:
        """Write down what a request came to."""
        self._run("UPDATE sent SET outcome = ? WHERE id = ?", outcome, number)

    def sent(self, *, since: datetime | None = None) -> tuple[Sent, ...]:
        """List the requests that were sent, oldest first."""
        rows = self._rows("SELECT at, host, credential, url, outcome FROM sent ORDER BY id")
        sent = (
            Sent(at=datetime.fromisoformat(at), host=host, credential=who, url=url, outcome=outcome)
            for at, host, who, url, outcome in rows
        )
        return tuple(one for one in sent if since is None or one.at >= since)

    def alerts(self) -> Mapping[str, Alert]:
        """Read the alerts that were raised and not cleared yet, by key."""
        rows = self._rows("SELECT key, alert FROM alert ORDER BY key")
        return {key: _decoded(_ALERT, alert) for key, alert in rows}

    def save_alerts(self, alerts: Mapping[str, Alert]) -> None:
        """Write down the alerts in force."""
        self._run("DELETE FROM alert")
        for key, alert in alerts.items():
            data = msgspec.json.encode(alert)
            self._run("INSERT INTO alert (key, alert) VALUES (?, ?)", key, data)


def _decoded(decoder: msgspec.json.Decoder[_Read], data: bytes) -> _Read:
    try:
        return decoder.decode(data)
    except _UNREADABLE as error:
        raise sqlite3.DatabaseError(f"a row that can't be read: {error}") from error
