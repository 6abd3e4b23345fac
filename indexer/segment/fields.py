"""What of a unit is searched: the one text that is encoded, and the tokens of each lexical field.

| field    | tokens of                                                            |
|----------|----------------------------------------------------------------------|
| words    | the unit's text, segmented                                           |
| bigrams  | the unit's text, pairs of neighbouring Han characters                |
| headings | the headings above the unit, outermost first, segmented              |
| topics   | the key topics printed for its section, segmented                    |
"""

from typing import Literal, get_args

from corpus.plain_text.folding import fold
from corpus.types import Unit
from indexer.segment.words import Words
from models.segmenter import Segmenter

__all__ = ["ENCODED_CHARACTERS", "FIELDS", "FIELDS_VERSION", "Field", "encoded_text", "lexical_fields"]

Field = Literal["words", "bigrams", "headings", "topics"]
FIELDS: tuple[Field, ...] = get_args(Field)
FIELDS_VERSION = 2  # counts changes of what this file computes; an index of another version is written anew
# The outermost headings (二. 建议) are shared by half a document and tell units apart least.
INNER_HEADINGS = 2
ENCODED_CHARACTERS = 10_000
"""Of a unit's text: a vector of more says less, and as many cost the packaged encoder half a second."""

_ABOVE_CHARACTERS = 2_000  # of headings and topics together; printed ones have some hundred


def encoded_text(unit: Unit) -> str:
    """The folded text whose vector stands for the unit: innermost headings, key topics, text, a line each.

    Of a text the first ENCODED_CHARACTERS; what stands above is bounded too, for all units below share it.
    Example: a unit 缔约國應… under 二. 建议 / A. 一般性建议 gives `"a. 一般性建议\\n二. 建议\\n缔约国应…"`.
    """
    innermost_first = unit.headings[::-1][:INNER_HEADINGS]
    above = "".join(f"{line}\n" for line in (*innermost_first, *unit.topics))
    return fold(above[:_ABOVE_CHARACTERS] + unit.text[:ENCODED_CHARACTERS])


def lexical_fields(unit: Unit, words: Words, segmenter: Segmenter) -> dict[Field, list[str]]:
    """The tokens of every lexical field, in reading order, repeated where they repeat.

    Example: `lexical_fields(unit, segment(unit, segmenter), segmenter)["headings"] == ["a", "一般性", …]`
    """
    return {
        "words": words.text,
        "bigrams": segmenter.bigrams(unit.text),
        "headings": [word for heading in words.headings for word in heading],
        "topics": [word for topic in words.topics for word in topic],
    }
