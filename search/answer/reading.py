"""Find and read: which units can answer, and what the reader finds in the windows of their best sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.plain_text.folding import fold
from corpus.plain_text.unified import unify_numerals
from models.reader import Passage, Reader, Reading
from models.reading.windows import best_window
from search.answer.entities import Entity, stands_in
from search.opened import OpenIndex

if TYPE_CHECKING:
    from search.answer.asked import Asked
    from search.hits import Hit

__all__ = ["ReadUnit", "absent", "read_units"]

UNITS = 5
"""Units that are read: with one window each about 250 ms on one core."""

LONG, UNITS_OF_LONG = 200, 3
"""A question of more characters fills all that the reader takes of one; windows beside it cost the most."""


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A hit with the window of its text that was read, from character `start` on, and its reading."""

    hit: "Hit"
    start: int
    passage: Passage
    reading: Reading

    @property
    def text(self) -> str:
        """What was read."""
        return self.passage.text


def read_units(
    library: OpenIndex, reader: Reader, question: str, asked: "Asked", hits: "Sequence[Hit]"
) -> list[ReadUnit]:
    """Read the best units, in the order of the search; none that lacks a year or country of the question."""
    most = UNITS if len(question) <= LONG else UNITS_OF_LONG
    held = [hit for hit in hits if absent(library, asked, hit) is None][:most]
    windows = [best_window(question, hit.unit.text) for hit in held]
    passages = [
        Passage(hit.unit.text[start:end], _context(library, hit))
        for hit, (start, end) in zip(held, windows, strict=True)
    ]
    readings = reader.read(question, passages)
    return [
        ReadUnit(hit, start, passage, reading)
        for hit, (start, _), passage, reading in zip(held, windows, passages, readings, strict=True)
    ]


def absent(library: OpenIndex, asked: "Asked", hit: "Hit") -> Entity | None:
    """A year or country of the question that stands neither in a unit nor in what says where it stands.

    That is its citation, headings, topics and neighbours: a name may stand there that the unit takes up by a
    pronoun.
    """
    binding = [entity for entity in asked.entities if entity.binding]
    if not binding:
        return None
    before, after = library.neighbours(library.at(hit.row), 1)
    texts = [hit.unit.text, hit.citation, *hit.unit.headings, *hit.unit.topics]
    texts += [place.text for place in (*before, *after)]
    held = unify_numerals(fold("\n".join(texts)))
    return next((entity for entity in binding if not stands_in(entity, held)), None)


def _context(library: OpenIndex, hit: "Hit") -> str:
    """`title；heading`, as the reader was trained with."""
    title = library.document(hit.unit.document).metadata.title or hit.unit.document
    heading = hit.unit.headings[-1] if hit.unit.headings else ""
    return f"{title}；{heading}"
