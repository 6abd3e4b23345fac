"""What a run of the write path needs of an engine, and the two engines: folders, and a Milvus server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from indexer.cache import VectorCache
from indexer.care.verify import Problem
from indexer.care.verify import verify as verify_folder
from indexer.disk.generation import remove_leftovers
from indexer.disk.layout import CACHE, claim_directory, read_current
from indexer.disk.lock import write_lock
from indexer.disk.storage import DISK, Storage
from indexer.embedded import EmbeddedSnapshot
from indexer.encode import Cache, NoCache
from indexer.milvus.address import milvus_address
from indexer.publisher import EmbeddedPublisher, Publisher
from indexer.snapshot import Snapshot
from models.encoder import Encoder, is_instant
from models.segmenter import Segmenter

if TYPE_CHECKING:
    from indexer.milvus.engine import MilvusEngine

__all__ = ["EmbeddedEngine", "Engine", "engine_of", "verify"]


class Engine(Protocol):
    """Where an index is written."""

    def writing(self) -> AbstractContextManager[Snapshot | None]:
        """The committed generation, checked, None in a new index; nobody else writes inside the block.

        Raises IndexLocked, SnapshotDamaged, WriteFailed and others of `indexer.errors`.
        """
        ...

    def publisher(
        self, current: Snapshot | None, encoder: Encoder, segmenter: Segmenter, *, tokens: bool = True
    ) -> Publisher:
        """What takes the documents of a run; `current` is what `writing` gave."""
        ...

    def cache(self, encoder: Encoder, generation: int) -> Cache:
        """The vectors that an encoder has made before."""
        ...

    def tidy(self) -> None:
        """Remove what no reader can open any more."""
        ...


class EmbeddedEngine:
    """An index directory."""

    def __init__(self, index_dir: Path, storage: Storage = DISK) -> None:
        """Nothing is read or written yet."""
        self._index_dir, self._storage = index_dir, storage

    @contextmanager
    def writing(self) -> Iterator[EmbeddedSnapshot | None]:
        """`Engine.writing`: the lock of the directory, and every file of its generation compared."""
        claim_directory(self._index_dir, self._storage)
        with write_lock(self._index_dir, storage=self._storage):
            if read_current(self._index_dir) is None:
                yield None
                return
            with EmbeddedSnapshot.open(self._index_dir, check=True) as snapshot:
                yield snapshot

    def publisher(
        self, current: Snapshot | None, encoder: Encoder, segmenter: Segmenter, *, tokens: bool = True
    ) -> Publisher:
        """`Engine.publisher`: segments of files."""
        assert current is None or isinstance(current, EmbeddedSnapshot)
        return EmbeddedPublisher(self._index_dir, current, encoder, segmenter, self._storage, tokens=tokens)

    def cache(self, encoder: Encoder, generation: int) -> Cache:
        """`Engine.cache`: a file of sqlite in the directory, none for an encoder that is as fast as it."""
        if is_instant(encoder):
            return NoCache()
        return VectorCache(
            self._index_dir / CACHE,
            fingerprint=encoder.fingerprint,
            dim=encoder.dim,
            generation=generation,
            storage=self._storage,
        )

    def tidy(self) -> None:
        """`Engine.tidy`."""
        remove_leftovers(self._index_dir, self._storage)


def verify(index_dir: Path) -> list[Problem]:
    """Everything wrong with the committed generation of an index, wherever it lives; empty where it is sound.

    Raises SnapshotMissing and what `indexer.care.verify.verify` and `indexer.milvus.verify.verify` raise.
    """
    address = milvus_address(index_dir)
    if address is None:
        return verify_folder(index_dir)
    from indexer.milvus.verify import verify as verify_server

    return verify_server(address)


def engine_of(index_dir: Path, storage: Storage = DISK) -> "EmbeddedEngine | MilvusEngine":
    """The engine that an index lives on, by its name; raises BadAddress.

    Example: `engine_of(Path("milvus://127.0.0.1:19530/reports"))`
    """
    address = milvus_address(index_dir)
    if address is None:
        return EmbeddedEngine(index_dir, storage)
    from indexer.milvus.engine import MilvusEngine

    return MilvusEngine(address)
