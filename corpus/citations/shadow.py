"""A copy of a text to match patterns against, with the way back to the source.

The shadow of 大會第７７/236\\n號決議 is 大会第77/236号决议: width and the traditional characters of our
word lists are folded, and white space is dropped except between two ASCII letters or digits, where
it stays as one space or one line break. Patterns then need not know how lines were wrapped.
"""

import re
from array import array
from dataclasses import dataclass
from functools import cache

from corpus.plain_text.lists import read_rows
from corpus.types import Span

__all__ = ["Shadow", "fold", "shadow"]

# Zero-width characters and soft hyphens count as white space that never separates.
_GAP = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]+")
_DASHES = "‐‑‒–—―−"


@dataclass(frozen=True, slots=True)
class Shadow:
    """`text` is what patterns see; `starts[i]` is the source offset of its character i.

    Example: `shadow("第 9 條").text == "第9条"` and `shadow("第 9 條").span(1, 2) == Span(2, 3)`
    """

    text: str
    starts: "array[int]"

    def span(self, start: int, end: int) -> Span:
        """The source range of the non-empty shadow range `[start, end)`."""
        return Span(self.starts[start], self.starts[end - 1] + 1)


@cache
def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys(map(ord, _DASHES), "-")
    table |= {ord("○"): "〇", ord("◯"): "〇", ord("〔"): "(", ord("〕"): ")", 0x3000: " ", 0xA0: " "}
    for traditional, simplified in read_rows("traditional.tsv", 2):
        table[ord(traditional)] = simplified
    return table


def fold(text: str) -> str:
    """Fold width and the traditional characters of our word lists, one character for one.

    Example: `fold("第９條") == "第9条"`
    """
    return text.translate(_table())


def shadow(source: str) -> Shadow:
    """The shadow of a source text; see the head of this file."""
    folded = fold(source)
    if _GAP.search(folded) is None:
        return Shadow(folded, array("L", range(len(folded))))
    pieces: list[str] = []
    starts = array("L")
    at = 0
    for gap in _GAP.finditer(folded):
        start, end = gap.span()
        pieces.append(folded[at:start])
        starts.extend(range(at, start))
        if _separates(folded, start, end):
            pieces.append("\n" if "\n" in gap[0] else " ")
            starts.append(start)
        at = end
    pieces.append(folded[at:])
    starts.extend(range(at, len(folded)))
    return Shadow("".join(pieces), starts)


def _separates(text: str, start: int, end: int) -> bool:
    if start == 0 or end == len(text) or _INVISIBLE.fullmatch(text, start, end):
        return False
    before, after = text[start - 1], text[end]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
