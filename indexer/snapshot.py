"""The port: what a search may ask of an index, whichever engine holds it.

| member    | asks                                                                                  |
|-----------|---------------------------------------------------------------------------------------|
| units     | units by row and by address                                                           |
| documents | documents by id, their sources                                                        |
| citing    | units that cite a key                                                                 |
| lexical   | frequencies of terms, units ranked by weighted terms within a scope                    |
| dense     | vectors, units ranked by inner product within a scope                                  |
| words     | the distinct words of units, with the vectors of these words                           |
| tokens    | token vectors of units, where the encoder makes any                                    |

A unit is a row, from 0 without gaps: documents by rising id, units in reading order. A snapshot never
changes. Filters are a `Scope`: declared, and evaluated by the engine.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Metadata, Unit, UnitKind
from indexer.content.ranking import Hits, Rows, Scores
from indexer.content.types import ALL, Cited, Facets, Scope, StoredDocument, TokenVectors, WordGroup
from indexer.disk.manifest import Manifest
from indexer.milvus.address import milvus_address
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = [
    "ALL",
    "Cited",
    "Facets",
    "Scope",
    "Snapshot",
    "StoredDocument",
    "TokenVectors",
    "WordGroup",
    "committed_manifest",
    "committed_version",
    "open_snapshot",
    "watch_committed",
]


class Units(Protocol):
    """Units by row."""

    def __len__(self) -> int:
        """How many units there are."""
        ...

    def get(self, row: int) -> Unit:
        """The unit of a row; raises IndexError where there is none."""
        ...

    def rows(
        self,
        *,
        document: str | None = None,
        kind: UnitKind | None = None,
        number: int | None = None,
        last: int | None = None,
        part: str | None = None,
    ) -> list[int]:
        """Rising rows of the units that fit everything given; `part=""` means the body alone.

        With `last`, any number from `number` to it fits. Without `document` all documents are looked through.
        """
        ...

    def all(self) -> Iterator[tuple[int, Unit]]:
        """Every row with its unit, in row order."""
        ...


class Documents(Protocol):
    """Documents by rising id."""

    def __len__(self) -> int:
        """How many documents there are."""
        ...

    def __iter__(self) -> Iterator[StoredDocument]:
        """All documents, by rising id."""
        ...

    @property
    def ids(self) -> Sequence[str]:
        """The ids of all documents, rising."""
        ...

    def metadata(self) -> Iterator[tuple[str, Metadata]]:
        """The id and the metadata of every document, by rising id."""
        ...

    def known(self) -> Iterator[tuple[str, str, str]]:
        """Of every document its id, the path it was read from, and its digest; by rising id."""
        ...

    def newest(self) -> Iterator[tuple[str, int | None]]:
        """The id of every document, and when the newest of its units came in, in seconds since 1970."""
        ...

    def owners(self, rows: Rows) -> Rows:
        """The place of each row's document in the order of ids."""
        ...

    def find(self, document_id: str) -> StoredDocument | None:
        """The document with an id, or None."""
        ...

    def source(self, document_id: str) -> str:
        """The source text of a document as decoded; raises KeyError where there is none."""
        ...

    def load(self, document_id: str) -> Document:
        """A document as it was read, units and all; raises KeyError where there is none."""
        ...


class Citing(Protocol):
    """Which units cite what."""

    def rows(self, key: str) -> list[int]:
        """Rising rows of the units whose text carries a citation with this key."""
        ...

    def cited(self) -> list[Cited]:
        """Everything that is cited, once each, by key; a whole where it is printed without a part."""
        ...

    def keys_ending(self, ending: str) -> list[str]:
        """Every key that ends so, sorted."""
        ...


class Lexical(Protocol):
    """BM25 with the statistics of all units."""

    def expect(self, terms: Iterable[str]) -> None:
        """Say that the frequencies of these are about to be asked for: a far engine reads them together."""
        ...

    def doc_freq(self, field: str, term: str) -> int:
        """How many units have the term in the field."""
        ...

    def search(self, terms: Mapping[str, Mapping[str, float]], limit: int, scope: Scope = ALL) -> Hits:
        """The rows that score above 0, best first, ties by rising row; `terms` are weights by field."""
        ...

    def scores(self, terms: Mapping[str, Mapping[str, float]], rows: Rows) -> Scores:
        """What each of some rows scores, `(len(rows),) float32`."""
        ...


class Dense(Protocol):
    """Nearest units by inner product."""

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def vector(self, row: int) -> Scores:
        """The vector of a row, `(dim,) float32`."""
        ...

    def search(self, vector: Scores, limit: int, scope: Scope = ALL) -> Hits:
        """The rows with the greatest inner product above 0, best first, ties by rising row."""
        ...


class WordReader(Protocol):
    """The distinct words of units."""

    def groups(self, rows: Rows) -> list[WordGroup]:
        """The words of some rows, in as many groups as the engine likes."""
        ...


class TokenReader(Protocol):
    """Token vectors of units."""

    @property
    def kept(self) -> bool:
        """Whether the index has them."""
        ...

    def of(self, rows: Rows) -> list[TokenVectors]:
        """The token vectors of each row; raises KeyError where the index keeps none."""
        ...


class Scopes(Protocol):
    """What units can be filtered by."""

    def passes(self, rows: Rows, scope: Scope) -> NDArray[np.bool_]:
        """Whether each of some rows passes a filter; raises IndexError for a row that does not exist."""
        ...

    def facet_counts(self) -> dict[str, dict[str, int]]:
        """How many documents have each value of each facet, e.g. `{"year": {"2019": 3}}`."""
        ...


class Snapshot(Protocol):
    """One committed generation of an index.

    Example: `with open_snapshot(Path(".yinzheng")) as snapshot: print(snapshot.units.get(0).text)`
    """

    @property
    def manifest(self) -> Manifest:
        """What made the generation: encoder, segmenter, counts."""
        ...

    @property
    def index_version(self) -> str:
        """Generation and digest, e.g. `7-3f2a9c`."""
        ...

    @property
    def units(self) -> Units:
        """Units by row."""
        ...

    @property
    def documents(self) -> Documents:
        """Documents by id."""
        ...

    @property
    def citing(self) -> Citing:
        """Which units cite what."""
        ...

    @property
    def lexical(self) -> Lexical:
        """Ranking by words."""
        ...

    @property
    def dense(self) -> Dense:
        """Ranking by meaning."""
        ...

    @property
    def words(self) -> WordReader:
        """The words of units."""
        ...

    @property
    def tokens(self) -> TokenReader:
        """The token vectors of units."""
        ...

    @property
    def scopes(self) -> Scopes:
        """The facets of documents."""
        ...

    def require_encoder(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless the vectors were made by an encoder with the same fingerprint."""
        ...

    def require_segmenter(self, segmenter: Segmenter) -> None:
        """Raise EncoderMismatch unless the terms were made by a segmenter with the same fingerprint."""
        ...

    def close(self) -> None:
        """Close the files; nothing may be asked of the snapshot afterwards."""
        ...

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...


def open_snapshot(index_dir: Path, *, check: bool = False) -> Snapshot:
    """The committed generation of an index: that of a folder, or of `milvus://HOST:PORT/NAME`.

    `check` compares the checksums of all files now, not at first use. Raises SnapshotMissing, SnapshotDamaged
    (naming the file), FormatTooOld, FormatTooNew, ForeignDirectory, DirectoryClosed, of a server BadAddress,
    EngineMissing, EngineFailed.
    """
    address = milvus_address(index_dir)
    if address is not None:
        from indexer.milvus.reading.snapshot import MilvusSnapshot

        return MilvusSnapshot.open(address, check=check)
    from indexer.embedded import EmbeddedSnapshot

    return EmbeddedSnapshot.open(index_dir, check=check)


def committed_manifest(index_dir: Path) -> Manifest:
    """The manifest of the committed generation, its digest compared; nothing else is read.

    Raises as `open_snapshot` does.
    Example: `committed_manifest(Path(".yinzheng")).encoder.name == "packaged"`
    """
    address = milvus_address(index_dir)
    if address is not None:
        from indexer.milvus.commits import read_committed

        return read_committed(address)[1]
    from indexer.embedded import committed_manifest as of_folder

    return of_folder(index_dir)


def committed_version(index_dir: Path) -> str | None:
    """The version of the committed generation, None where there is none; raises as `open_snapshot` does.

    Example: `committed_version(Path(".yinzheng")) == "7-3f2a9c"`
    """
    address = milvus_address(index_dir)
    if address is not None:
        from indexer.milvus.commits import read_committed

        return read_committed(address)[0].index_version
    from indexer.disk.layout import read_current

    current = read_current(index_dir)
    return None if current is None else current.index_version


def watch_committed(index_dir: Path) -> Callable[[], bytes | None]:
    """What gives bytes that differ for every generation, None where there is none or it cannot be read.

    Example: `watch_committed(Path(".yinzheng"))()` is the contents of CURRENT
    """
    address = milvus_address(index_dir)
    if address is not None:
        from indexer.milvus.commits import Watch

        return Watch(address)

    def read() -> bytes | None:
        try:
            return (index_dir / "CURRENT").read_bytes()
        except OSError:
            return None

    return read
