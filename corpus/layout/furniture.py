"""Tell apart what belongs to the page from what belongs to the text.

Page numbers, running heads, job numbers, footnotes, addresses and rules interrupt paragraphs; a
paragraph goes on after them. What is found here is reported as an omission, never lost in silence.
"""

import bisect
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.layout.lines import Line, ends_clause, wrap_width
from corpus.types import Omission, OmissionKind

__all__ = ["find_furniture"]

_SYMBOL = r"[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9][A-Za-z0-9.\-]{0,14}){2,9}(?:\s?\(\d{4}\))?"
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:\d{1,4}\s?/\s?\d{1,4}|\d{1,4}|第\s?\d{1,4}\s?[页頁](?:[,，/\s]*共\s?\d{1,4}\s?[页頁])?"
    r"|[Pp](?:age|\.)\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?)[-–—\s]*"
)
_SYMBOL_ALONE = re.compile(_SYMBOL)
_SYMBOL_HEAD = re.compile(rf"\d{{1,4}}(?:/\d{{1,4}})?\s+{_SYMBOL}|{_SYMBOL}\s+\d{{1,4}}(?:/\d{{1,4}})?")
# Job numbers that the printing services of the United Nations set at the foot of a first page.
_JOB_NUMBER = re.compile(
    r"(?:\d{1,3}(?:/\d{1,3})?\s+)?\*?(?:V|GE|N|K|E|S|CTOC)?\.?\s?\d{2}-\d{4,6}\*?(?:\s?\([A-Z]\))?"
    r"(?:[\s*]+\d{6,8})*\*?(?:\s+\d{1,3}(?:/\d{1,3})?)?"
)
_LINK = re.compile(r"<?(?:https?://|www\.|undocs\.org/)\S+>?")
_RULE = re.compile(r"(?:[-_=*—–─━～~]\s?){3,}")
_CONTENTS = re.compile(r".{1,120}?(?:[.．·…‧]\s?){4,}\s*\d{1,4}")
_NOTE = re.compile(
    r"\[\^[^\]\s]{1,20}\]:\s*\S"
    r"|[¹²³⁴⁵⁶⁷⁸⁹⁰]+\s?\S"
    r"|\d{1,3}\s*[/)]?\s+(?:见|見|另见|另見|同上|参见|參見|联合国，《|聯合國，《|《|http)"
)
_LONG_SERIES = 3
_OPENS = re.compile(
    r"[0-9０-９]{1,4}\s?[.．、]|第.{1,6}[条條段章]|[(（][a-z一二三四五六七八九十\d]{1,3}[)）]|附件|建\s?[议議]"
)
# What a number is counted in, and what asks for one: 应在 + 30 + 天内, 根据 + 4 + 组平行试验.
_COUNTS = re.compile(
    r"[年月日天周週次个個名项項条條段章页頁件份人国國岁歲元万萬亿億千百倍度级級种種组組台辆輛艘吨噸"
    r"公里米升克毫厘立平小分秒点點届屆期卷册冊号號款%％‰至到和、～~／/-]"
)
_ASKS_FOR_NUMBER = re.compile(
    r"(?:[第约約达達至在为為共计計于於过過满滿近逾超按每以]|不足|少于|多于|大于|小于)$"
)
_NOT_RUNNING = re.compile(
    r"[A-Za-z0-9/.()（）\-]+$|关键专题|關鍵專題|建\s?[议議]|[(（][a-zA-Z一二三四五六七八九十\d]{1,4}[)）]|[0-9０-９]{1,4}\s?[.．、]"
)


def find_furniture(
    lines: Sequence[Line], source: str, known: Sequence[Omission] = ()
) -> dict[int, OmissionKind]:
    """Which lines are furniture, by line index; `known` is what the layout of the file has told.

    Example: `{41: RUNNING_HEAD, 42: PAGE_NUMBER}`
    """
    found = _by_form(lines, source) | _by_layout(lines, known)
    _add_page_numbers(lines, found)
    _add_symbols(lines, found)
    _add_notes(lines, source, found)
    _add_running_heads(lines, found)
    return found


def _by_form(lines: Sequence[Line], source: str) -> dict[int, OmissionKind]:
    found: dict[int, OmissionKind] = {}
    for line in lines:
        raw = source[line.span.start : line.span.end].strip()
        if not raw:
            continue
        if _LINK.fullmatch(line.text):
            found[line.index] = OmissionKind.LINK
        elif _RULE.fullmatch(raw):
            found[line.index] = OmissionKind.RULE
        elif _CONTENTS.fullmatch(line.text):
            found[line.index] = OmissionKind.CONTENTS
        elif not _PAGE_NUMBER.fullmatch(line.text) and (
            _JOB_NUMBER.fullmatch(line.text) or _SYMBOL_HEAD.fullmatch(line.text)
        ):
            found[line.index] = OmissionKind.RUNNING_HEAD
    return found


def _by_layout(lines: Sequence[Line], known: Sequence[Omission]) -> dict[int, OmissionKind]:
    """The lines that begin inside a known omission."""
    ordered = sorted(known, key=lambda one: one.span)
    starts = [one.span.start for one in ordered]
    found: dict[int, OmissionKind] = {}
    for line in lines:
        at = bisect.bisect_right(starts, line.span.start) - 1
        if at >= 0 and not line.blank and line.span.start < ordered[at].span.end:
            found[line.index] = ordered[at].kind
    return found


def _add_symbols(lines: Sequence[Line], found: dict[int, OmissionKind]) -> None:
    """A line that is a symbol and nothing else: a running head if it repeats or stands by a page number.

    Once only, or where its neighbours complete it, it is a symbol that a narrow column has set apart.
    """
    texts = [line for line in lines if not line.blank]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(texts):
        if _SYMBOL_ALONE.fullmatch(line.text):
            places[line.text].append(at)
    for ats in places.values():
        free = [at for at in ats if not _cut_by_column(texts, at, found)]
        marked = [at for at in free if texts[at].opens_page or _beside_furniture(texts, at, found)]
        if marked or len(free) > 1:
            heads = ats if len(marked) > 1 else free
            found.update((texts[at].index, OmissionKind.RUNNING_HEAD) for at in heads)


def _cut_by_column(texts: Sequence[Line], at: int, found: dict[int, OmissionKind]) -> bool:
    """Whether a symbol goes on in the next line, or began in the line before: (CTOC/COP/WG. + 4/2010/5)."""
    before = texts[at - 1].text if at and texts[at - 1].index not in found else ""
    after = next((line for line in texts[at + 1 : at + 4] if line.index not in found), None)
    goes_on = after is not None and re.match(r"[/.)）]", after.text) is not None
    if after is not None and after is texts[at + 1]:
        goes_on = goes_on or re.match(r"[A-Za-z0-9]", after.text) is not None
    return goes_on or re.search(r"[A-Za-z/(（[]$", before) is not None


def _add_page_numbers(lines: Sequence[Line], found: dict[int, OmissionKind]) -> None:
    """A lone number is a page number beside other furniture, between blank lines, or in a series."""
    texts = [line for line in lines if not line.blank]
    lone = [
        (at, line)
        for at, line in enumerate(texts)
        if line.index not in found
        and _PAGE_NUMBER.fullmatch(line.text.strip())
        and not ("/" in line.text and at and _goes_on(texts[at - 1], line))
    ]
    pages = {line.index: _page(line.text) for _, line in lone}
    for position, (at, line) in enumerate(lone):
        beside = [texts[near].index for near in (at - 1, at + 1) if 0 <= near < len(texts)]
        near_blank = any(abs(index - line.index) > 1 for index in beside)
        series = any(
            0 <= other < len(lone) and pages[lone[other][1].index] == pages[line.index] + other - position
            for other in (position - 1, position + 1)
        )
        marked = not line.text.strip().isdigit()
        marked = marked or any(
            _SYMBOL_ALONE.fullmatch(texts[near].text) for near in (at - 1, at + 1) if 0 <= near < len(texts)
        )
        counted = not marked and _in_sentence(texts, at, found) and not _reads_on(texts, at)
        if counted and not _in_long_series(lone, pages, position):
            continue
        if marked or series or near_blank or line.opens_page or any(index in found for index in beside):
            found[line.index] = OmissionKind.PAGE_NUMBER


def _in_sentence(texts: Sequence[Line], at: int, found: dict[int, OmissionKind]) -> bool:
    """Whether a lone number stands inside a sentence, with text and no furniture beside it."""
    if at == 0 or at + 1 == len(texts):
        return False
    before, after = texts[at - 1], texts[at + 1]
    if before.index in found or after.index in found or texts[at].opens_page or after.opens_page:
        return False
    return not ends_clause(before.text) and _OPENS.match(after.text) is None


def _in_long_series(lone: Sequence[tuple[int, Line]], pages: dict[int, int], position: int) -> bool:
    """Whether three lone numbers or more around one rise by one, as page numbers do."""
    first = max(0, position - _LONG_SERIES)
    around = enumerate(lone[first : position + _LONG_SERIES + 1], first)
    numbers = {order: pages[line.index] - order for order, (_, line) in around}
    run = 1
    for step in (-1, 1):
        other = position + step
        while other in numbers and numbers[other] == numbers[position] and run < _LONG_SERIES:
            run, other = run + 1, other + step
    return run >= _LONG_SERIES


def _reads_on(texts: Sequence[Line], at: int) -> bool:
    """Whether the sentence around a number reads on without it: the next line counts nothing."""
    before, after = texts[at - 1].text, texts[at + 1].text
    return _COUNTS.match(after) is None and _ASKS_FOR_NUMBER.search(before) is None


def _goes_on(before: Line, line: Line) -> bool:
    """Whether 4/2019 is the rest of a symbol that a narrow column has cut, as in CTOC/COP/WG. + 4/2019."""
    fragment = re.search(r"/[A-Za-z0-9.]*$", before.text) is not None
    return fragment and line.index - before.index == 1 and not _SYMBOL_ALONE.fullmatch(before.text)


def _page(text: str) -> int:
    digits = re.search(r"\d+", text)
    return int(digits.group()) if digits else -1


def _add_notes(lines: Sequence[Line], source: str, found: dict[int, OmissionKind]) -> None:
    """A footnote runs from its mark to the end of its sentence, of its block, or to other furniture."""
    has_star = re.search(r"[^\s*]\*(?![*\s])|[^\s*]\*(?=[\s，。：项]|项目|項目)", source) is not None
    inside, ruled = False, False
    for line in lines:
        kind = found.get(line.index)
        if kind is not None or line.blank:
            inside, ruled = False, kind is OmissionKind.RULE or (ruled and line.blank)
            continue
        starred = line.bullet == "*" and len(line.text) <= 200
        starred = starred and (
            has_star or ruled or _SYMBOL_ALONE.fullmatch(line.text.rstrip("。.")) is not None
        )
        if starred or _NOTE.match(line.text) or (ruled and re.match(r"\d{1,3}\s+\S", line.text)):
            inside = True
        if inside:
            found[line.index] = OmissionKind.FOOTNOTE
            inside = not line.text.endswith(("。", "."))
        ruled = ruled and line.index in found


def _add_running_heads(lines: Sequence[Line], found: dict[int, OmissionKind]) -> None:
    """A line that comes again and again where pages break, or short in the middle of full lines."""
    texts = [line for line in lines if not line.blank]
    counts = Counter(_key(line.text) for line in texts)
    width = wrap_width(lines)
    pages = sum(kind is OmissionKind.PAGE_NUMBER for kind in found.values())
    at_break: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    around: defaultdict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for at, line in enumerate(texts):
        key = _key(line.text)
        if counts[key] < 2 or not 2 <= len(key) <= 80 or line.index in found or _NOT_RUNNING.match(line.text):
            continue
        for why in _breaks(texts, at, width, found):
            at_break[key, why].append(line.index)
            around[key, why].add(_neighbours(texts, at, found))
    for (key, why), indexes in at_break.items():
        # A sentence printed twice has the same words around it; a running head has not.
        different = len(around[key, why]) >= max(2, 0.6 * len(indexes))
        often = len(indexes) >= (0.3 * pages if why in ("after", "before") else 0)
        if different and often and len(indexes) * 2 >= counts[key]:
            found.update(dict.fromkeys(indexes, OmissionKind.RUNNING_HEAD))


def _breaks(texts: Sequence[Line], at: int, width: int, found: dict[int, OmissionKind]) -> list[str]:
    """How a line shows that a page breaks there: always the same way for a running head."""
    line = texts[at]
    page = (OmissionKind.PAGE_NUMBER, OmissionKind.RUNNING_HEAD)
    why = ["opens"] if line.opens_page else []
    if not ends_clause(line.text):
        why += ["after"] if at and found.get(texts[at - 1].index) in page else []
        why += ["before"] if at + 1 < len(texts) and found.get(texts[at + 1].index) in page else []
    return why + (["inside"] if _interrupts(texts, at, width) else [])


def _neighbours(texts: Sequence[Line], at: int, found: dict[int, OmissionKind]) -> tuple[str, str]:
    """The last and first words of the text before and after a line, furniture passed over."""
    before = next(
        (one.text[-6:] for one in reversed(texts[max(0, at - 5) : at]) if one.index not in found), ""
    )
    after = next((one.text[:6] for one in texts[at + 1 : at + 6] if one.index not in found), "")
    return before, after


def _key(text: str) -> str:
    """A line without white space and without the page number at its start or end."""
    return re.sub(r"\s+", "", text).strip("0123456789/-–—")


def _beside_furniture(texts: Sequence[Line], at: int, found: dict[int, OmissionKind]) -> bool:
    page = (OmissionKind.PAGE_NUMBER, OmissionKind.RUNNING_HEAD)
    return any(found.get(texts[near].index) in page for near in (at - 1, at + 1) if 0 <= near < len(texts))


def _interrupts(texts: Sequence[Line], at: int, width: int) -> bool:
    """Whether a line shorter than its neighbours stands inside a sentence.

    Wrapped lines that repeat by chance (the long name of a protocol) are as long as the others.
    """
    if at == 0 or at + 1 == len(texts):
        return False
    before, line = texts[at - 1], texts[at]
    inside = not ends_clause(before.text) and len(before.text) >= max(0.75 * width, 12)
    return inside and not ends_clause(line.text) and len(line.text) < 0.75 * width
