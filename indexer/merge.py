"""Which documents the new generation holds: those given, and those already indexed that stay."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from indexer.claims import Claims
from indexer.content.store_writer import IndexedDocument
from indexer.reading.collect import SourceFile, is_below, is_folder, is_gone
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.reading.reader import Readers
from indexer.report import Failure, Notice
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
    of the `given` folders. A file that cannot be read within `limits`, or has an id that another has, is a
    failure, and its old version stays.
    """
    plan = Plan()
    stored = {} if current is None else {document.path: document for document in current.documents}
    given_now = {str(file.path) for file in files}
    claims = Claims(lambda id: _standing(id, current, given_now), plan.failures)
    changed = [file for file in files if not _is_known(file, stored)]
    for file in files:
        if _is_known(file, stored) and not file.beside:
            claims.keep(stored[str(file.path)].id, file.path)
    with Readers(limits) as readers:
        fresh = readers.read(
            [file.path for file in changed],
            [file.row for file in changed],
            [file.name for file in changed],
        )
        for file in files:
            if current is not None and _is_known(file, stored):
                _carry_over(plan, file, stored[str(file.path)], current, claims)
            elif isinstance(read := next(fresh), Failure):
                plan.failures.append(read)
            elif (placed := claims.place(read, file)) is not None:
                plan.documents[placed.id] = IndexedDocument(placed, str(file.path), file.digest)
                known = current is not None and current.documents.find(placed.id) is not None
                (plan.updated if known else plan.added).append(placed.id)
    if current is not None:
        _keep_others(plan, current, files, [path for path in given if is_folder(path)], prune=prune)
    for ids in (plan.added, plan.updated, plan.unchanged, plan.removed):
        ids.sort()
    return plan


def _is_known(file: SourceFile, stored: Mapping[str, StoredDocument]) -> bool:
    """Whether a file is indexed as it stands."""
    known = stored.get(str(file.path))
    return known is not None and known.digest == file.digest


def _carry_over(
    plan: Plan, file: SourceFile, known: StoredDocument, current: Snapshot, claims: Claims
) -> None:
    """Take a document as it is indexed, unless a better source of the same stands beside its file now."""
    document = current.documents.load(known.id)
    placed = claims.place(document, file) if file.beside else document
    if placed is None:
        return
    plan.documents[placed.id] = IndexedDocument(placed, known.path, known.digest)
    if placed.id == known.id:
        plan.unchanged.append(placed.id)
    else:
        plan.added.append(placed.id)


def _standing(id: str, current: Snapshot | None, given_now: Set[str]) -> str | None:
    """The file that is indexed under an id, if it still stands and is not among those of this run."""
    old = None if current is None else current.documents.find(id)
    if old is None or old.path in given_now:
        return None
    return None if is_gone(Path(old.path)) else old.path


def _keep_others(
    plan: Plan, current: Snapshot, files: Sequence[SourceFile], folders: Sequence[Path], *, prune: bool
) -> None:
    """Carry over what this run did not read, or say that it is removed; a file that is gone is told."""
    failed = {failure.path for failure in plan.failures if not failure.is_notice}
    reread: Mapping[str, Path] = {str(file.path): file.path for file in files if file.path not in failed}
    seen = {file.path for file in files}
    for old in current.documents:
        if old.id in plan.documents:
            continue
        path = Path(old.path)
        gone = path not in seen and is_below(path, folders) and is_gone(path)
        if gone and not prune:
            plan.failures.append(_gone(old))
        if old.path in reread or (gone and prune):
            plan.removed.append(old.id)
        else:
            plan.documents[old.id] = IndexedDocument(current.documents.load(old.id), old.path, old.digest)
            plan.unchanged.append(old.id)


def _gone(old: StoredDocument) -> Failure:
    message = (
        f"{old.path} is gone, and its document {old.id!r} is still indexed; expected the file. Put it back, "
        "or index with --prune to remove the document."
    )
    return Failure(Path(old.path), Notice.FILE_GONE, message)
