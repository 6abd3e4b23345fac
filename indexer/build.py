"""The write path: documents in, a committed generation out."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from indexer.arrivals import Arrivals
from indexer.content.dense import EXACT_UNITS
from indexer.disk.manifest import FORMAT_VERSION
from indexer.disk.storage import DISK, Storage
from indexer.encode import Cache, encode_units
from indexer.engine import Engine, engine_of
from indexer.errors import NothingIndexed, SnapshotMissing
from indexer.merge import Plan
from indexer.milvus.address import milvus_address
from indexer.publisher import Publisher, words_fingerprint
from indexer.reading.collect import collect_files
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.report import BuildReport, Failure
from indexer.segment.fields import FIELDS_VERSION
from indexer.segment.writer import IndexedDocument
from indexer.snapshot import Snapshot
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["BuildReport", "Failure", "build", "optimize"]

# What is held in memory, encoded and written at once, unless one document alone has more.
BATCH_UNITS = EXACT_UNITS // 2
BATCH_CHARACTERS = 4_000_000  # three times what as many paragraphs have

Say = Callable[[str], None]


def build(
    paths: Sequence[Path],
    index_dir: Path,
    encoder: Encoder,
    segmenter: Segmenter,
    *,
    prune: bool = False,
    follow_links: bool = False,
    tokens: bool = True,
    limits: ReadingLimits = DEFAULT_LIMITS,
    progress: Say | None = None,
    storage: Storage = DISK,
) -> BuildReport:
    """Index files and folders, adding to what the index holds; all or nothing, one writer at a time.

    With `prune`, documents whose files are gone from the given folders are removed, with `follow_links` those
    behind links that lead out of the folders are read. Without `tokens` the units read in this run get no
    token vectors; none are used unless all units have them. Each file is read in a process of its own, within
    `limits`. `index_dir` is a folder, or the address of an index on a server. What an update costs depends on
    what changed, not on what is there. Raises IndexingError.
    Example: `build([Path("reports")], Path(".yinzheng"), encoder, Segmenter()).added == ["2019-report"]`
    """
    started = time.perf_counter()
    say = progress or (lambda message: None)
    engine = engine_of(index_dir, storage)
    with engine.writing() as current:
        files, unreadable = collect_files(paths, limits.file_bytes, follow_links=follow_links)
        say(f"found {len(files)} documents")
        plan = Plan.of(files, current, limits)
        run = _Run(engine, current, encoder, segmenter, say, tokens=tokens)
        try:
            run.put(_told(plan.read(), plan.unread, say))
            plan.failures[:0] = unreadable
            plan.finish(paths, prune=prune)
            _require_something(plan, current, paths)
            version = run.publish(plan)
        except BaseException:
            run.rollback()
            raise
        engine.tidy()
    units = run.units
    return BuildReport(
        index_version=version,
        documents=len(plan.added) + len(plan.updated) + len(plan.unchanged),
        units=units,
        added=plan.added,
        updated=plan.updated,
        unchanged=plan.unchanged,
        removed=plan.removed,
        encoded=run.encoded,
        reused=units - run.encoded,
        failures=[failure for failure in plan.failures if not failure.is_notice],
        notices=[failure for failure in plan.failures if failure.is_notice],
        seconds=time.perf_counter() - started,
    )


def optimize(index_dir: Path, encoder: Encoder, segmenter: Segmenter, *, storage: Storage = DISK) -> str:
    """Make one segment of all, without what was deleted; returns the index version.

    The ranking is then that of an index built at once. Nothing is encoded, and nothing is written where there
    is one segment already. Raises IndexingError, EncoderMismatch where the index was made with others.
    """
    engine = engine_of(index_dir, storage)
    with engine.writing() as current:
        if current is None:
            named = milvus_address(index_dir) or index_dir
            raise SnapshotMissing(
                f"{named} holds no index; expected one. "
                f"Make it with `yinzheng index PATH... --index {named}`."
            )
        current.require_encoder(encoder)
        current.require_segmenter(segmenter)
        segments = current.manifest.segments
        if len(segments) == 1 and not segments[0].deleted:
            return current.index_version
        publisher = engine.publisher(current, encoder, segmenter)
        try:
            version = publisher.publish((), optimize=True)
        except BaseException:
            publisher.rollback()
            raise
        engine.tidy()
    return version


def _told(documents: Iterable[IndexedDocument], count: int, say: Say) -> Iterator[IndexedDocument]:
    """The documents as they come, each counted; those that fail are not."""
    for number, indexed in enumerate(documents, 1):
        say(f"read {number} of {count} documents")
        yield indexed


class _Run:
    """One run: documents in, batch by batch, then one commit; nothing is written before the first batch."""

    def __init__(
        self,
        engine: Engine,
        current: Snapshot | None,
        encoder: Encoder,
        segmenter: Segmenter,
        say: Say,
        *,
        tokens: bool,
    ) -> None:
        self._tokens = tokens
        self._engine, self._say = engine, say
        self._encoder, self._segmenter = encoder, segmenter
        self._current = current
        self._arrivals = Arrivals(current)
        self._alike = current is not None and _made_alike(current, encoder, segmenter)
        self._publisher: Publisher | None = None
        self._cache: Cache | None = None
        self.encoded = self.units = 0

    def put(self, documents: Iterable[IndexedDocument]) -> None:
        """Encode and write documents as they come, as many at once as memory shall hold."""
        batch: list[IndexedDocument] = []
        units = characters = 0
        for indexed in documents:
            batch.append(indexed)
            units += len(indexed.document.units)
            characters += len(indexed.document.source)
            if units >= BATCH_UNITS or characters >= BATCH_CHARACTERS:
                self._put(batch)
                batch, units, characters = [], 0, 0
        if batch:
            self._put(batch)

    def publish(self, plan: Plan) -> str:
        """Commit; the version of the old generation where nothing changed."""
        if self._current is not None and self._alike and plan.changes_nothing:
            self.units = self._current.manifest.counts.units
            return self._current.index_version
        again: list[str] = []
        if self._current is not None and not self._alike:  # everything is written anew
            again = plan.unchanged
            self.put(self._loaded(again))
        replaced = [*plan.removed, *plan.updated, *again]
        publisher, cache = self._open()
        cache.trim(publisher.held)  # before the commit: nothing may fail after it
        cache.close()
        self._say(f"writing generation {publisher.generation}")
        version = publisher.publish(replaced)
        self.units = publisher.units
        return version

    def rollback(self) -> None:
        """Forget what was written."""
        if self._cache is not None:
            self._cache.close()
        if self._publisher is not None:
            self._publisher.rollback()

    def _loaded(self, ids: Sequence[str]) -> Iterator[IndexedDocument]:
        """Documents of the current generation, as they were read."""
        assert self._current is not None
        wanted = frozenset(ids)
        for id, path, digest in self._current.documents.known():
            if id in wanted:
                yield IndexedDocument(self._current.documents.load(id), path, digest)

    def _put(self, batch: Sequence[IndexedDocument]) -> None:
        publisher, cache = self._open()
        ordered = sorted(map(self._arrivals.of, batch), key=lambda indexed: indexed.document.id)
        units = [unit for indexed in ordered for unit in indexed.document.units]
        encoded = encode_units(units, self._encoder, cache, self._say)
        self.encoded += encoded.encoded
        publisher.put(ordered, encoded.vectors)

    def _open(self) -> tuple[Publisher, Cache]:
        """What a run writes to, opened when there is something to write."""
        if self._publisher is None or self._cache is None:
            self._publisher = self._engine.publisher(
                self._current, self._encoder, self._segmenter, tokens=self._tokens
            )
            self._cache = self._engine.cache(self._encoder, self._publisher.generation)
        return self._publisher, self._cache


def _require_something(plan: Plan, current: Snapshot | None, paths: Sequence[Path]) -> None:
    """Raise NothingIndexed rather than commit a first generation without a document."""
    if plan.added or current is not None:
        return
    given = ", ".join(map(str, paths)) or "no path"
    if plan.failures:
        first = plan.failures[0]
        found = f"none of the {len(plan.failures)} documents could be read (the first: {first.message})"
    else:
        found = "no document was found"
    raise NothingIndexed(
        f"{given}: {found}, and the index is empty; expected documents (text, markdown, Word, PDF, HTML) "
        "or folders of them. Nothing was written. Mend the files or name others."
    )


def _made_alike(current: Snapshot, encoder: Encoder, segmenter: Segmenter) -> bool:
    """Whether writing the same documents again would give the same index."""
    made = current.manifest
    return (
        made.format_version,
        made.encoder.fingerprint,
        made.words,
        made.segmenter,
        made.fields_version,
    ) == (
        FORMAT_VERSION,
        encoder.fingerprint,
        words_fingerprint(encoder),
        segmenter.fingerprint,
        FIELDS_VERSION,
    )
