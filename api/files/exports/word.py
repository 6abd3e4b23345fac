"""A hit list as DOCX with pinpoint citations."""

from api.files.exports.reference import HitList, Reference
from api.files.papers.model import Block, Facts, Paper, Quotation
from api.files.papers.word import to_docx

__all__ = ["write_docx"]


def write_docx(hits: HitList) -> bytes:
    """Each quotation with its citation and headings; raises ExportUnavailable without python-docx."""
    rows = (("检索", hits.query), ("索引版本", hits.index_version), ("条目", str(len(hits.references))))
    facts = Facts(tuple((name, text) for name, text in rows if text is not None))
    blocks: list[Block] = [facts, *map(_quotation, hits.references)]
    return to_docx(Paper("引文清单", tuple(blocks)))


def _quotation(of: Reference) -> Quotation:
    notes = ("标题：" + " › ".join(of.headings),) if of.headings else ()
    return Quotation(of.quote, of.citation, notes, of.rank)
