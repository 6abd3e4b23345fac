"""Write a citation as a Chinese reader would print it: 《…会议的报告》，建议17."""

import re

from corpus.plain_text.numerals import article_name, write_numeral
from corpus.types import Metadata, Unit, UnitKind

__all__ = ["citation_of", "pinpoint_of"]


def citation_of(metadata: Metadata, document_id: str, unit: Unit, item: str | None = None) -> str:
    """The citation of a unit, or of an item in it; `item` is its path joined by dots, `c` or `c.ii`.

    The document is named by its title, else by its symbol, else by its id.
    Example: `《贩运人口问题工作组会议的报告》（CTOC/COP/WG.4/2019/7），附件一，第3段`
    """
    return "，".join([_document(metadata, document_id), pinpoint_of(unit, item)])


def _document(metadata: Metadata, document_id: str) -> str:
    if metadata.title is None:
        return metadata.symbol or document_id
    # Inside 《》 a name is quoted with 〈〉 (GB/T 15834).
    title = metadata.title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》（{metadata.symbol}）" if metadata.symbol else f"《{title}》"


def pinpoint_of(unit: Unit, item: str | None = None) -> str:
    """The place in the document: `建议7(c)`, `附件一，第3段`, `第三条第2款(b)项`, `序言部分第2段`.

    A 款 that bears no number is counted in Chinese, 第九条第一款; one that does by its digit, 第三条第2款.
    """
    steps = [label for label in re.split(r"[.()]+", item or "") if label]
    part = f"{unit.part}，" if unit.part else ""
    if unit.kind is UnitKind.ARTICLE:
        clause = f"第{unit.clause}款" if unit.clause is not None else ""
        return f"{part}{article_name(unit.number, unit.suffix)}{clause}{_items_of_article(steps)}"
    labels = "".join(f"({label})" for label in steps)
    if unit.kind is UnitKind.BLOCK:
        if unit.label is None:
            return f"{part}第{unit.number}个文本块{labels}（原文未编号）"
        return f"{part}{unit.label}{labels}" if unit.part != unit.label else f"{unit.label}{labels}"
    place = f"建议{unit.number}" if unit.kind is UnitKind.RECOMMENDATION else f"第{unit.number}段"
    note = "（原文未印编号）" if unit.number_inferred else ""
    return f"{part}{place}{labels}{note}"


def _items_of_article(steps: list[str]) -> str:
    """款, 项 and 目 of an article: `["第2款", "一", "1"]` gives 第二款第（一）项第1目."""
    told, deeper = "", False
    for step in steps:
        if match := re.fullmatch(r"第(\d+)款", step):
            told += f"第{write_numeral(int(match[1]))}款"
        elif step.isascii() and step.isalpha():
            told += f"({step}){'目' if deeper else '项'}"
            deeper = True
        elif step.isdigit():
            told += f"第{step}{'目' if deeper else '项'}"
            deeper = True
        else:
            told += f"({step})目" if deeper else f"第（{step}）项"
            deeper = True
    return told
