"""The write path: documents in, a committed generation out."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from indexer.cache import VectorCache
from indexer.content.fields import FIELDS_VERSION
from indexer.content.word_source import WordSource
from indexer.disk.generation import KEPT, commit, next_generation, remove_leftovers, write_generation
from indexer.disk.layout import CACHE, claim_directory, read_current
from indexer.disk.lock import write_lock
from indexer.disk.manifest import FORMAT_VERSION
from indexer.disk.storage import DISK, Storage
from indexer.encode import encode_units
from indexer.errors import NothingIndexed
from indexer.merge import Plan, plan_documents
from indexer.reading.collect import collect_files
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.report import BuildReport, Failure
from indexer.snapshot import Snapshot
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["BuildReport", "Failure", "build"]


def build(
    paths: Sequence[Path],
    index_dir: Path,
    encoder: Encoder,
    segmenter: Segmenter,
    *,
    prune: bool = False,
    follow_links: bool = False,
    limits: ReadingLimits = DEFAULT_LIMITS,
    progress: Callable[[str], None] | None = None,
    storage: Storage = DISK,
) -> BuildReport:
    """Index files and folders, adding to what the index holds; all or nothing, one writer at a time.

    With `prune`, documents whose files are gone from the given folders are removed, with `follow_links` those
    behind links that lead out of the folders are read. Each file is read in a
    process of its own, within `limits`. Raises IndexingError.
    Example: `build([Path("reports")], Path(".yinzheng"), encoder, Segmenter()).added == ["2019-report"]`
    """
    started = time.perf_counter()
    say = progress or (lambda message: None)
    claim_directory(index_dir, storage)
    with write_lock(index_dir, storage=storage), _current(index_dir) as current:
        files, unreadable = collect_files(paths, limits.file_bytes, follow_links=follow_links)
        say(f"found {len(files)} documents")
        plan = plan_documents(files, current, paths, prune=prune, limits=limits)
        plan.failures[:0] = unreadable
        _require_something(plan, current, paths)
        if current and plan.changes_nothing and _made_alike(current, encoder, segmenter):
            version, encoded = current.index_version, 0
        else:
            source = WordSource(segmenter, current, plan.unchanged)
            version, encoded = _write(plan, index_dir, encoder, segmenter, source, say, storage)
        remove_leftovers(index_dir, storage)
    units = sum(len(document.document.units) for document in plan.documents.values())
    return BuildReport(
        index_version=version,
        documents=len(plan.documents),
        units=units,
        added=plan.added,
        updated=plan.updated,
        unchanged=plan.unchanged,
        removed=plan.removed,
        encoded=encoded,
        reused=units - encoded,
        failures=[failure for failure in plan.failures if not failure.is_notice],
        notices=[failure for failure in plan.failures if failure.is_notice],
        seconds=time.perf_counter() - started,
    )


@contextmanager
def _current(index_dir: Path) -> Iterator[Snapshot | None]:
    """The generation to build upon, None in a new index."""
    if read_current(index_dir) is None:
        yield None
        return
    with Snapshot.open(index_dir) as snapshot:
        yield snapshot


def _require_something(plan: Plan, current: Snapshot | None, paths: Sequence[Path]) -> None:
    """Raise NothingIndexed rather than commit a first generation without a document."""
    if plan.documents or current is not None:
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
    return (made.format_version, made.encoder.fingerprint, made.segmenter, made.fields_version) == (
        FORMAT_VERSION,
        encoder.fingerprint,
        segmenter.fingerprint,
        FIELDS_VERSION,
    )


def _write(
    plan: Plan,
    index_dir: Path,
    encoder: Encoder,
    segmenter: Segmenter,
    source: WordSource,
    say: Callable[[str], None],
    storage: Storage,
) -> tuple[str, int]:
    """Write and commit the planned documents; returns the index version and how many texts were encoded."""
    documents = plan.ordered()
    units = [unit for indexed in documents for unit in indexed.document.units]
    number = next_generation(index_dir)
    remove_leftovers(index_dir, storage)  # first of all, for they take room
    with VectorCache(
        index_dir / CACHE,
        fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        generation=number,
        storage=storage,
    ) as cache:
        encoded = encode_units(units, encoder, cache, say)
        cache.keep_used(encoded.texts, KEPT)  # before the commit: nothing may fail after it
        say(f"writing generation {number}")
        folder = write_generation(
            index_dir, number, documents, encoded.vectors, encoder, segmenter, source, storage
        )
        current = commit(index_dir, folder, number, storage)
    return current.index_version, encoded.encoded
