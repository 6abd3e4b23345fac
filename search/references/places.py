"""Places inside a document as people write them: 第三条第2款(b)项, 第5/2号决议第2段, 序言部分第2段, 表1第3行.

A place is one leaf (a paragraph, recommendation, article, row, or labelled text) with what must hold it
(annex, resolution, rule, section). Every part that is named must hold the unit, and every part that holds
the unit must be named: 第3段 is never the third paragraph of an annex.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.citations.shadow import fold, shadow
from corpus.plain_text.numerals import NUMERAL, parse_numeral
from corpus.types import Span, Unit, UnitKind
from indexer.snapshot import Snapshot

__all__ = ["PlaceReference", "fitting", "item_of", "read_places"]

_ITEMS = (
    r"(?:第?\((?:[a-z]{1,4}|[一二三四五六七八九十]{1,3}|\d{1,2})\)[项目]?"
    r"|第(?:\d{1,2}|[一二三四五六七八九十]{1,3})[项目](?!建议)|[a-z][项目])"
)
_LEVELS = r"\d{1,2}(?:\.(?:\d{1,2}|[a-z](?![a-z]))){1,4}"
_HAN = "[一二三四五六七八九十]{1,3}"
_LEAF = re.compile(
    rf"""
    (?P<row>表(?P<table>{NUMERAL})的?第(?P<line>{NUMERAL})行)
  | (?P<labelled>(?:序言部分?|前言|摘要|提要|概要|内容摘要|内容提要|执行摘要|正文前)第(?P<order>{NUMERAL})段)
  | (?P<summary>(?:摘要|提要|概要|内容摘要|内容提要|执行摘要)(?=$))
  | 第?(?<![\d.])(?P<decimal>{_LEVELS})条|(?:具体)?目标(?P<target>{_LEVELS})
  | (?:(?P<top>{_HAN})、|第(?P<chapter>{_HAN})部分)第?\((?P<below>{_HAN})\)[项点条]?
  | 第(?P<article>{NUMERAL})条(?!建议|意见)(?:之(?P<suffix>{NUMERAL}))?(?:第(?P<clause>{NUMERAL})款)?
  | 第(?P<paragraph>{NUMERAL})段(?!时间|时期)(?:之(?P<beside>[一二三四五六七八九十]{{1,2}}))?
  | (?<![\u4e00-\u9fff])段(?P<bare>{NUMERAL})
  | 建议(?P<recommendation>\d{{1,3}}|[一二三四五六七八九十]{{1,4}})(?![\d年月个名次项])
  | 第(?P<counted>{NUMERAL})(?:项|条)建议
    """,
    re.VERBOSE,
)
_AFTER = re.compile(rf"之后的文本(?:第(?P<order>{NUMERAL})段)?")
_STEPS = re.compile(rf"(?:的?{_ITEMS})+")
_STEP = re.compile(
    r"\(([a-z]{1,4}|[一二三四五六七八九十]{1,3}|\d{1,2})\)|第(\d{1,2}|[一二三四五六七八九十]{1,3})[项目]|([a-z])[项目]"
)
_PARTS = re.compile(
    r"第(?P<resolution>\d{1,3}/\d{1,3})号(?P<what>决议|决定)"
    r"|第[一二三四五六七八九十\d]{1,3}(?:部分|章)"
    r"|(?:附件|附录)(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[IVX]{1,4})?"
    rf"|(?:(?:指导|基本)?原则|准则|规则|指南|标准|结论草案|条款草案|问题)(?:草案)?(?:{NUMERAL})"
)
_END = "。"
# Parts stand directly before a place; what a sentence, a quotation or a title says does not count.
_BREAK = re.compile(r"[。!?;“”\"‘’《》〈〉|]")
_OWN_LEAF = re.compile(
    rf"(?:(?:指导|基本)?原则|准则|规则|指南|标准|结论草案|条款草案|问题)(?:草案)?{NUMERAL}"
)
_SECTION_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[.、]|第[一二三四五六七八九十]{1,3}[章节部编]分?|[A-Z][.、])"
)


@dataclass(frozen=True, slots=True)
class PlaceReference:
    """A place as it is written: what it is, its number or label, and the words before it that name parts.

    `kind` is None where `label` names a block. `before` is folded and without white space.
    Example: for 第5/2号决议第2段 `PlaceReference(PARAGRAPH, 2, before="第5/2号决议", …)`
    """

    kind: UnitKind
    span: Span
    before: str
    number: int | None = None
    suffix: int | None = None
    clause: int | None = None
    label: str | None = None
    items: tuple[str, ...] = ()


def read_places(text: str, names: Sequence[Span] = ()) -> list[PlaceReference]:
    """Places that a text names, in order; `names` are spans of `text` that name documents.

    Example: `read_places("准则4第2段")[0].before == "准则4"`
    """
    hidden = list(text)
    for start, end in names:
        hidden[start:end] = _END + " " * (end - start - 1)
    seen = shadow("".join(hidden))
    found: list[PlaceReference] = []
    at = 0
    for match in _LEAF.finditer(seen.text):
        if match.start() < at:
            continue
        before = _BREAK.split(seen.text[at : match.start()])[-1]
        place, end = _place(seen.text, match, before)
        if place is not None:
            found.append(PlaceReference(span=seen.span(match.start(), end), **place))  # type: ignore[arg-type]
            at = end
    if not found and (own := _OWN_LEAF.search(seen.text)):
        steps, end = _items(seen.text, own.end())
        label = own[0]
        found.append(
            PlaceReference(UnitKind.BLOCK, seen.span(own.start(), end), label, label=label, items=steps)
        )
    return found


def _place(text: str, match: re.Match[str], before: str) -> tuple[dict[str, object] | None, int]:
    groups = match.groupdict()
    numbers = {name: parse_numeral(value) for name, value in groups.items() if value and name in _NUMBERS}
    if any(number is None for number in numbers.values()):
        return None, match.end()
    number = next((numbers[name] for name in _COUNTED if name in numbers), None)
    kind, label = UnitKind.BLOCK, None
    if "article" in numbers:
        kind = UnitKind.ARTICLE
    elif "recommendation" in numbers or "counted" in numbers:
        kind = UnitKind.RECOMMENDATION
    elif "paragraph" in numbers or "bare" in numbers:
        kind = UnitKind.PARAGRAPH
    elif groups["row"]:
        label = f"表{numbers['table']}第{numbers['line']}行"
    elif groups["decimal"] or groups["target"]:
        label = groups["decimal"] or groups["target"]
    elif groups["below"]:
        label = f"{groups['top'] or groups['chapter']}、({groups['below']})"
    elif groups["labelled"]:
        name = match["labelled"][: match.start("order") - match.start() - 1]
        name = "序言部分" if name in ("序言", "前言") else name
        label = f"{name}第{numbers['order']}段"
    else:
        label = match["summary"]
    steps, end = _items(text, match.end())
    if after := _AFTER.match(text, end):
        from corpus.places.entries import place_label
        from corpus.structure.numbering import Numbered
        from corpus.structure.sequence import Label

        one = Numbered(kind, Label(0, number or 0, 0, 0), numbers.get("suffix"), numbers.get("clause"))
        label = place_label(one) + after[0]
        kind, number, steps, end = UnitKind.BLOCK, None, (), after.end()
    if "beside" in numbers:
        label, kind = f"第{number}段之{numbers['beside']}", UnitKind.BLOCK
        number = None
    place: dict[str, object] = {
        "kind": kind,
        "before": before,
        "number": number,
        "label": label,
        "items": steps,
    }
    if kind is UnitKind.ARTICLE:
        place |= {"suffix": numbers.get("suffix"), "clause": numbers.get("clause")}
    return place, end


_COUNTED = ("article", "paragraph", "bare", "recommendation", "counted")
_NUMBERS = frozenset({*_COUNTED, "suffix", "clause", "beside", "table", "line", "order"})


def _items(text: str, at: int) -> tuple[tuple[str, ...], int]:
    match = _STEPS.match(text, at)
    if match is None:
        return (), at
    steps = tuple(next(filter(None, found.groups())) for found in _STEP.finditer(match[0]))
    return steps, match.end()


def fitting(
    snapshot: Snapshot, documents: Iterable[str], place: PlaceReference
) -> Iterator[tuple[int, Unit]]:
    """Units of the documents that a place names, in reading order, those of other parts left out."""
    for id in documents:
        parts = _part_names(snapshot, id)
        rows = snapshot.units.rows(document=id, kind=place.kind, number=place.number)
        for row in rows:
            unit = snapshot.units.get(row)
            if _holds(unit, place, parts) and _is_meant(unit, place):
                yield row, unit


def _part_names(snapshot: Snapshot, document: str) -> frozenset[str]:
    """Every part of a document, each step of a nested one by itself, folded."""
    units = map(snapshot.units.get, snapshot.units.rows(document=document))
    names = {unit.part for unit in units if unit.part}
    return frozenset(fold("".join(step.split())) for part in names for step in part.split("，"))


def _holds(unit: Unit, place: PlaceReference, parts: frozenset[str]) -> bool:
    """Whether the parts named before a place are those that hold the unit."""
    if place.label is not None and place.label.startswith("表") and not place.before:
        return True  # tables are counted through the document
    own = {fold("".join(step.split())) for step in (unit.part or "").split("，") if step}
    named = {match[0] for match in _PARTS.finditer(place.before)}
    named |= {part for part in parts if _is_named(part, place.before)}
    return {_plain(part) for part in own} == {_plain(part) for part in named}


def _plain(part: str) -> str:
    """A part without the number of its heading, numbers as digits: 二.决定 is 决定, 原则一 is 原则1."""
    bare = _SECTION_NUMBER.sub("", part) or part
    match = re.fullmatch(rf"(\D+?)({NUMERAL})", bare)
    number = parse_numeral(match[2]) if match else None
    return f"{match[1]}{number}" if match and number is not None else bare


def _is_named(part: str, before: str) -> bool:
    for name in {part, _SECTION_NUMBER.sub("", part)} - {""}:
        at = before.find(name)
        while at >= 0:
            after = before[at + len(name) : at + len(name) + 1]
            if not (name[-1:].isdigit() and after.isdigit()) and len(name) > 1:
                return True
            at = before.find(name, at + 1)
    return False


def _is_meant(unit: Unit, place: PlaceReference) -> bool:
    if place.kind is UnitKind.ARTICLE:
        clause = place.clause is None or unit.clause is None or unit.clause == place.clause
        return unit.suffix == place.suffix and clause
    if place.kind is not UnitKind.BLOCK or place.label is None:
        return True
    label = fold(unit.label or "")
    wanted = place.label
    if re.fullmatch(_LEVELS, wanted):
        return label in (wanted, f"第{wanted}条", f"具体目标{wanted}")
    if label == wanted or ("、(" not in wanted and _plain(label) == _plain(wanted)):
        return True
    if re.fullmatch(r"\D+第1段", wanted) and label == wanted[:-3]:
        return True  # 摘要第1段 where the summary has one paragraph
    return re.fullmatch(rf"{re.escape(wanted)}(?:第\d+段)?", label) is not None and not re.search(
        r"第\d+[段行]\Z", wanted
    )


def item_of(unit: Unit, place: PlaceReference) -> tuple[bool, str | None]:
    """Whether a unit has the item that a place names, and its label path joined by dots.

    A 款 that bears no number is an item: 第二款 of an article without printed 款 is its second paragraph.
    """
    wanted = tuple(_value(step) for step in place.items)
    clause = place.clause if unit.clause is None and place.kind is UnitKind.ARTICLE else None
    paths = {tuple(_value(step) for step in item.path): ".".join(item.path) for item in unit.items}
    if clause is not None:
        has_clauses = any(path and str(path[0]).startswith("第") for path in paths)
        if has_clauses:
            wanted = (f"第{clause}款", *wanted)
        elif clause != 1:
            return False, None
    if not wanted:
        return True, None
    if wanted in paths:
        return True, paths[wanted]
    below = [label for path, label in paths.items() if path[1:] == wanted and str(path[0]).startswith("第")]
    return (True, below[0]) if clause is None and len(below) == 1 else (False, None)


def _value(step: str) -> str:
    if (step.isascii() and step.isalpha()) or step.startswith("第"):
        return step
    number = parse_numeral(step)
    return step if number is None else str(number)
