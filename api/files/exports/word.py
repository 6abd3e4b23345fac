"""A hit list as DOCX with pinpoint citations."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from api.files.exports.reference import HitList, Reference
from api.files.papers.model import Block, Facts, Paper, Quotation
from api.files.papers.word import to_docx
from api.views.wording import pieces_of, shift_text

if TYPE_CHECKING:
    from search.shapes.precedents import ComparedWording

__all__ = ["write_docx"]


def write_docx(hits: HitList) -> bytes:
    """Each quotation with its citation and headings, and with its wording where that was compared.

    Raises ExportUnavailable without python-docx.
    """
    rows = (("检索", hits.query), ("索引版本", hits.index_version), ("条目", str(len(hits.references))))
    facts = Facts(tuple((name, text) for name, text in rows if text is not None))
    units = cast("Sequence[Mapping[str, object]]", hits.answer.get("hits", hits.answer.get("units", ())))
    compared = [cast("ComparedWording | None", unit.get("diff")) for unit in units]
    blocks: list[Block] = [facts, *map(_quotation, hits.references, compared)]
    return to_docx(Paper("引文清单", tuple(blocks)))


def _quotation(of: Reference, diff: "ComparedWording | None") -> Quotation:
    notes = ("标题：" + " › ".join(of.headings),) if of.headings else ()
    if diff is None:
        return Quotation(of.quote, of.citation, notes, of.rank)
    shift = shift_text(diff)
    told = (f"约束力：{shift}",) if shift else ()
    return Quotation(of.quote, of.citation, (*told, *notes), of.rank, pieces_of(diff))
