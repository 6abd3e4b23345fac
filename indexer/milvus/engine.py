"""The engine for a writer: one connection, one lock, one generation (the port is `indexer.engine`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from indexer.errors import SnapshotMissing
from indexer.milvus.address import MilvusAddress
from indexer.milvus.cache import RemoteCache
from indexer.milvus.commits import make_home, remove_leftovers, write_lock
from indexer.milvus.publisher import MilvusPublisher
from indexer.milvus.reading.snapshot import MilvusSnapshot
from indexer.milvus.server import Server
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["MilvusEngine"]


class MilvusEngine:
    """An index on a Milvus server.

    Example: `with MilvusEngine(address).writing() as current: ...`
    """

    def __init__(self, address: MilvusAddress) -> None:
        """Nothing is asked yet."""
        self._address = address
        self._open: Server | None = None

    @property
    def _server(self) -> Server:
        if self._open is None:
            raise ValueError(f"{self._address} is not being written; expected to be inside of `writing`")
        return self._open

    @contextmanager
    def writing(self) -> Iterator[MilvusSnapshot | None]:
        """The committed generation, None in a new index; raises IndexLocked, EngineMissing, EngineFailed."""
        server = Server.connect(self._address)
        try:
            with write_lock(server):
                make_home(server)
                remove_leftovers(server)
                self._open = server
                yield _committed(server)
        finally:
            self._open = None
            server.close()

    def publisher(
        self, current: Any, encoder: Encoder, segmenter: Segmenter, *, tokens: bool = True
    ) -> MilvusPublisher:
        """What takes the documents of a run; `current` is what `writing` gave."""
        assert current is None or isinstance(current, MilvusSnapshot)
        return MilvusPublisher(self._server, current, encoder, segmenter, tokens=tokens)

    def cache(self, encoder: Encoder, generation: int) -> RemoteCache:
        """The vectors that an encoder has made before, on whichever machine."""
        return RemoteCache(self._server, fingerprint=encoder.fingerprint, dim=encoder.dim)

    def tidy(self) -> None:
        """Remove what no reader can open any more."""
        remove_leftovers(self._server)


def _committed(server: Server) -> MilvusSnapshot | None:
    try:
        return MilvusSnapshot.of(server)
    except SnapshotMissing:
        return None
