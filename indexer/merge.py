"""Which documents the new generation holds: those given, and those already indexed that stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.content.store_writer import IndexedDocument
from indexer.errors import DuplicateDocument
from indexer.reading.collect import SourceFile, content_digest, is_below, is_folder, is_gone
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.reading.reader import Readers
from indexer.report import Failure
from indexer.snapshot import Snapshot, StoredDocument

__all__ = ["Plan", "plan_documents"]


@dataclass(slots=True)
class Plan:
    """Every document of the new generation by id, and what became of each; the lists hold ids."""

    documents: dict[str, IndexedDocument] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """Whether the documents are those of the old generation."""
        return not (self.added or self.updated or self.removed)

    def ordered(self) -> list[IndexedDocument]:
        """The documents by rising id, which is the order of their rows."""
        return [self.documents[document_id] for document_id in sorted(self.documents)]


def plan_documents(
    files: Sequence[SourceFile],
    current: Snapshot | None,
    given: Sequence[Path],
    *,
    prune: bool,
    limits: ReadingLimits = DEFAULT_LIMITS,
) -> Plan:
    """Read the files that changed, load the rest from the current generation.

    A document already indexed stays unless its file now has another id or, with `prune`, is gone from one
    of the `given` folders. A file that cannot be read within `limits` is a failure, and its old version
    stays. Raises DuplicateDocument where two files have one id.
    """
    plan = Plan()
    stored = {} if current is None else {document.path: document for document in current.documents}
    changed = [file for file in files if not _is_known(file, stored)]
    with Readers(limits) as readers:
        fresh = readers.read([file.path for file in changed], [file.row for file in changed])
        for file in files:
            if current is not None and _is_known(file, stored):
                known = stored[str(file.path)]
                _claim(plan, IndexedDocument(current.documents.load(known.id), known.path, known.digest))
                plan.unchanged.append(known.id)
            elif isinstance(read := next(fresh), Failure):
                plan.failures.append(read)
            else:
                document = IndexedDocument(read, str(file.path), file.digest)
                _claim(plan, document)
                _sort_in(plan, document, current, files)
    if current is not None:
        _keep_others(plan, current, files, [path for path in given if is_folder(path)] if prune else [])
    for ids in (plan.added, plan.updated, plan.unchanged, plan.removed):
        ids.sort()
    return plan


def _is_known(file: SourceFile, stored: Mapping[str, StoredDocument]) -> bool:
    """Whether a file is indexed as it stands."""
    known = stored.get(str(file.path))
    return known is not None and known.digest == file.digest


def _claim(plan: Plan, document: IndexedDocument) -> None:
    """Enter a document under its id, which must be free."""
    other = plan.documents.get(document.document.id)
    if other is not None:
        raise _duplicate(document.document.id, other.path, document.path)
    plan.documents[document.document.id] = document


def _sort_in(
    plan: Plan, read: IndexedDocument, current: Snapshot | None, files: Sequence[SourceFile]
) -> None:
    """Say whether a document that was read is new, or a new version of one that is indexed."""
    old = None if current is None else current.documents.find(read.document.id)
    if old is None:
        plan.added.append(read.document.id)
        return
    if old.path not in {str(file.path) for file in files} and _still_other(old, read):
        raise _duplicate(read.document.id, old.path, read.path)
    plan.updated.append(read.document.id)


def _still_other(old: StoredDocument, read: IndexedDocument) -> bool:
    """Whether the file indexed under an id still stands elsewhere with other contents (not moved)."""
    path = Path(old.path)
    try:
        return not is_gone(path) and content_digest(path) != read.digest
    except OSError:
        return True  # what cannot be looked at is not known to have moved


def _keep_others(plan: Plan, current: Snapshot, files: Sequence[SourceFile], pruned: Sequence[Path]) -> None:
    """Carry over what this run did not read, or say that it is removed."""
    failed = {failure.path for failure in plan.failures}
    reread: Mapping[str, Path] = {str(file.path): file.path for file in files if file.path not in failed}
    seen = {file.path for file in files}
    for old in current.documents:
        if old.id in plan.documents:
            continue
        path = Path(old.path)
        gone = path not in seen and is_below(path, pruned) and is_gone(path)
        if old.path in reread or gone:
            plan.removed.append(old.id)
        else:
            plan.documents[old.id] = IndexedDocument(current.documents.load(old.id), old.path, old.digest)
            plan.unchanged.append(old.id)


def _duplicate(document_id: str, first: str, second: str) -> DuplicateDocument:
    return DuplicateDocument(
        f"{first} and {second} both have the document id {document_id!r}; one file for an id is expected. "
        f'Nothing was written. Write `id = "…"` in '
        f"{Path(second).with_suffix('.toml')}, or leave one file out."
    )
