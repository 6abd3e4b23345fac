"""Put lines that were cut in the middle of a sentence together again: lines to paragraphs."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.layout.lines import Line, breadth, ends_clause, ends_sentence
from corpus.structure.labels import ITEM_LABEL, heading_level

__all__ = ["NEVER", "Shape", "continues", "is_quoting", "shape_of", "split_paragraphs"]

_LONGEST_CUT = 80  # breadth; a text with longer lines is not cut at the width of a page
_WIDE = 30  # from here on one line cut in the middle of a sentence tells that lines are cut
_FULL = 0.8  # share of the longest line from which a line counts as full
NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How a text is set: `width` of a full line in characters, `airy` where blank lines tell nothing.

    A line of the breadth `full` or more may have been cut in the middle of a sentence.
    """

    width: int
    airy: bool
    full: int = NEVER

    @property
    def blind(self) -> bool:
        """Whether blank lines stand between lines that are cut, so that they end no paragraph."""
        return self.airy and self.full < NEVER


def shape_of(lines: Sequence[Line], width: int) -> Shape:
    """The shape of a text from its lines, measured as printed; `width` is that of `wrap_width`."""
    texts = [line for line in lines if not line.blank]
    apart = sum(line.index - before.index > 1 for before, line in itertools.pairwise(texts))
    broken = [line for line in texts if not ends_sentence(line.text)]
    airy = apart >= 0.85 * max(len(texts) - 1, 1) and len(broken) > 0.5 * len(texts)
    lengths = sorted(breadth(line.text) for line in texts) or [0.0]
    longest, usual = lengths[-1], lengths[int(len(lengths) * 0.97)]
    if longest > _LONGEST_CUT:  # a row of a table, or two, may be longer than the lines of the page
        longest = usual
    # Some lines of a table or a title, or with marks that hang out, may be longer than those of the text.
    for measure in (longest, usual, width):
        cut = [line for line in texts if _is_cut(line.text, measure)]
        enough = 1 if measure >= _WIDE and measure == longest else max(3, len(texts) // 25)
        if 0 < measure <= _LONGEST_CUT and len(cut) >= enough:
            return Shape(width, airy, int(_FULL * measure))
    return Shape(width, airy)


def _is_cut(text: str, longest: float) -> bool:
    """Whether a line nearly as long as the longest ends without a mark, and has marks inside."""
    ends_open = text[-1:].isalnum() and breadth(text) >= 0.85 * longest
    return ends_open and any(mark in text for mark in "，。；：、（(")


def continues(before: Line, line: Line, shape: Shape, *, interrupted: bool = False) -> bool:
    """Whether `line` goes on with the paragraph of the line `before` it.

    `interrupted` says that page furniture stands between the two.
    Example: after `…应当通过谈判解决；六个月内未` comes `能解决的，…` of the same paragraph
    """
    if line.hashes or line.bullet or ITEM_LABEL.match(line.text) or heading_level(line) is not None:
        return False
    apart = line.index - before.index > 1 and not shape.blind
    full = breadth(before.text) >= shape.full
    if ends_clause(before.text):
        return full and not apart and line.text[:1] not in "“「（"
    if before.text[-1:] in "，,":
        return full and (not apart or interrupted)
    if interrupted:
        return len(before.text) > 4
    if apart:
        return False
    prose = any(mark in before.text for mark in "，。；：")
    return full or (prose and not shape.blind)


def split_paragraphs(lines: Sequence[Line], shape: Shape, furniture: frozenset[int]) -> list[list[Line]]:
    """Paragraphs of text, each as its lines; `furniture` holds the indexes of lines set aside.

    Example: `缔约国应当设立` + `监测站。` + `第二段。` gives two paragraphs of two lines and of one.
    """
    paragraphs: list[list[Line]] = []
    for line in lines:
        before = paragraphs[-1][-1] if paragraphs else None
        if before is not None:
            between = range(before.index + 1, line.index)
            interrupted = any(index in furniture for index in between)
            if continues(before, line, shape, interrupted=interrupted):
                paragraphs[-1].append(line)
                continue
        paragraphs.append([line])
    return paragraphs


def is_quoting(lines: Sequence[Line], before: bool) -> bool:
    """Whether a quotation is open after lines: each of its paragraphs opens one, only the last closes it.

    `before` says whether it was before them. Example: `“甲。` opens one, `“乙。”` after it closes it
    """
    text = "".join(line.text for line in lines)
    opened, closed = text.rfind("“"), text.rfind("”")
    return before if opened == closed else opened > closed
