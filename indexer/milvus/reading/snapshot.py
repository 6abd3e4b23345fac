"""A committed generation on a Milvus server, as a reader sees it (the port is `indexer.snapshot`)."""

from types import TracebackType
from typing import Self

from indexer.disk.manifest import Current, Manifest
from indexer.embedded import require_encoder, require_segmenter
from indexer.errors import EngineFailed, SnapshotDamaged
from indexer.milvus.address import MilvusAddress
from indexer.milvus.commits import current_of, damage, manifest_of
from indexer.milvus.reading.codes import RemoteCodes
from indexer.milvus.reading.documents import Held
from indexer.milvus.reading.ranking import RemoteDense, RemoteLexical
from indexer.milvus.reading.stores import RemoteCiting, RemoteDocuments, RemoteUnits
from indexer.milvus.reading.terms import Terms
from indexer.milvus.reading.words import RemoteScopes, RemoteTokens, RemoteWords
from indexer.milvus.server import Server
from indexer.milvus.tables import collection
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["MilvusSnapshot"]

_TABLES = ("units", "texts", "terms")
ATTEMPTS = 20  # a writer may drop a generation between the reading of its record and its opening


class MilvusSnapshot:
    """One generation; its segments never change, so neither does what is read of it.

    It answers as long as its segments stand: until the second commit that does without one of them. Then
    every question raises EngineFailed, and the newer generation is to be opened.
    Example: `with MilvusSnapshot.open(address) as snapshot: print(snapshot.units.get(0).text)`
    """

    def __init__(self, server: Server, current: Current, manifest: Manifest) -> None:
        """Read the list of documents, and compare counts. Raises SnapshotDamaged; prefer `open`."""
        self.server = server
        self.manifest = manifest
        self.index_version = current.index_version
        for info in manifest.segments:
            _check_counts(server, info.name, {name: file.size for name, file in info.files.items()})
        self.held = Held(server, manifest)
        self._terms = Terms(self.held)
        self.units = RemoteUnits(self.held)
        self.documents = RemoteDocuments(self.held, self.units)
        self.citing = RemoteCiting(self.held, self.units)
        self.codes = RemoteCodes(self.held)
        self.lexical = RemoteLexical(self.held, self.units, self._terms, self.codes)
        self.dense = RemoteDense(self.held, self.units, manifest.encoder.dim)
        self.words = RemoteWords(self.held, self._terms, self.codes)
        self.tokens = RemoteTokens(self.held)
        self.scopes = RemoteScopes(self.held, self.units)

    @classmethod
    def open(cls, address: MilvusAddress, *, check: bool = False) -> Self:
        """The generation whose commit record has the highest number; rows are counted in any case.

        Raises SnapshotMissing, SnapshotDamaged, FormatTooOld, FormatTooNew, EngineMissing, EngineFailed.
        """
        server = Server.connect(address)
        try:
            return cls.of(server)
        except BaseException:
            server.close()
            raise

    @classmethod
    def of(cls, server: Server) -> Self:
        """As `open`, over a connection that is there."""
        current, attempts = current_of(server), 0
        while True:
            try:
                return cls(server, current, manifest_of(server, current))
            except (SnapshotDamaged, EngineFailed):
                newer, attempts = current_of(server), attempts + 1
                if newer == current or attempts == ATTEMPTS:
                    raise
                current = newer

    def require_encoder(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless the vectors were made by an encoder with the same fingerprint."""
        require_encoder(self.manifest, encoder)

    def require_segmenter(self, segmenter: Segmenter) -> None:
        """Raise EncoderMismatch unless the terms were made by a segmenter with the same fingerprint."""
        require_segmenter(self.manifest, segmenter)

    def close(self) -> None:
        """End the connection; nothing may be asked of the snapshot afterwards."""
        self.server.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Close."""
        self.close()


def _check_counts(server: Server, segment: str, counts: dict[str, int]) -> None:
    """Raise SnapshotDamaged unless the collections of a segment have the rows that its manifest states."""
    for table in _TABLES:
        if table not in counts:
            raise damage(server.address, f"no {table} in the manifest of segment {segment}", "all tables")
        name = collection(server.address.name, segment, table)
        server.load(name)
        found = server.count(name)
        if found != counts[table]:
            raise damage(server.address, f"{found} rows in {name}", f"{counts[table]}")
