"""What a document prints of itself: title, body, session, meeting, date, place, distribution, symbol."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

from corpus.citations.shadow import shadow
from corpus.metadata.dates import MEETING_DAYS, parse_day, parse_meeting
from corpus.metadata.title_page import BODY, Page, Piece, read_page
from corpus.plain_text.numerals import NUMERAL, parse_numeral
from corpus.types import Metadata

__all__ = ["find_metadata", "merge"]

_DISTRIBUTION = {
    "普遍": "General",
    "普通": "General",
    "一般": "General",
    "限制": "Limited",
    "有限": "Limited",
}
_BODY = re.compile(BODY)
_OPEN_END = re.compile(r"(?:[的和及与或、,:其在对于为]|日[在于][\u4e00-\u9fff]{1,6})$")
_CONTINUES = re.compile("举行|召开|[年月日的、,》]")
_PAIRS = ("《》", "“”", "()", "「」")
_TITLE_DAYS = re.compile(MEETING_DAYS)
_TITLE_PLACE = re.compile(r"日?[在于](?P<place>[\u4e00-\u9fff]{2,10}?)(?:举行|召开)")
_TITLE_BODY = re.compile(
    rf"(?:举行|召开)的(?P<held>{BODY})(?:第{NUMERAL}[次届])?会议|^(?P<first>{BODY})(?={MEETING_DAYS}|第{NUMERAL}[次届]会议的?报告)"
)
_TITLE_SESSION = re.compile(rf"第(?P<session>{NUMERAL})[次届](?:会议|届会)(?:的?报告|$)")
_HELD = re.compile(
    rf"第(?P<session>{NUMERAL})[次届](?:会议|届会)(?:[于在]|\(|,)(?P<days>{MEETING_DAYS})"
    rf"|(?P<days2>{MEETING_DAYS})[^。]{{0,30}}(?:举行|召开)[^。]{{0,20}}第(?P<session2>{NUMERAL})[次届](?:会议|届会)"
)
_LONGEST_TITLE = 300
# What a document deals with, or which court speaks, stands above its title where there is one.
_NO_TITLE_YET = re.compile(
    r"审议|[\u4e00-\u9fff]{0,20}(?:法院|法庭|仲裁庭|审判庭)(?:第[\u4e00-\u9fff]{1,3}[\u4e00-\u9fff]{0,4}庭)?$"
)
_PART_OF_TITLE = re.compile("更正|勘误|增编|补编")
_FIELD = re.compile("[\u4e00-\u9fff]{2,4}[::]")  # 案号, 主审法官, 报告员: a field of the title page
_ENOUGH_LINES = 20
_HAN = re.compile("[\u4e00-\u9fff]")
_WORDS = re.compile(r"(?:[A-Za-z]+\W+){2}[A-Za-z]")


def find_metadata(head: str, units_text: str = "") -> Metadata:
    """What the text before the first numbered paragraph says of the document; unknown is None.

    `units_text`, the text after it, serves for two things: the session, where a meeting of the dates of
    the title page is given a number there, and the width at which lines are wrapped.
    Example: for a page with the line 第十二届会议 `find_metadata(page).session == 12`
    """
    page = read_page(head)
    pieces = _join_wrapped(page, _wrap_width(head + "\n" + units_text))
    bodies, rest = _split_bodies(page, pieces)
    title_range = _find_title(page, rest)
    found = Metadata(
        title=page.printed(*title_range) if title_range else None,
        body=bodies[-1] if bodies else None,
        session=_number(page.fields, "session"),
        meeting=_meeting(page),
        date=_issued(page),
        place=_printed_group(page, "meeting", "place"),
        distribution=_distribution(page),
        language=_language(page),
        symbol=page.symbols[0] if len(page.symbols) == 1 else None,
    )
    if title_range:
        found = _complete_from_title(found, page, title_range)
    return _complete_session(found, units_text)


def merge(supplied: Metadata, found: Metadata) -> Metadata:
    """What the owner supplies, and what was found where the owner says nothing."""
    return supplied.over(found)


def _number(matches: dict[str, re.Match[str]], name: str) -> int | None:
    return parse_numeral(matches[name][name]) if name in matches else None


def _printed_group(page: Page, name: str, group: str) -> str | None:
    match = page.fields.get(name)
    return page.printed(*match.span(group)) if match and match[group] else None


def _meeting(page: Page) -> tuple[date, date] | None:
    match = page.fields.get("meeting")
    if match:
        return parse_meeting(match["days"])
    dates = page.fields.get("dates")  # a line of dates without a place: of a meeting where there are two
    found = parse_meeting(dates["dates"]) if dates else None
    return found if found and found[0] < found[1] else None


def _issued(page: Page) -> date | None:
    if (match := page.fields.get("distribution")) and match["date"]:
        return parse_day(match["date"])
    return parse_day(page.fields["issued"]["issued"]) if "issued" in page.fields else None


def _distribution(page: Page) -> str | None:
    match = page.fields.get("distribution")
    return _DISTRIBUTION.get(match["kind"], match["kind"].capitalize()) if match else None


def _language(page: Page) -> str | None:
    match = page.fields.get("distribution")
    return "Chinese" if (match and match["language"]) or "issued" in page.fields else None


def _wrap_width(text: str) -> int | None:
    """The width of hard-wrapped text: where at least half of the lines are nearly as long as the longest."""
    lengths = sorted(len(line.strip()) for line in text.splitlines() if line.strip())
    if len(lengths) < _ENOUGH_LINES:
        return None
    longest = lengths[int(len(lengths) * 0.95)]
    near = sum(longest - 4 <= length for length in lengths)
    return longest if near * 2 >= len(lengths) else None


def _join_wrapped(page: Page, width: int | None) -> list[Piece]:
    """Join pieces that a blank line cut in mid-phrase: an open end, or a line as wide as lines get."""
    joined: list[Piece] = []
    for piece in page.pieces:
        if joined and piece.field is None and joined[-1].end == piece.start:
            last = joined[-1]
            places = range(last.end - 1, last.start - 1, -1)
            line = next(at for at in places if at == last.start or page.breaks.get(at, 0) > 1)
            wide = width is not None and _width(page, line, last.end) >= width - 2
            text = page.shadow.text
            if wide or _is_open(text[last.start : last.end]) or _CONTINUES.match(text, piece.start):
                joined[-1] = replace(last, end=piece.end)
                continue
        joined.append(piece)
    return joined


def _width(page: Page, start: int, end: int) -> int:
    span = page.shadow.span(start, end)
    return span.end - span.start


def _is_open(text: str) -> bool:
    unclosed = any(text.count(pair[0]) > text.count(pair[1]) for pair in _PAIRS)
    return unclosed or bool(_OPEN_END.search(text))


def _split_bodies(page: Page, pieces: list[Piece]) -> tuple[list[str], list[Piece]]:
    """Pieces, or their first lines, that are nothing but the name of a body; and the other pieces."""
    bodies, rest = [], []
    for piece in pieces:
        cut = _body_end(page, piece)
        if cut:
            bodies.append(page.printed(piece.start, cut))
        if cut != piece.end:
            rest.append(replace(piece, start=cut or piece.start, field="body" if cut else piece.field))
        elif rest or bodies:
            rest.append(Piece(piece.end, piece.end, "body"))
    return bodies, rest


def _body_end(page: Page, piece: Piece) -> int | None:
    text = page.shadow.text
    if _BODY.fullmatch(text, piece.start, piece.end):
        return piece.end
    for at in range(piece.end - 1, piece.start, -1):
        if at not in page.breaks or not _BODY.fullmatch(text, piece.start, at):
            continue
        others = text[at : piece.end]
        # 贩运人口问题工作组 / 2022年6月29日和30日在维也纳举行的会议报告 is one title over two lines.
        if not _TITLE_DAYS.match(others) or _BODY.search(others):
            return at
    return None


def _find_title(page: Page, pieces: list[Piece]) -> tuple[int, int] | None:
    """The first piece after the last field of the page's front that is not the title of an agenda item."""
    front = max((at for at, piece in enumerate(pieces) if piece.field not in (None, "subtitle")), default=0)
    candidates = [piece for piece in pieces[front:] if piece.end > piece.start]
    if not candidates:
        candidates = [piece for piece in pieces if piece.end > piece.start][:1]
    if candidates and candidates[0].field == "agenda":
        agenda = candidates.pop(0)
        if not any(_may_be_title(page.shadow.text[piece.start : piece.end]) for piece in candidates):
            start = _closed_end(page, agenda)
            # Nothing but what stands below the number of the agenda item: that is the title.
            candidates = [Piece(start, agenda.end, None) if start < agenda.end else agenda]
    fitting = [piece for piece in candidates if _may_be_title(page.shadow.text[piece.start : piece.end])]
    while len(fitting) > 1 and _NO_TITLE_YET.match(page.shadow.text, fitting[0].start, fitting[0].end):
        fitting.pop(0)
    if not fitting:
        return None
    following = candidates[candidates.index(fitting[0]) + 1 :][:1]
    ends = [one.end for one in following if _PART_OF_TITLE.fullmatch(page.shadow.text, one.start, one.end)]
    return fitting[0].start, _own_language(page, fitting[0].start, (ends or [fitting[0].end])[0])


def _own_language(page: Page, start: int, end: int) -> int:
    """Where a title ends that goes on in Latin letters alone, on lines of their own: its translation.

    A letter alone on a line names the first part of the text.
    """
    text = page.shadow.text
    lines = [at for at in range(start + 1, end) if page.breaks.get(at, 0) > 1]
    for at, after in pairwise([*lines, end]):
        translated = not _HAN.search(text, at, end) and _WORDS.match(text, at, end)
        if translated or (after == at + 1 and "A" <= text[at] <= "Z"):
            return at
    return end


def _may_be_title(text: str) -> bool:
    if text[0] in "[(" and text[-1] in ")]":
        return False  # how it was adopted, e.g. ［根据第二委员会的报告通过］
    if _FIELD.match(text):
        return False
    return len(text) <= _LONGEST_TITLE and len(re.findall("[\u4e00-\u9fff]", text)) >= 4 and "。" not in text


def _closed_end(page: Page, piece: Piece) -> int:
    """Where the first phrase of a piece ends: at white space with nothing left open."""
    text = page.shadow.text
    stops = (at for at in range(piece.start + 1, piece.end) if at in page.breaks)
    return next((at for at in stops if not _is_open(text[piece.start : at])), piece.end)


def _complete_from_title(found: Metadata, page: Page, title_range: tuple[int, int]) -> Metadata:
    start, end = title_range
    title = page.shadow.text[start:end]
    body, place = found.body, found.place
    if match := _TITLE_BODY.search(title):
        group = "held" if match["held"] else "first"
        body = page.printed(start + match.start(group), start + match.end(group))
    days = _TITLE_DAYS.search(title)
    if place is None and (match := _TITLE_PLACE.search(title)):
        place = page.printed(start + match.start("place"), start + match.end("place"))
    session = _TITLE_SESSION.search(title)
    return replace(
        found,
        body=body,
        place=place,
        meeting=found.meeting or (parse_meeting(days[0]) if days else None),
        session=found.session or (parse_numeral(session["session"]) if session else None),
    )


def _complete_session(found: Metadata, units_text: str) -> Metadata:
    """The number that the text gives to the meeting of the title page; two different numbers are doubt."""
    if found.session is not None or found.meeting is None or not units_text:
        return found
    counts: Counter[int] = Counter()
    for match in _HELD.finditer(shadow(units_text).text):
        number = parse_numeral(match["session"] or match["session2"])
        if number is not None and parse_meeting(match["days"] or match["days2"]) == found.meeting:
            counts[number] += 1
    return replace(found, session=next(iter(counts))) if len(counts) == 1 else found
