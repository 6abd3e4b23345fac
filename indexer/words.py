"""The words of a unit, segmented once and kept in the store beside it.

| type  | JSON                                                                                             |
|-------|--------------------------------------------------------------------------------------------------|
| Words | `[[word of the text, …], [[word of a heading, …], …], [[word of a topic, …], …]]`                  |

Words stand in reading order, repeated where they repeat; headings go from outermost to innermost, each
segmented alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from corpus.types import Document, Unit
from indexer.fields import FIELDS_VERSION
from models.segmenter import Segmenter

if TYPE_CHECKING:
    from indexer.snapshot import Snapshot

__all__ = ["WordSource", "Words", "segment", "words_from_json", "words_to_json"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a segmenter makes of a unit's text, of each of its headings, and of each of its key topics.

    Example: `Words(["缔约国", "应"], [["二", "建议"], ["a", "一般性", "建议"]], [])`
    """

    text: list[str]
    headings: list[list[str]]
    topics: list[list[str]]


class WordSource:
    """The words of documents: those of the current generation where they still hold, else segmented now.

    They hold where the same segmenter cut the same units for the same fields.
    """

    def __init__(
        self, segmenter: Segmenter, current: "Snapshot | None" = None, unchanged: Collection[str] = ()
    ) -> None:
        """`unchanged` are the ids of the documents that were loaded from `current`, unit for unit."""
        self._segmenter = segmenter
        self._current = current
        made = None if current is None else current.manifest
        holds = made is not None and (made.segmenter, made.fields_version) == (
            segmenter.fingerprint,
            FIELDS_VERSION,
        )
        self._unchanged = frozenset(unchanged) if holds else frozenset()

    def lines(self, document: Document) -> list[str]:
        """One line of JSON for each unit, in reading order."""
        kept = None
        if self._current is not None and document.id in self._unchanged:
            kept = self._current.documents.words(document.id)
        if kept is None:
            kept = [words_to_json(segment(unit, self._segmenter)) for unit in document.units]
        return kept


def segment(unit: Unit, segmenter: Segmenter) -> Words:
    """The words of a unit."""
    return Words(
        segmenter.words(unit.text),
        [segmenter.words(heading) for heading in unit.headings],
        [segmenter.words(topic) for topic in unit.topics],
    )


def words_to_json(words: Words) -> str:
    """The words as one line of JSON."""
    return orjson.dumps([words.text, words.headings, words.topics]).decode()


def words_from_json(line: str) -> Words:
    """The words that `words_to_json` wrote."""
    values: list[Any] = orjson.loads(line)
    return Words(*values)
