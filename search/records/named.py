"""Which documents a question is about: 2019年会议, 工作组第九次会议, 林泽的判决.

A year alone says when something happened; it names documents only where a paper or a meeting is meant.
"""

import re
from collections.abc import Mapping

from corpus.plain_text.folding import fold
from corpus.plain_text.numerals import YEAR, parse_numeral
from corpus.types import Metadata

__all__ = ["named_documents"]

_PAPER = (
    "(?:会议|届会|报告|文件|汇编|说明|照会|决议|决定|公约|条约|协定|议定书|准则|指南|原则|判决书?|裁决|案|"
    "结论性意见|法律|法|条例|办法|规定|调查|统计|纪要|备忘录)"
)
_DATES = r"(?:\d{1,2}月(?:\d{1,2}日)?(?:[至到和及-](?:\d{1,2}月)?\d{1,2}日)?)?"
_YEAR = re.compile(rf"(?<!\d)(?P<year>{YEAR})年{_DATES}的?(?P<between>[\u4e00-\u9fff0-9]{{0,12}}?){_PAPER}")
_YEAR_BEHIND = re.compile(
    rf"(?P<paper>工作组|委员会|理事会|大会|缔约方会议)[于在]?(?P<year>{YEAR})年{_DATES}的?{_PAPER}"
)
_ENGLISH = re.compile(
    r"(?<![\d/])(?P<year>(?:19|20)\d\d)\s(?:[a-z]+\s){0,3}(?:report|meeting|session|judgment|law)"
)
_ACTS = re.compile("[了在向对把被将从由给]|通过|提交|举行|召开|开展|进行|讨论|审议|公布|发布|实施|建立|设立")
"""What stands between a year and a paper where something was done that year: 2019年各国向秘书处提交的报告."""

_TITLE = re.compile(
    "《[^《》]*》"
)  # names a paper of whatever place: 《2022年全球报告》 is no document of 2022
_SHORTEST = 2


def named_documents(text: str, documents: Mapping[str, Metadata]) -> frozenset[str] | None:
    """The documents that fit every year, body and country by which a question names papers; None: any.

    None too where nothing fits: what the index lacks is told by its words.
    Example: of 2019年会议的主席是谁 the documents whose year is 2019
    """
    folded = _TITLE.sub(" ", fold(text))
    fits: set[str] | None = None
    for name, values in (
        ("year", _years(folded)),
        ("body", _printed(folded, documents, "body")),
        ("country", _printed(folded, documents, "country")),
    ):
        if values:
            having = {
                id for id, each in documents.items() if values & {fold(one) for one in each.values(name)}
            }
            fits = having if fits is None else fits & having
    if not fits or len(fits) == len(documents):
        return None
    return frozenset(fits)


def _years(folded: str) -> set[str]:
    matches = [one for one in _YEAR.finditer(folded) if not _ACTS.search(one["between"])]
    matches += [*_YEAR_BEHIND.finditer(folded), *_ENGLISH.finditer(folded)]
    numbers = (parse_numeral(one["year"]) for one in matches)
    return {str(number) for number in numbers if number is not None}


def _printed(folded: str, documents: Mapping[str, Metadata], name: str) -> set[str]:
    """Values of a facet that stand before a paper in the question: 林泽的判决, 贩运人口问题工作组的报告."""
    values = {fold(one) for each in documents.values() for one in each.values(name) if len(one) >= _SHORTEST}
    held = [value for value in values if value in folded]
    found = {
        value
        for value in held
        if re.search(
            rf"{re.escape(value)}(?:\d{{4}}年)?(?:第\d+[次届])?的?[\u4e00-\u9fff]{{0,6}}?{_PAPER}", folded
        )
    }
    return {value for value in found if not any(value != other and value in other for other in found)}
