"""Cut a source into lines whose words can be traced back to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.layout.markup import markup_spans
from corpus.types import Span

__all__ = ["Line", "breadth", "cut_line", "ends_clause", "ends_sentence", "split_lines", "wrap_width"]

_LINE = re.compile(r"[^\n\r\f\v\x85\u2028\u2029]*(?:\r\n|[\n\r\f\v\x85\u2028\u2029]|\Z)")
_PREFIX = re.compile(r"(?:>\s?)*(?P<hashes>#{1,6}(?=[\s\d一-鿿A-Z]))?\s*(?P<bullet>[-*+•●○◦▪■·∙–](?=\s)\s+)?")
_FAR = 40  # more closing marks than this close nothing; bounds the work on a text of such marks
_CLOSERS = "”’\"'）)】」』》〉]*¹²³⁴⁵⁶⁷⁸⁹⁰"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source without its marks and outer white space.

    `runs` are `(source_start, length)`; their slices concatenated are `text`. `hashes` counts the
    marks of a markdown heading, `bullet` is the mark of a list or empty, `opens_page` says that a
    form feed stands before the line.

    Example: `## 12. 工作组\\n` gives text `12. 工作组`, hashes 2, runs `((3, 7),)`.
    """

    index: int
    span: Span
    text: str
    runs: tuple[tuple[int, int], ...]
    hashes: int = 0
    bullet: str = ""
    opens_page: bool = False

    @property
    def blank(self) -> bool:
        """Whether no word is left."""
        return not self.text


def split_lines(source: str, start: int = 0) -> list[Line]:
    """Lines of `source` from offset `start` on, blank ones included, in order."""
    marks = markup_spans(source)
    lines: list[Line] = []
    at, mark, opens_page = start, 0, False
    while at < len(source):
        match = _LINE.match(source, at)
        assert match is not None  # the pattern matches the empty string
        body_end = match.end() - len(match.group()) + len(match.group().rstrip("\r\n\f\v\x85\u2028\u2029"))
        while mark < len(marks) and marks[mark].end <= at:
            mark += 1
        last = mark
        while last < len(marks) and marks[last].start < body_end:
            last += 1
        lines.append(_line(source, len(lines), Span(at, body_end), marks[mark:last], opens_page))
        opens_page = "\f" in match.group()
        at = match.end()
    return lines


def _line(source: str, index: int, span: Span, marks: Sequence[Span], opens_page: bool) -> Line:
    runs: list[tuple[int, int]] = []
    at = span.start
    for mark in marks:
        if mark.start > at:
            runs.append((at, min(mark.start, span.end) - at))
        at = max(at, mark.end)
    if at < span.end:
        runs.append((at, span.end - at))
    text = "".join(source[start : start + length] for start, length in runs)
    left = len(text) - len(text.lstrip())
    prefix = _PREFIX.match(text, left)
    assert prefix is not None  # every part of the pattern is optional
    begin, end = prefix.end(), len(text.rstrip())
    if begin >= end:  # marks alone, e.g. a line "-" or "#": keep them as text, for the rules on furniture
        begin = left
    return Line(
        index=index,
        span=span,
        text=text[begin:end],
        runs=slice_runs(tuple(runs), begin, end),
        hashes=len(prefix["hashes"] or "") if begin > left else 0,
        bullet=(prefix["bullet"] or "").strip() if begin > left else "",
        opens_page=opens_page,
    )


def slice_runs(runs: tuple[tuple[int, int], ...], begin: int, end: int) -> tuple[tuple[int, int], ...]:
    """Runs of the slice `[begin, end)` of the text that `runs` make up.

    Example: `slice_runs(((10, 4), (20, 4)), 3, 6) == ((13, 1), (20, 2))`
    """
    out: list[tuple[int, int]] = []
    at = 0
    for start, length in runs:
        low, high = max(begin - at, 0), min(end - at, length)
        if low < high:
            out.append((start + low, high - low))
        at += length
    return tuple(out)


def cut_line(line: Line, begin: int, end: int | None = None) -> Line:
    """The line without its words before `begin` and from `end` on; white space at the ends goes too.

    Example: `cut_line(line, 4).text == "缔约国应…"` for the line `第一条 缔约国应…`
    """
    stop = len(line.text) if end is None else end
    words = line.text[begin:stop]
    begin += len(words) - len(words.lstrip())
    stop = begin + len(words.strip())
    return replace(line, text=line.text[begin:stop], runs=slice_runs(line.runs, begin, stop))


def ends_sentence(text: str) -> bool:
    """Whether a sentence is complete at the end of `text`: 。！？, closing marks allowed after it."""
    return text[-_FAR:].rstrip(_CLOSERS)[-1:] in tuple("。！？!?")


def ends_clause(text: str) -> bool:
    """Whether a sentence, or an item of a list, is complete at the end of `text`: also ；：."""
    return text[-_FAR:].rstrip(_CLOSERS)[-1:] in tuple("。！？!?；;：:")


def breadth(text: str) -> float:
    """The room that a text takes on paper, in Chinese characters: letters and figures of ASCII take half.

    Example: `breadth("2031年") == 3.0`
    """
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def wrap_width(lines: Sequence[Line]) -> int:
    """Length of a full line, in characters: the 80th percentile of lines that break a sentence.

    A document that prints a paragraph a line is not wrapped: its length is that of its longest line,
    and nothing shorter counts as full.
    """
    lengths = sorted(len(line.text) for line in lines if not line.blank)
    open_ends = sorted(len(line.text) for line in lines if not line.blank and not ends_clause(line.text))
    if not open_ends:
        return lengths[-1] if lengths else 0
    width = open_ends[int(len(open_ends) * 0.8)]
    longer = sum(length > 1.3 * width for length in lengths)
    return lengths[-1] if longer > 0.05 * len(lengths) else width
