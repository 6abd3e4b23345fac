"""The search report (检索报告): what was asked, when, of which index, how, and what was found."""

import datetime
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from api.files.kinds import NAMES
from api.files.papers.model import Block, Facts, Heading, Paper, Quotation, Text
from api.output import reasons
from search.library import Library
from search.shapes.answers import SearchAnswer
from search.shapes.units import FoundUnit

if TYPE_CHECKING:
    from search.query import Query

__all__ = ["search_report"]

_MODES = {
    "fused": "fused：词语（BM25）、含义（向量）与引证合并排序",
    "bm25": "bm25：仅词语",
    "dense": "dense：仅含义",
}


def search_report(
    library: Library, query: "Query", answer: SearchAnswer, day: datetime.date, term_bank: Path | None = None
) -> Paper:
    """The report on an answer of `Library.search`, dated `day`.

    Example: `search_report(library, query, answer, datetime.date(2031, 6, 12)).title == "检索报告"`
    """
    hits = answer["hits"]
    blocks: list[Block] = [
        Facts((("问题", query.text), ("日期", day.isoformat()), *_index(library))),
        Heading("检索方法"),
        Facts(_method(library, query, hits, term_bank)),
        Heading("筛选条件"),
        Facts(_filters(query)),
        Heading(f"结果（{len(hits)}）"),
        *map(_quotation, hits),
    ]
    if not hits:
        blocks.append(Text("未找到符合条件的单元。"))
    if answer.get("unresolved"):
        blocks += [Heading("未能对应的引证"), Text("本索引中没有：" + "、".join(answer["unresolved"]))]
    blocks.append(Text("引文均按原文照录，原文有误处不作更正。得分只用于同一次检索内排序。"))
    return Paper("检索报告", tuple(blocks))


def _index(library: Library) -> tuple[tuple[str, str], ...]:
    counts = library.snapshot.manifest.counts
    held = f"{len(library.snapshot.documents)} 份文件，{counts.units} 个可引单元"
    return (("索引版本", library.index_version), ("索引内容", held))


def _method(
    library: Library, query: "Query", hits: Sequence[FoundUnit], term_bank: Path | None
) -> tuple[tuple[str, str], ...]:
    from search.weights import Weights

    variants = dict.fromkeys(variant for hit in hits for variant in hit["why"]["variants"])
    bank = "随程序提供" if term_bank is None else f"随程序提供，并加用 {term_bank.name}"
    used = "、".join(variants) or "未用到" if query.expand else "关闭"
    weights = "；".join(f"{name} {value:g}" for name, value in asdict(Weights()).items())
    return (
        ("方式", _MODES[query.mode]),
        ("编码器", library.snapshot.manifest.encoder.name),
        ("术语表", bank),
        ("起作用的术语扩展", used),
        ("权重", weights),
    )


def _filters(query: "Query") -> tuple[tuple[str, str], ...]:
    return (
        ("单元种类", "、".join(NAMES[kind] for kind in sorted(query.kinds)) or "不限"),
        ("文件", "、".join(sorted(query.documents)) or "不限"),
        ("年份", "、".join(map(str, sorted(query.years))) or "不限"),
        ("最多结果数", str(query.k)),
    )


def _quotation(hit: FoundUnit) -> Quotation:
    notes = [
        "标题：" + " › ".join(hit["headings"]) if hit["headings"] else "",
        f"位置：{hit['document']}，原文第 {hit['span'][0]} 至 {hit['span'][1]} 字符",
        f"得分：{hit['score']:.3f}" + "；".join(["", *reasons(hit["why"])]),
    ]
    return Quotation(hit["text"], hit["citation"], tuple(filter(None, notes)), hit["rank"])
