"""Find everything that may be the printed label of a unit, a heading or an item."""

import re
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.plain_text.numerals import parse_numeral
from corpus.structure.sequence import Label

__all__ = [
    "ITEM_LABEL",
    "SENTENCE_WEIGHT",
    "Style",
    "annex_name",
    "heading_level",
    "is_list_line",
    "paragraph_labels",
    "recommendation_labels",
    "topics_begin",
]

_CHINESE = "〇零一二三四五六七八九十百廿卅"


class Style(StrEnum):
    """How a document prints the numbers of its paragraphs."""

    ARABIC = "arabic"  # 12. 12、 １２．
    ORDINAL = "ordinal"  # 第12段 第十二段
    CHINESE = "chinese"  # 十二、
    BOXED = "boxed"  # [12] 【12】


_PARAGRAPH = {
    Style.ARABIC: re.compile(
        r"(?P<number>[0-9０-９]{1,4})\s?(?P<mark>[.．。、])\s*"
        r"|(?P<bare>[0-9０-９]{1,4})(?:\t\s*|[  　]{2,}|　)(?=[^\s年月日第])"
    ),
    Style.ORDINAL: re.compile(
        rf"第\s?(?P<number>[0-9０-９]{{1,4}}|[{_CHINESE}]{{1,7}})\s?段(?:\s*[:：.．、]\s*|\s+|$)"
    ),
    Style.CHINESE: re.compile(rf"(?P<number>[{_CHINESE}]{{1,7}})(?:、|[.．]\s*)"),
    Style.BOXED: re.compile(r"[\[［【](?P<number>[0-9０-９]{1,4})[\]］】]\s*"),
}
_DECIMAL = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})+[ 　\t]+\S")  # 3.1 is a number in levels, or an amount
_RECOMMENDATION = re.compile(
    r"[【\[]?\s*建\s?[议議]\s*[(（]?\s?(?P<number>[0-9０-９]{1,3}|["
    + _CHINESE
    + r"]{1,5})\s?[)）]?\s*[】\]]?"
    r"(?P<mark>\s*[:：.．、]\s*|\s+|$|(?=[鼓缔締工促请請各会會秘吁呼敦建毒国國联聯主]))"
    r"|第\s?(?P<ordinal>[0-9０-９]{1,3}|["
    + _CHINESE
    + r"]{1,5})\s?[项項条條]?建[议議](?P<after>\s*[:：.．、]\s*|\s+|$)"
)
ITEM_LABEL = re.compile(
    r"[(（](?P<label>[a-zａ-ｚ]{1,4}|[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[)）]|(?P<half>[a-z])[)）](?=\s?[^a-z])"
)
SENTENCE_WEIGHT = 1.2  # what a label weighs at least that a sentence follows
_HEADINGS = (
    re.compile(
        r"(?:[一二三四五六七八九十]{1,3}\s*[.．、]|第[一二三四五六七八九十\d]{1,3}(?:[章部编編]|分编))\s*\S"
    ),
    re.compile(r"(?:(?:[A-ZＡ-Ｚ]|[IVX]{1,5})\s*[.．、]|第[一二三四五六七八九十\d]{1,3}[节節])\s*\S"),
    re.compile(r"[0-9０-９]{1,2}\s*[.．、]\s*\S"),
)
_ANNEX = re.compile(
    r"(?P<name>附\s?(?:件|[录錄])\s*(?P<number>[一二三四五六七八九十]{1,3}|[0-9]{1,2}|[IVX]{1,4})?)"
    r"\s*(?:[:：.．*]?\s*|[\s　]+\S.{0,60})"
)
_TOPICS = re.compile(r"(?:关键专题|關鍵專題|关键词|關鍵詞|关键主题|關鍵主題)\s*(?:[:：]\s*|$)")


def paragraph_labels(
    lines: Sequence[Line],
    skipped: Collection[int],
    style: Style,
    numeral: Callable[[str], int | None] = parse_numeral,
) -> list[Label]:
    """Labels of paragraphs in one style, in reading order; `skipped` are lines of furniture."""
    found: list[Label] = []
    kept = [line for line in lines if not line.blank and line.index not in skipped]
    for at, line in enumerate(kept):
        match = _PARAGRAPH[style].match(line.text)
        if match is None or (style is Style.ARABIC and _DECIMAL.match(line.text)):
            continue
        groups = match.groupdict()
        number = numeral(groups["number"] or groups.get("bare") or "")
        if style is Style.CHINESE and "。" not in line.text and len(line.text) < 30:
            continue  # 二. 建议 is a heading
        if number is not None and 0 < number < 5000:
            weight = _weight(kept, at, match.end()) * _doubt(line.text, match)
            found.append(Label(line.index, number, match.end(), weight))
    if style is Style.BOXED and sum(one.weight >= SENTENCE_WEIGHT for one in found) < 0.7 * len(found):
        return []  # a list of what is cited
    return found


def _doubt(text: str, match: re.Match[str]) -> float:
    """Less than 1 where the number may be part of a sentence: 3.5%, 12、13和14条, 15  个小时."""
    groups = match.groupdict()
    if groups.get("bare"):
        return 0.6
    spaced = text[match.end() - 1 : match.end()].isspace()
    numeric = re.match(
        r"[0-9０-９]" if groups.get("mark") != "、" else r"[0-9０-９一二三四五六七八九十第]",
        text[match.end() :],
    )
    return 0.5 if numeric and not spaced and groups.get("mark") else 1.0


def recommendation_labels(
    lines: Sequence[Line], skipped: Collection[int], numeral: Callable[[str], int | None] = parse_numeral
) -> list[Label]:
    """Labels such as 建议 17, 建议十二, 第17项建议; those that stand alone on their line weigh most."""
    found: list[Label] = []
    kept = [line for line in lines if not line.blank and line.index not in skipped]
    for at, line in enumerate(kept):
        match = _RECOMMENDATION.match(line.text)
        number = numeral(match["number"] or match["ordinal"]) if match else None
        if match is None or number is None or not 0 < number < 1000:
            continue
        alone = match.end() == len(line.text)
        weight = 1.0 if alone else 0.7
        if at and not ends_clause(kept[at - 1].text) and not alone and not line.hashes:
            weight = 0.2  # a sentence that says “…的 / 建议 3 …”, wrapped before the word
        found.append(Label(line.index, number, match.end(), weight))
    return found


def _weight(kept: Sequence[Line], at: int, begin: int) -> float:
    """How much the text after a number reads like a paragraph: sentences, and enough of them."""
    words = kept[at].text[begin:]
    length, sentence = len(words), "。" in words or ends_sentence(words)
    for line in kept[at + 1 : at + 12]:
        if any(pattern.match(line.text) for pattern in _PARAGRAPH.values()) or _RECOMMENDATION.match(
            line.text
        ):
            break
        if heading_level(line) is not None and not ends_sentence(line.text):
            break
        length += len(line.text)
        sentence = sentence or "。" in line.text
    weight = 0.6 + (0.6 if sentence else 0.0) + min(length, 160) / 200
    weight += 0.3 if not sentence and length > 8 and words.endswith(("：", ":")) else 0.0
    opens = at == 0 or ends_clause(kept[at - 1].text) or kept[at].index - kept[at - 1].index > 1
    return weight if opens or len(kept[at - 1].text) < 40 else weight * 0.6


def heading_level(line: Line) -> int | None:
    """1 for 一. and 第一章, 2 for A., 3 for 1., None for a line without the number of a heading."""
    if len(line.text) > 100:
        return None
    return next((level for level, form in enumerate(_HEADINGS, 1) if form.match(line.text)), None)


def annex_name(line: Line) -> str | None:
    """`附件一` of a line that opens an annex, None for any other.

    Example: `附件二  与会者名单` gives `附件二`; `附件二所载名单…` gives None.
    """
    match = _ANNEX.fullmatch(line.text)
    if match is None or (ends_clause(line.text) and not line.text.endswith(("：", ":"))):
        return None
    return re.sub(r"\s", "", match["name"])


def topics_begin(line: Line) -> int | None:
    """Where the printed key topics start in a line such as 关键专题, None for any other line."""
    match = _TOPICS.match(line.text)
    return match.end() if match else None


def is_list_line(line: Line) -> bool:
    """Whether a line opens an item of a list: a bullet, (a), or 1."""
    return bool(line.bullet or ITEM_LABEL.match(line.text) or _PARAGRAPH[Style.ARABIC].match(line.text))
