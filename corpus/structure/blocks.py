"""Serve text that belongs to no printed number as blocks, so that nothing of it is lost."""

from collections.abc import Sequence

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.structure.regions import looks_like_heading

__all__ = ["is_heading_block", "split_blocks"]


def split_blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Blocks of a text without numbers.

    A block is a paragraph of text: it ends where a sentence ends and the next line stands apart or
    the line is short.
    """
    blocks: list[list[Line]] = []
    for at, line in enumerate(lines):
        if _opens_block(lines, at):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _opens_block(lines: Sequence[Line], at: int) -> bool:
    if at == 0:
        return True
    line, before = lines[at], lines[at - 1]
    apart = line.index - before.index > 1
    if ends_sentence(before.text):
        return apart or len(before.text) > 60 or not ends_clause(line.text)
    return apart and (looks_like_heading(before) or bool(line.hashes)) and len(before.text) < 40


def is_heading_block(block: Sequence[Line]) -> bool:
    """Whether a block may be a heading: lines that look like one, 90 characters in all."""
    return all(looks_like_heading(line) for line in block) and sum(len(line.text) for line in block) <= 90
