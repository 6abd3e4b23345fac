"""The words of a unit, segmented once and kept in the store beside it.

| type  | JSON                                                                                             |
|-------|--------------------------------------------------------------------------------------------------|
| Words | `[[word of the text, …], [[word of a heading, …], …], [[word of a topic, …], …]]`                  |

Words stand in reading order, repeated where they repeat; headings go from outermost to innermost, each
segmented alone.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from corpus.types import Unit
from models.segmenter import Segmenter

__all__ = ["Words", "segment", "words_from_json", "words_to_json"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a segmenter makes of a unit's text, of each of its headings, and of each of its key topics.

    Example: `Words(["缔约国", "应"], [["二", "建议"], ["a", "一般性", "建议"]], [])`
    """

    text: list[str]
    headings: list[list[str]]
    topics: list[list[str]]


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
