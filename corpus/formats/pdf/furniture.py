"""Running heads, page numbers and footnotes, told by where they stand on the pages.

A running head stands first or last on its page, at the same height on two pages or more, with the same
words but for the number of the page, and apart from the text unless it has such a number. A footnote
stands last on its page or column, below a rule or behind its mark, in smaller type unless a rule is there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.formats.pdf.graphics import Rule
from corpus.formats.pdf.lines import Strip
from corpus.types import OmissionKind

__all__ = ["PageRows", "footnotes_from", "mark_running_heads"]

_DEEPEST = 3  # rows at the top and at the bottom of a page that may be running heads
_APART = 1.3  # of the distance of lines: white between a running head and the text
_LONGEST = 60  # characters of a running head that does not repeat
_SAME_HEIGHT = 4.0  # points
_SMALL = 0.93  # of the size of the text: type of notes is at most so large
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:第\s*)?#(?:\s*[页頁])?(?:\s*(?:/|共|of)\s*\d+\s*[页頁]?)?[-–—\s]*")
_TEXT = re.compile(r".*[。；：！？;:]$|[(（][\da-z]{1,3}[)）]|建\s?[议議]|关键专题|關鍵專題|#?\d*\s?[.．、]")
_NOTE_MARK = re.compile(r"\[\^\w{1,3}\]|[*†‡]|\d{1,3}[\s)）]|[①-⑳]|[a-z][)\s]")


@dataclass(slots=True)
class PageRows:
    """The strips of a page, row by row from the top, and its level rules."""

    rows: list[list[Strip]]
    rules: list[Rule]


@dataclass(slots=True)
class _Candidate:
    page: int
    row: list[Strip]
    height: float
    apart: bool
    key: str


def mark_running_heads(pages: Sequence[PageRows], distance: float, size: float) -> dict[int, OmissionKind]:
    """Which strips, by `id`, are running heads or page numbers.

    `distance` is that of two lines of the text, `size` that of its type, in points.
    """
    offset = _page_offset(pages)
    found: dict[int, OmissionKind] = {}
    for top in (True, False):
        candidates = [
            candidate
            for number, page in enumerate(pages)
            for candidate in _candidates(number, page, top, distance, size, offset)
        ]
        accepted = _repeated(candidates)
        _keep_outermost(pages, accepted, top)
        for candidate in accepted.values():
            number_alone = _PAGE_NUMBER.fullmatch(candidate.key) is not None
            kind = OmissionKind.PAGE_NUMBER if number_alone else OmissionKind.RUNNING_HEAD
            found.update((id(strip), kind) for strip in candidate.row)
    found.update((id(strip), OmissionKind.RUNNING_HEAD) for strip in _above_the_text(pages, found, distance))
    return found


def _above_the_text(
    pages: Sequence[PageRows], found: Mapping[int, OmissionKind], distance: float
) -> Iterator[Strip]:
    """Running heads that stand on one page only: above everything that other pages hold, and apart."""
    texts = [[row for row in page.rows if id(row[0]) not in found] for page in pages]
    tops = [rows[0][0].y if rows else 0.0 for rows in texts]
    for number, rows in enumerate(texts):
        if number == 0 or len(rows) < 2:
            continue
        first, second = rows[0], rows[1]
        others = max(top for at, top in enumerate(tops) if at != number)
        words = "".join(strip.text for strip in first)
        higher = first[0].y - others >= 0.5 * distance and first[0].y - second[0].y >= _APART * distance
        if higher and len(words) <= _LONGEST and not _TEXT.match(words) and not any(s.rows for s in first):
            yield from first


def _page_offset(pages: Sequence[PageRows]) -> int | None:
    """What the printed number of a page is more than its place in the file, where pages agree on it."""
    votes = Counter[int]()
    for at, page in enumerate(pages):
        edge = [*page.rows[:_DEEPEST], *page.rows[-_DEEPEST:]]
        numbers = {
            int(number)
            for row in edge
            for strip in row
            for number in _NUMBER.findall(strip.text)
            if len(number) <= 4 and len(strip.text) <= 60
        }
        votes.update(number - at for number in numbers)
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] >= max(2, 0.4 * len(pages)) else None


def _candidates(
    number: int, page: PageRows, top: bool, distance: float, size: float, offset: int | None
) -> list[_Candidate]:
    rows = page.rows if top else page.rows[::-1]
    found: list[_Candidate] = []
    for at, row in enumerate(rows[:_DEEPEST]):
        if any(strip.rows for strip in row):
            break
        inner = rows[at + 1] if at + 1 < len(rows) else None
        height = row[0].y
        if inner is None:
            apart = True
        else:
            edge = inner[0].y if top else max(strip.y for strip in inner)
            ruled = any(min(height, edge) < rule.y0 < max(height, edge) for rule in page.rules)
            small = row[0].size < _SMALL * size
            apart = abs(height - edge) >= _APART * distance or ruled or small
        found.append(_Candidate(number, row, height, apart, _key(row, number, offset)))
    return found


def _key(row: Sequence[Strip], page: int, offset: int | None) -> str:
    """The words of a row whatever side they stand on, with # for the number of the page."""
    printed = None if offset is None else page + offset

    def neutral(match: re.Match[str]) -> str:
        return "#" if printed is not None and int(match.group()) == printed else match.group()

    # A symbol such as A/77/10 holds numbers too: the number of the page stands at an end of its strip.
    words = [re.sub(r"^\d{1,4}(?!\d)(?![/.]\d*[A-Z])|(?<![\d/.])\d{1,4}(?!\d)", neutral, s.text) for s in row]
    return " ".join(sorted(re.sub(r"\s+", "", word) for text in words for word in text.split("  ")))


def _repeated(candidates: Iterable[_Candidate]) -> dict[tuple[int, float], _Candidate]:
    """Candidates that stand at one height on several pages, by page and height."""
    groups: defaultdict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.key].append(candidate)
    found: dict[tuple[int, float], _Candidate] = {}
    for key, group in groups.items():
        number = _PAGE_NUMBER.fullmatch(key) is not None
        for candidate in group:
            level = {o.page for o in group if abs(o.height - candidate.height) <= _SAME_HEIGHT}
            apart = candidate.apart or "#" in key
            if len(level) >= 2 and apart and (number or not _TEXT.match(key)):
                found[candidate.page, candidate.height] = candidate
    return found


def _keep_outermost(
    pages: Sequence[PageRows], accepted: dict[tuple[int, float], _Candidate], top: bool
) -> None:
    """A row with text of the page outside it is no running head."""
    for number, page in enumerate(pages):
        rows = page.rows if top else page.rows[::-1]
        outside = True
        for row in rows[:_DEEPEST]:
            outside = outside and (number, row[0].y) in accepted
            if not outside:
                accepted.pop((number, row[0].y), None)


def footnotes_from(
    rows: Sequence[Sequence[Strip]], below: Iterable[Strip], rules: Sequence[Rule], size: float
) -> int:
    """At which row of a block the notes at its end begin; `len(rows)` if it has none.

    `below` are the strips of the page under the block; `size` is that of the text in points.
    """
    if any(strip.size >= _SMALL * size for strip in below):
        return len(rows)
    begin = len(rows)
    while begin and all(strip.size < _SMALL * size and not strip.rows for strip in rows[begin - 1]):
        begin -= 1
    if begin < len(rows) and not _is_ruled(rows, begin, rules):
        begin = next((at for at in range(begin, len(rows)) if _opens_note(rows, at)), len(rows))
    if begin == len(rows):  # notes in type as large as the text: below a rule, behind a mark
        marked = [at for at in range(1, len(rows)) if _opens_note(rows, at) and _is_ruled(rows, at, rules)]
        begin = marked[-1] if marked else begin
    return begin


def _opens_note(rows: Sequence[Sequence[Strip]], at: int) -> bool:
    """Whether a row begins with the mark of a note; a raised one is a row of its own above its words."""
    first = rows[at][0]
    if first.marked or _NOTE_MARK.match(first.text):
        return True
    words = rows[at + 1][0] if at + 1 < len(rows) else None
    raised = words is not None and first.size < _SMALL * words.size and first.y - words.y < words.size
    return raised and first.text.isdigit() and words is not None and words.x0 >= first.x1 - 1


def _is_ruled(rows: Sequence[Sequence[Strip]], at: int, rules: Sequence[Rule]) -> bool:
    """Whether a level rule stands between a row and the row before it, over the beginning of the row."""
    first = rows[at][0]
    low, high = first.y + 0.5 * first.size, rows[at - 1][0].y if at else first.y + 6 * first.size
    return any(
        rule.level and low < rule.y0 < high and rule.x0 <= first.x0 + 2 * first.size < rule.x1
        for rule in rules
    )
