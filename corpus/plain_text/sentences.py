"""The sentences and items of a unit, with their places in its text: slices, never altered.

A sentence ends with 。！？ (or ! ? . in Latin text) and the closing marks behind it. Marks inside a short
pair of quotation marks or brackets end nothing; a dot in 3.5, in WG.4/2015/4, or a comma in 1,193
is no end. A lettered or numbered item is a segment of its own, and knows the words that lead into it.

`cut_behind` is what is left where none of that matters: a cut behind every mark.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from corpus.types import Item, Span

__all__ = ["Segment", "cut_behind", "split_sentences"]

# A dot ends a sentence only after a Latin word and before a capital: `the end. Then`.
_END = re.compile(r"[。！？!?]+|(?<=[a-z]{2})\.(?=\s+[A-Z])")
_CLOSING = re.compile(r"[”’』」）)】》〉\]\"']*")
_PAIRS = {"“": "”", "「": "」", "『": "』", "（": "）", "(": ")", "《": "》", "【": "】"}
LONGEST_PAIR = 120
"""Characters up to which what stands between quotation marks or brackets is kept whole."""

_AFTER_CUT = "[”’』」）)]*"


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or an item: `text[span.start:span.end]`, without white space at its ends.

    `lead` is where the words stand that lead into an item, `应当：` before (a); None for a sentence.
    `item` is the label path of the innermost item that holds it, as `c` or `c.ii`.
    Example: `Segment(Span(12, 30), Span(0, 11), "a")`
    """

    span: Span
    lead: Span | None = None
    item: str | None = None


def split_sentences(
    text: str, items: Sequence[Item] = (), whole: Sequence[Span] | None = None
) -> tuple[Segment, ...]:
    """Segments of a unit's text in order; together they hold everything but white space.

    `whole` are the quotations, marks included, that are kept whole; short pairs of marks without it.
    Example: `split_sentences("占3.5%。他说：“好。”完。")` gives 占3.5%。 and 他说：“好。”完。
    """
    segments: list[Segment] = []
    first = items[0].start if items else len(text)
    outside = [Segment(span) for span in _sentences(text, 0, first, whole)]
    segments += outside
    leads: dict[tuple[str, ...], Span] = {}
    top = outside[-1].span if outside else None
    for at, item in enumerate(items):
        lead = leads.get(item.path[:-1], top)
        end = items[at + 1].start if at + 1 < len(items) else len(text)
        label = ".".join(item.path)
        inside = list(_sentences(text, item.start, min(end, item.end), whole))
        segments += [Segment(span, lead, label) for span in inside]
        if inside:
            leads[item.path] = inside[-1]
        if item.end < end:
            segments += [Segment(span) for span in _sentences(text, item.end, end, whole)]
    return tuple(segments)


def cut_behind(text: str, marks: str) -> list[Span]:
    """The text cut behind each run of `marks` and what closes after it; the pieces together are the text.

    Example: `cut_behind("甲。”乙；丙", "。；") == [Span(0, 3), Span(3, 5), Span(5, 6)]`
    """
    ends = [found.end() for found in _run_of(marks).finditer(text)]
    starts = [0, *ends]
    return [Span(start, end) for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end]


@cache
def _run_of(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(marks)}]+{_AFTER_CUT}")


class _Pairs:
    """What stands between marks, as spans that neither touch nor overlap: whether a place is inside one."""

    def __init__(self, pairs: Sequence[Span]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, last in pairs:
            if self.ends and start < self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], last)
            else:
                self.starts.append(start)
                self.ends.append(last)

    def hold(self, place: int) -> bool:
        """Whether a place lies between the marks of a pair."""
        at = bisect_left(self.starts, place) - 1
        return at >= 0 and place < self.ends[at]

    def next_from(self, place: int, end: int) -> int:
        """Where the first pair from a place on opens, `end` where none does before."""
        at = bisect_left(self.starts, place)
        return min(end, self.starts[at]) if at < len(self.starts) else end


def _sentences(text: str, start: int, end: int, whole: Sequence[Span] | None) -> Iterator[Span]:
    """Spans of the sentences of text[start:end], trimmed."""
    given = None if whole is None else [Span(one.start, one.end - 1) for one in whole]
    pairs = _Pairs(_enclosed(text, start, end) if given is None else given)
    begin = start
    for mark in _END.finditer(text, start, end):
        if pairs.hold(mark.start()) and not _ends_quotation(text, mark.end(), end, pairs):
            continue
        # A straight quotation mark that opens the next quotation closes nothing.
        closed = _CLOSING.match(text, mark.end(), pairs.next_from(mark.end(), end))
        stop = closed.end() if closed else mark.end()
        if stop > begin:
            yield from _trimmed(text, begin, stop)
            begin = stop
    yield from _trimmed(text, begin, end)


def _enclosed(text: str, start: int, end: int) -> list[Span]:
    """Pairs of marks that close within LONGEST_PAIR characters: an opening alone holds nothing."""
    found = []
    for at in range(start, end):
        closing = _PAIRS.get(text[at])
        if closing is not None:
            stop = text.find(closing, at + 1, min(end, at + LONGEST_PAIR))
            if stop >= 0:
                found.append(Span(at, stop))
    return found


def _ends_quotation(text: str, at: int, end: int, pairs: _Pairs) -> bool:
    """Whether a mark is the last of its quotation and the sentence goes no further: 。” and then a new one.

    `他说：“好。”` ends where its line or text ends; before a particle of speech it goes on.
    """
    closed = _CLOSING.match(text, at, end)
    stop = closed.end() if closed else at
    if stop == at or pairs.hold(stop - 1):
        return False
    return not re.match(
        r"\s*[，、；：的地得等一之他她它这那并和及或与以而就也都还又为是在了说]", text[stop:end]
    )


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
