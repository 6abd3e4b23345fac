"""Vectors already encoded, kept on the server: every machine that encodes adds to it, and none twice."""

from collections.abc import Iterable, Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.errors import EngineFailed
from indexer.milvus.server import Server
from indexer.milvus.tables import cache_table

__all__ = ["RemoteCache"]


class RemoteCache:
    """Vectors of one encoder, by text. Any number of processes may read and add at once.

    Example: `RemoteCache(server, fingerprint="3f2a…", dim=256)`
    """

    def __init__(self, server: Server, *, fingerprint: str, dim: int) -> None:
        """Make the collection where there is none."""
        self._server = server
        self._table = cache_table(dim)
        self._prefix = fingerprint.encode() + b"\0"
        digest = xxhash.xxh3_64_hexdigest(fingerprint.encode())
        self._name = f"{server.address.name}__cache__{digest}"
        if self._name not in server.names():
            try:
                server.create(self._name, self._table)
            except EngineFailed:  # another process may have been quicker
                if self._name not in server.names():
                    raise
            server.seal(self._name, self._table)
        server.load(self._name)

    def get(self, texts: Sequence[str]) -> list[NDArray[np.float32] | None]:
        """For each text its vector `(dim,) float32`, or None where there is none."""
        keys = [self._key(text) for text in texts]
        rows = self._server.get(self._name, list(dict.fromkeys(keys)), ["key", "vector"])
        known = {row["key"]: np.array(row["vector"], np.float32) for row in rows}
        return [known.get(key) for key in keys]

    def put(self, texts: Iterable[str], vectors: NDArray[np.float32]) -> None:
        """Keep `(n, dim) float32` vectors of n texts; acknowledged rows outlive a killed server."""
        rows = [
            {"key": self._key(text), "vector": vector} for text, vector in zip(texts, vectors, strict=True)
        ]
        self._server.insert(self._name, rows)

    def mark_used(self, texts: Iterable[str]) -> None:
        """Nothing: rows are not dropped one by one."""

    def trim(self, units: int) -> None:
        """Nothing: somebody may be encoding ahead. The collection may be dropped whenever nobody writes."""

    def close(self) -> None:
        """Nothing: the connection belongs to the engine."""

    def _key(self, text: str) -> str:
        return xxhash.xxh3_128_hexdigest(self._prefix + text.encode())
