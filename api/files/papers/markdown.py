"""A paper as Markdown (CommonMark 0.31, tables as on GitHub)."""

import re

from api.files.papers.model import Block, Facts, Heading, Paper, Quotation

__all__ = ["to_markdown"]

# Every character that CommonMark 0.31 reads as markup in running text, and | of tables. Escaped
# wherever it stands, so that no text of a document becomes a link, an image, HTML or a heading.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!])")
# At the start of a line: bullets, setext underlines, numbers of lists (2.5, 4.3 and 5.2).
_LINE_START = re.compile(r"^(\s*)(?:([-+=])|(\d{1,9})([.)]))")


def to_markdown(paper: Paper) -> bytes:
    """The paper in UTF-8, its quotations as block quotes, line by line.

    Example: `to_markdown(Paper("甲", (Text("乙"),))) == "# 甲\\n\\n乙\\n".encode()`
    """
    blocks = [f"# {_line(paper.title)}", *map(_block, paper.blocks)]
    return ("\n\n".join(blocks) + "\n").encode()


_MARKED = {"kept": ("", ""), "dropped": ("[-", "-]"), "added": ("{+", "+}")}  # as wdiff marks them


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {_line(block.text)}"
    if isinstance(block, Facts):
        rows = [f"| {_cell(name)} | {_cell(value)} |" for name, value in block.rows]
        return "\n".join(["| | |", "|---|---|", *rows])
    if isinstance(block, Quotation):
        return _quotation(block)
    return "\\\n".join(map(_line, block.text.splitlines()))


def _quotation(block: Quotation) -> str:
    lines = [line for line in block.text.splitlines() if line.strip()]
    quoted = "\\\n".join(f"> {_line(line)}" for line in lines)
    compared = "".join(
        f"{before}{piece.text}{after}" for piece in block.wording for before, after in (_MARKED[piece.kind],)
    )
    notes = [f"- {_line(note)}" for note in (*([f"对照：{compared}"] if compared else []), *block.notes)]
    return "\n\n".join([f"**{_line(block.label)}**", quoted, *(["\n".join(notes)] if notes else [])])


def _line(text: str) -> str:
    """One line without markup of its own; leading and repeated white space says nothing in Markdown."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(lambda found: _escaped_start(found), escaped)


def _escaped_start(found: re.Match[str]) -> str:
    return f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}"


def _cell(text: str) -> str:
    return _line(text) or " "
