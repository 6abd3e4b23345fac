"""Paragraphs and recommendations of documents: 第12至15段, 建议7(c), 2019年会议建议17, 本报告第9段."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from corpus.citations.documents import Named, find_named
from corpus.citations.lists import NUMBERS, SEPARATOR, Pinpoint, read_pinpoints
from corpus.citations.shadow import Shadow
from corpus.citations.types import Citation, CitationKind

__all__ = ["find_paragraphs"]

_PINPOINT = re.compile(
    rf"""
    第(?P<paragraphs>{NUMBERS})段(?!时间|时期|时光|经历|历程|路|婚|话|旅|关系)
    | (?:(?<![\u4e00-\u9fff])|(?<=报告)|(?<=会议)|(?<=文件)|(?<=汇编))段(?P<paragraph>{NUMBERS})(?![\d年月个])
    | 第(?P<counted>{NUMBERS})(?:项|条|号)建议
    | 建议(?P<recommendations>{NUMBERS})
    """,
    re.VERBOSE,
)
# After 建议 a number may count things: 建议3个国家, 建议十分重要.
_COUNTED = re.compile(r"[\d.%]|[个名次项年月日天种条点分岁人国倍万亿千百多余周届场页至到以]|小时|美元")
_MAY_FOLLOW_HAN = re.compile(r"[^\u4e00-\u9fff]|[和至到及与的第中所号载提]|\Z")
_LABEL_LINE = re.compile(r"[\s#*>_-]*建[ \t\u3000]*议[ \t\u3000]*\S{1,6}?[\s*:：.。]*")
_SEPARATOR = re.compile(SEPARATOR)
_LONGEST_LABEL = 40  # characters of its line


def find_paragraphs(shadow: Shadow, source: str, cited: Sequence[Citation]) -> Iterator[Citation]:
    """Paragraphs and recommendations cited in a text, in order of place.

    `cited` are its symbols, resolutions and decisions. A line that holds nothing but 建议 3 in a text
    of several lines is the label of a recommendation, not a citation.
    """
    text = shadow.text
    if "段" not in text and "建议" not in text:
        return
    matches = list(_PINPOINT.finditer(text))
    if not matches:
        return
    named = find_named(shadow, cited)
    ends = sorted(bisect_left(shadow.starts, citation.span.end) for citation in cited)
    last_end, last_named = -1, Named()
    for match in matches:
        pinpoints = _read(shadow, source, match)
        if not pinpoints:
            continue
        start = match.start()
        separator = _SEPARATOR.fullmatch(text, last_end, start) if 0 <= last_end < start else None
        context = named.get(start) or (last_named if separator else Named())
        begin = start if separator else _begin(context, start, ends)
        is_paragraph = match["paragraphs"] is not None or match["paragraph"] is not None
        kind = CitationKind.PARAGRAPH if is_paragraph else CitationKind.RECOMMENDATION
        for at, pinpoint in enumerate(pinpoints):
            yield _citation(shadow, source, kind, pinpoint, begin if at == 0 else pinpoint.start, context)
        last_end, last_named = pinpoints[-1].end, context


def _begin(named: Named, start: int, cited_ends: list[int]) -> int:
    """Where the span starts: at the document's name, unless a citation of its own stands in between."""
    if named.start is None:
        return start
    inside = bisect_right(cited_ends, start) > bisect_right(cited_ends, named.start)
    return start if inside else named.start


def _read(shadow: Shadow, source: str, match: re.Match[str]) -> list[Pinpoint]:
    name = next(name for name, value in match.groupdict().items() if value)
    if name == "recommendations" and not _is_recommendation(shadow, source, match):
        return []
    unit = "段" if name == "paragraphs" else ""
    return read_pinpoints(shadow.text, match.start(), match.span(name), match.end(), unit)


def _is_recommendation(shadow: Shadow, source: str, match: re.Match[str]) -> bool:
    text, end = shadow.text, match.end()
    if _is_label(source, shadow.span(match.start(), end).start):
        return False
    if text[end - 1] in ")]":  # nothing is counted by 建议7(c)
        return True
    if text[end - 1].isdigit():
        return not _COUNTED.match(text, end)
    return _MAY_FOLLOW_HAN.match(text, end) is not None or _spaced(shadow, source, end)


def _spaced(shadow: Shadow, source: str, end: int) -> bool:
    gap = source[shadow.starts[end - 1] + 1 : shadow.starts[end]]
    return gap != "" and "\n" not in gap


def _is_label(source: str, place: int) -> bool:
    least, most = max(0, place - _LONGEST_LABEL), place + _LONGEST_LABEL + 1  # a text may be one line
    start = source.rfind("\n", least, place) + 1 or least
    end = source.find("\n", place, most)
    line = source[start : end if end >= 0 else most]
    if len(line) > _LONGEST_LABEL or not _LABEL_LINE.fullmatch(line):
        return False
    return start > 0 or (end >= 0 and bool(source[end : end + 200].strip()))


def _citation(
    shadow: Shadow, source: str, kind: CitationKind, pinpoint: Pinpoint, start: int, named: Named
) -> Citation:
    span = shadow.span(start, pinpoint.end)
    number = str(pinpoint.first)
    if pinpoint.last > pinpoint.first:
        number += f"-{pinpoint.last}"
    steps = [str(pinpoint.paragraph)] if pinpoint.paragraph is not None else []
    key = ":".join([kind.value, _document_key(named), number, *steps, *pinpoint.item])
    return Citation(
        kind,
        span,
        source[span.start : span.end],
        key,
        number=number,
        first=pinpoint.first,
        last=pinpoint.last,
        item=pinpoint.item,
        paragraph=pinpoint.paragraph,
        document=named.document,
        title=named.title,
        year=named.year,
        session=named.session,
        part=named.part,
        own=named.own,
    )


def _document_key(named: Named) -> str:
    """The most exact thing said of the document, and the annex: `2019`, `session9`, `…/2019/7:附件一`."""
    session = f"session{named.session}" if named.session is not None else None
    year = str(named.year) if named.year is not None else None
    document = "self" if named.own else named.document or year or session or named.title or "?"
    return f"{document}:{named.part}" if named.part else document
