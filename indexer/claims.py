"""Which id each document of a run gets: no two have one, and one document in two formats is one document."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import xxhash

from corpus.plain_text.folding import fold
from corpus.types import Document
from indexer.reading.collect import SourceFile
from indexer.report import Failure, Notice

__all__ = ["Claims"]

_WIDE = 8  # characters of a piece of text that is compared
_ONE_IN = 8  # of the pieces is kept, the same in every text
_LEAST_SHARED = 0.6  # of the pieces of the shorter text
_LONGEST = 2_000_000  # characters that are compared


@dataclass(slots=True)
class Claims:
    """The ids of the documents of a run; `standing` gives the path of a file that holds an id from before and
    still stands, None where the id is free.

    Example: `claims.place(document, file)` is the document under the id that it gets, None where it gets none
    """

    standing: Callable[[str], str | None]
    failures: list[Failure] = field(default_factory=list)
    _paths: dict[str, str] = field(default_factory=dict)
    _pieces: dict[Path, list[tuple[str, frozenset[int]]]] = field(default_factory=dict)

    def keep(self, id: str, path: Path) -> None:
        """A document that is indexed as it stands has its id."""
        self._paths[id] = str(path)

    def place(self, document: Document, file: SourceFile) -> Document | None:
        """The document under an id that is free; None, and a failure or notice, where there is none for it.

        A file in another format beside an equal one gives nothing new. An id that only follows from the name
        of the file gives way: to the name with the folder given before it, or with its ending behind it.
        """
        if file.beside:
            pieces = _pieces_of(document.source)
            others = self._pieces.setdefault(file.path.with_suffix(""), [])
            for path, known in others:
                if _alike(pieces, known):
                    self.failures.append(_same(file.path, path))
                    return None
            others.append((str(file.path), pieces))
        names = [document.id]
        if document.id == (file.name or file.path.stem):
            folders = [file.folder] if file.folder else [file.path.parent.name]
            names += [f"{folder}/{document.id}" for folder in folders if folder]
            names.insert(1 if file.beside else 2, document.id + file.path.suffix.lower())
        for name in names:
            if name not in self._paths and self.standing(name) in (None, str(file.path)):
                self._paths[name] = str(file.path)
                return _under(document, name)
        first = self._paths.get(document.id) or self.standing(document.id) or ""
        self.failures.append(_taken(document.id, first, file.path))
        return None


def _under(document: Document, id: str) -> Document:
    if id == document.id:
        return document
    return replace(document, id=id, units=tuple(replace(unit, document=id) for unit in document.units))


def _pieces_of(text: str) -> frozenset[int]:
    """Pieces of a text, folded and without white space, as numbers: the same ones of the same words."""
    bare = "".join(fold(text[:_LONGEST]).split())
    found = (xxhash.xxh3_64_intdigest(bare[at : at + _WIDE].encode()) for at in range(len(bare) - _WIDE + 1))
    return frozenset(piece for piece in found if piece % _ONE_IN == 0) or frozenset([hash(bare)])


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= _LEAST_SHARED * min(len(one), len(other))


def _same(path: Path, other: str) -> Failure:
    message = (
        f"{path} is the same document as {other} in another format; one of them was expected. The other is "
        "indexed; leave this one out, or rename it to have both."
    )
    return Failure(path, Notice.SAME_DOCUMENT, message)


def _taken(id: str, first: str, second: Path) -> Failure:
    message = (
        f"{first} and {second} both have the document id {id!r}; one file for an id is expected. The second "
        f'was not indexed. Write another `id = "…"` in {second.with_suffix(".toml")}, or leave one file out.'
    )
    return Failure(second, "DuplicateDocument", message)
