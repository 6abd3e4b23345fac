"""Which documents the new generation holds: those given, and those already indexed that stay."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.source import read_source
from corpus.types import Document
from indexer.claims import Claims
from indexer.reading.collect import SourceFile, is_below, is_folder, is_gone
from indexer.reading.digest import digest_of
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.reading.reader import Readers
from indexer.report import Failure, Notice
from indexer.segment.fields import ENCODED_CHARACTERS
from indexer.segment.writer import IndexedDocument
from indexer.snapshot import Snapshot

__all__ = ["Known", "Plan"]


@dataclass(frozen=True, slots=True)
class Known:
    """An indexed document, and where it was read from with which digest."""

    id: str
    path: str
    digest: str


@dataclass(slots=True)
class Plan:
    """What becomes of each document; the lists hold ids and are filled while `read` gives documents.

    Example: `plan = Plan.of(files, current)`, `list(plan.read())`, then `plan.finish(…)`
    """

    files: Sequence[SourceFile]
    current: Snapshot | None
    limits: ReadingLimits
    known: dict[str, Known]  # by id
    given: frozenset[str]  # paths
    as_indexed: dict[Path, Known]  # files that are as they were when their document was indexed
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        files: Sequence[SourceFile],
        current: Snapshot | None,
        limits: ReadingLimits = DEFAULT_LIMITS,
    ) -> "Plan":
        """A plan for files, beside what the current generation holds."""
        held = [] if current is None else [Known(*each) for each in current.documents.known()]
        known, by_path = {one.id: one for one in held}, {one.path: one for one in held}
        given = frozenset(str(file.path) for file in files)
        as_indexed = {
            file.path: one for file in files if (one := _as_indexed(file, by_path, limits)) is not None
        }
        return cls(files, current, limits, known, given, as_indexed)

    @property
    def changes_nothing(self) -> bool:
        """Whether the documents are those of the old generation."""
        return not (self.added or self.updated or self.removed)

    @property
    def unread(self) -> int:
        """How many files are new or changed, and have to be read."""
        return sum(self._indexed(file) is None for file in self.files)

    def read(self) -> Iterator[IndexedDocument]:
        """The documents of files that are new or changed, each read in a child process.

        A file that cannot be read within the limits, or has an id that another has, is a failure, and its old
        version stays.
        """
        claims = Claims(self._standing, self.failures)
        changed = [file for file in self.files if self._indexed(file) is None]
        for file in self.files:
            known = self._indexed(file)
            if known is not None and not file.beside:
                claims.keep(known.id, file.path)
        with Readers(self.limits) as readers:
            fresh = readers.read(
                [file.path for file in changed],
                [file.row for file in changed],
                [file.name for file in changed],
            )
            for file in self.files:
                if (known := self._indexed(file)) is not None:
                    yield from self._carried_over(file, known, claims)
                elif isinstance(read := next(fresh), Failure):
                    self.failures.append(read)
                elif (placed := claims.place(read.document, file)) is not None:
                    self.failures.extend(_long_units(placed, file.path))
                    (self.updated if placed.id in self.known else self.added).append(placed.id)
                    yield IndexedDocument(placed, str(file.path), read.digest)

    def finish(self, given: Sequence[Path], *, prune: bool) -> None:
        """Say what stays and what is removed, once all documents are read; a file that is gone is told.

        A document already indexed stays unless its file now has another id or, with `prune`, is gone from one
        of the folders among the `given` paths.
        """
        folders = [path for path in given if is_folder(path)]
        failed = {str(failure.path) for failure in self.failures if not failure.is_notice}
        decided = {*self.added, *self.updated, *self.unchanged}
        for old in self.known.values():
            if old.id in decided:
                continue
            path = Path(old.path)
            gone = old.path not in self.given and is_below(path, folders) and is_gone(path)
            if gone and not prune:
                self.failures.append(_gone(old))
            reread = old.path in self.given and old.path not in failed
            (self.removed if reread or (gone and prune) else self.unchanged).append(old.id)
        for ids in (self.added, self.updated, self.unchanged, self.removed):
            ids.sort()

    def _indexed(self, file: SourceFile) -> Known | None:
        """The document of a file that is indexed as it stands, else None."""
        return self.as_indexed.get(file.path)

    def _carried_over(self, file: SourceFile, known: Known, claims: Claims) -> Iterator[IndexedDocument]:
        """A document as it is indexed stays, unless a better source of the same stands beside its file now.

        Only where it gets another id is it written again.
        """
        if not file.beside:
            self.unchanged.append(known.id)
            return
        assert self.current is not None
        placed = claims.place(self.current.documents.load(known.id), file)
        if placed is None:
            return
        if placed.id == known.id:
            self.unchanged.append(placed.id)
            return
        self.added.append(placed.id)
        yield IndexedDocument(placed, known.path, known.digest)

    def _standing(self, id: str) -> str | None:
        """The file that is indexed under an id, if it still stands and is not among those of this run."""
        old = self.known.get(id)
        if old is None or old.path in self.given:
            return None
        return None if is_gone(Path(old.path)) else old.path


def _as_indexed(file: SourceFile, by_path: Mapping[str, Known], limits: ReadingLimits) -> Known | None:
    """The document of a file whose bytes have the digest with which it was indexed, else None.

    A file that is new is not opened here, and of one that has changed nothing is kept: its reader gives the
    digest of what it has read, or says why it could read nothing.
    """
    known = by_path.get(str(file.path))
    if known is None:
        return None
    try:
        source = read_source(file.path, limits.file_bytes)
    except OSError:
        return None
    return known if digest_of(source, file.row) == known.digest else None


def _long_units(document: Document, path: Path) -> Iterator[Failure]:
    """What is told of a document with units that are not encoded to their end."""
    lengths = [len(unit.text) for unit in document.units if len(unit.text) > ENCODED_CHARACTERS]
    if lengths:
        message = (
            f"{path} has {len(lengths)} units of over {ENCODED_CHARACTERS:,} characters (the longest has "
            f"{max(lengths):,}); paragraphs were expected. All their words are found, their meaning is "
            "that of the beginning. Look whether paragraphs have run together in the file."
        )
        yield Failure(path, Notice.LONG_UNIT, message)


def _gone(old: Known) -> Failure:
    message = (
        f"{old.path} is gone, and its document {old.id!r} is still indexed; expected the file. Put it back, "
        "or index with --prune to remove the document."
    )
    return Failure(Path(old.path), Notice.FILE_GONE, message)
