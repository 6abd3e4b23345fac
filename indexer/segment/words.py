"""The words of a unit, segmented once when it is indexed: a search never segments a unit."""

from dataclasses import dataclass

from corpus.types import Unit
from models.segmenter import Segmenter

__all__ = ["INNER_HEADINGS", "Words", "compared_words", "segment"]

INNER_HEADINGS = 2  # as encoded: half a document shares the outermost heading


@dataclass(frozen=True, slots=True)
class Words:
    """What a segmenter makes of a unit's text, of each of its headings, and of each of its key topics.

    Each is segmented alone: joined, the heading 公路法 above a text 国道… would give the word 法国.
    Example: `Words(["缔约国", "应"], [["二", "建议"], ["a", "一般性", "建议"]], [])`
    """

    text: list[str]
    headings: list[list[str]]
    topics: list[list[str]]


def segment(unit: Unit, segmenter: Segmenter) -> Words:
    """The words of a unit, in reading order, repeated where they repeat."""
    return Words(
        segmenter.words(unit.text),
        [segmenter.words(heading) for heading in unit.headings],
        [segmenter.words(topic) for topic in unit.topics],
    )


def compared_words(words: Words) -> list[str]:
    """The words that the second look compares: of the innermost headings, the topics and the text."""
    parts = (*words.headings[::-1][:INNER_HEADINGS], *words.topics, words.text)
    return [word for part in parts for word in part]
