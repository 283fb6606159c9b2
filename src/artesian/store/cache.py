"""Decoded snapshots by the digest of their object, in bounded memory. It reads nothing."""

from collections import OrderedDict
from threading import Lock

from artesian.model.snapshot import Snapshot

__all__ = ["Cache"]


class Cache:
    """Decoded snapshots by digest, least recently used out first; `limit_bytes` counts their encoded sizes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._kept: OrderedDict[str, tuple[Snapshot, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Snapshot | None:
        with self._lock:
            kept = self._kept.get(digest)
            if kept is None:
                return None
            self._kept.move_to_end(digest)
            return kept[0]

    def put(self, digest: str, snapshot: Snapshot, size_bytes: int) -> None:
        with self._lock:
            if digest in self._kept or size_bytes > self._limit_bytes:
                return
            self._kept[digest] = (snapshot, size_bytes)
            self._size_bytes += size_bytes
            while self._size_bytes > self._limit_bytes:
                _, (_, freed_bytes) = self._kept.popitem(last=False)
                self._size_bytes -= freed_bytes
