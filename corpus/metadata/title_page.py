"""The title page of a document taken apart: known fields are cut out, what remains are pieces of text.

Layouts differ (lines, blank lines, everything on one line), so fields are found in the shadow of the
page, where white space is gone, and a field is believed where white space stood on both sides of it.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from corpus.citations.shadow import Shadow, shadow
from corpus.citations.symbols import find_symbols
from corpus.metadata.dates import DAY, MEETING_DAYS
from corpus.plain_text.numerals import NUMERAL

__all__ = ["BODY", "Page", "Piece", "read_page"]

BODY = r"(?:[\u4e00-\u9fff《》]{0,40}(?:工作组|委员会|理事会|缔约方会议|缔约国会议|专家组|大会))"
_LANGUAGE = r"(?:Chinese|English|French|Russian|Spanish|Arabic|[中英法俄西阿][\u4e00-\u9fff]{0,3}文)"
_FIELDS = {
    "distribution": rf"""(?:Distr\.?|分发):?\s?
        (?P<kind>General|Limited|Restricted|普遍|普通|一般|限制|有限)(?:分发)?
        \s?(?P<date>{DAY})?\s?(?P<language>Chinese|中文)?
        (?:\s?(?:Original|原件|原文):?\s?{_LANGUAGE}(?:\s?(?:,|/|and|和|、)\s?{_LANGUAGE})*)?""",
    "issued": rf"(?P<issued>{DAY})\s(?P<issued_language>Chinese)(?:\s?Original:?\s?{_LANGUAGE})?",
    "session": rf"第(?P<session>{NUMERAL})[届次](?:会议|届会)",
    "meeting": rf"(?P<days>{MEETING_DAYS}),(?P<place>[\u4e00-\u9fff]{{2,12}}?)",
    "dates": rf"(?P<dates>{MEETING_DAYS})(?<=日)",
    "agenda": r"(?:临时|暂定)?议程\*{0,2}(?:说明)?项目\d+(?:\([a-z]\))?"
    r"(?:(?:和|、|,|至)\d*(?:\([a-z]\))?)*\*{0,2}",
    "subtitle": r"(?:秘书处|秘书长|主席|联合主席|报告员|执行主任|高级专员)(?:编写|提交)?的?"
    r"(?:报告|说明|专题汇编|汇编|备忘录|背景文件|照会)\*{0,2}",
    "nations": r"联合国|United\sNations",
}
_COMPILED = {name: re.compile(pattern, re.VERBOSE | re.IGNORECASE) for name, pattern in _FIELDS.items()}
# A text begins here: first section heading, contents, summary.
_BEGINNING = re.compile(r"(?:一|I|1|第一章|A)[.、](?=[\u4e00-\u9fff])|导言|引言|目录|摘要|概要|提要")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)+|\*\*|__|\[\^[^\]\s]{1,20}\](?!:)|[ \t]+$")
_INNER_HEADING = re.compile(r"(?<=\S)[ \t]+(?=#{1,6}[ \t])|[ \t]+#{1,6}[ \t]*$", re.MULTILINE)
# Letters of a symbol that are set apart, as in C EDAW/C/BLR/CO/7: they belong to what follows them.
_SPACED = re.compile(r"(?:(?<=\n)|(?<![0-9A-Za-z ]))(?:[A-Z] ){1,6}$")
_DROPPED = re.compile(
    r"[ \t]*(?:[-*_=][ \t]*){3,}|[ \t]*\*+[ \t]+\S.*|[ \t]*\*?\d{6,}\*?|[ \t]*V\.\d\d-\d+.*"
    r"|[ \t]*[-–]?[ \t]*\d{1,3}(?:/\d{1,3})?[ \t]*[-–]?|[ \t]*请回收.*"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the page's shadow that is no known field; `field` names the one before it, if any."""

    start: int
    end: int
    field: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A title page: its cleaned text and shadow, its fields, its pieces in order.

    `breaks[i]` is 1, 2 or 3 where a space, a line break or a blank line stood before shadow character i.
    """

    source: str
    shadow: Shadow
    breaks: dict[int, int]
    fields: dict[str, re.Match[str]]
    symbols: tuple[str, ...]
    pieces: tuple[Piece, ...]

    def printed(self, start: int, end: int) -> str:
        """What the source prints at a shadow range, without the white space of its layout."""
        starts = self.shadow.starts[start:end]
        return "".join(" " if self.source[at].isspace() else self.source[at] for at in starts).strip(" *")


def read_page(head: str) -> Page:
    """Take the text before the first numbered paragraph apart."""
    source = _clean(head)
    seen = shadow(source)
    breaks = _breaks(source, seen)
    end = next((m.start() for m in _BEGINNING.finditer(seen.text) if m.start() in breaks), len(seen.text))
    fields, ranges = _fields(seen.text, breaks, end)
    symbols, places = _symbols(source, seen, breaks, fields, end)
    pieces = _pieces(breaks, sorted([*ranges, *places]), end)
    return Page(source, seen, breaks, fields, symbols, tuple(pieces))


def _clean(head: str) -> str:
    """Without markdown marks, rules, page and job numbers, footnotes; headings stand alone."""
    lines = []
    for line in _INNER_HEADING.sub(r"\n\n", head).splitlines():
        if _DROPPED.fullmatch(line):
            line = ""
        heading = line.lstrip().startswith("#")
        bare = _MARKS.sub("", line)
        lines.append(f"\n{bare}\n" if heading else bare)
    return "\n".join(lines)


def _breaks(source: str, seen: Shadow) -> dict[int, int]:
    breaks = {0: 3, len(seen.text): 3}
    for at in range(1, len(seen.starts)):
        # White space that the shadow keeps stands before itself and before what follows it.
        left = seen.starts[at - 1] + (not seen.text[at - 1].isspace())
        gap = source[left : seen.starts[at] + seen.text[at].isspace()]
        if gap:
            breaks[at] = 1 + min(2, gap.count("\n"))
    return breaks


def _fields(
    text: str, breaks: dict[int, int], end: int
) -> tuple[dict[str, re.Match[str]], list[tuple[int, int, str]]]:
    fields: dict[str, re.Match[str]] = {}
    ranges: list[tuple[int, int, str]] = []
    for name, pattern in _COMPILED.items():
        for match in pattern.finditer(text, 0, end):
            if match.start() not in breaks:
                continue
            if whole := _to_break(pattern, text, match, breaks, end):
                fields.setdefault(name, whole)
                ranges.append((whole.start(), whole.end(), name))
    return fields, ranges


def _to_break(
    pattern: re.Pattern[str], text: str, match: re.Match[str], breaks: dict[int, int], end: int
) -> re.Match[str] | None:
    """The same field read up to the first white space at or after its end; None where it does not reach."""
    for stop in range(match.end(), min(end, match.end() + 14) + 1):
        if stop in breaks or stop == end:
            return pattern.fullmatch(text, match.start(), stop)
    return None


def _symbols(
    source: str, seen: Shadow, breaks: dict[int, int], fields: dict[str, re.Match[str]], end: int
) -> tuple[tuple[str, ...], list[tuple[int, int, str]]]:
    """Symbols that stand alone on their line, or alone before the distribution, and their places."""
    distribution = fields["distribution"].start() if "distribution" in fields else 0
    symbols, places = [], []
    for citation in find_symbols(seen, source):
        spaced = _SPACED.search(seen.text, 0, bisect_left(seen.starts, citation.span.start))
        start = spaced.start() if spaced else bisect_left(seen.starts, citation.span.start)
        letters = "".join(spaced[0].split()) if spaced else ""
        stop = bisect_left(seen.starts, citation.span.end)
        needed = 1 if stop <= distribution else 2
        if stop <= end and min(breaks.get(start, 0), breaks.get(stop, 0)) >= needed:
            symbols.append(letters + str(citation.symbol))
            places.append((start, stop, "symbol"))
    return tuple(dict.fromkeys(symbols)), places


def _pieces(breaks: dict[int, int], ranges: list[tuple[int, int, str]], end: int) -> list[Piece]:
    """What stands between fields, cut at blank lines."""
    pieces: list[Piece] = []
    at, before = 0, None
    for start, stop, name in [*ranges, (end, end, "")]:
        cuts = [cut for cut in range(at + 1, start) if breaks.get(cut) == 3]
        for left, right in zip([at, *cuts], [*cuts, start], strict=True):
            if right > left:
                pieces.append(Piece(left, right, before))
                before = None
        if stop > at:
            at, before = stop, name
    return pieces
