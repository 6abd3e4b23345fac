"""Serve a text without numbers as blocks, so that nothing of it is lost."""

from collections.abc import Sequence

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.structure.assemble import assemble, source_span
from corpus.structure.items import find_items
from corpus.structure.outline import Outline
from corpus.structure.regions import looks_like_heading
from corpus.types import Unit, UnitKind

__all__ = ["find_blocks"]


def find_blocks(
    lines: Sequence[Line], document: str, part: str | None, outline: Outline, *, whole: bool
) -> tuple[list[Unit], int]:
    """Blocks of a part, and the offset at which its head ends.

    A block is a paragraph of text: it ends where a sentence ends and the next line stands apart or
    the line is short. Headings between blocks go to the outline. With `whole` the part has no head
    of its own: its first line may be text. Numbers of blocks count from 1 and are not printed.
    """
    blocks: list[list[Line]] = []
    units: list[Unit] = []
    for at, line in enumerate(lines):
        if _opens_block(lines, at):
            blocks.append([])
        blocks[-1].append(line)
    head_end = lines[0].span.start if lines else 0
    if whole and len(lines) > 1 and all(looks_like_heading(line) for line in lines):  # a list of names, say
        outline.read(lines[:1])
        return [_unit(document, part, outline, 1, lines[1:])], head_end
    for block in blocks:
        if _is_heading(block) and (whole or units or block is not blocks[0] or len(blocks) > 1):
            outline.read(block)
            continue
        units.append(_unit(document, part, outline, len(units) + 1, block))
        if len(units) == 1:
            head_end = block[0].span.start
    return units, head_end


def _unit(document: str, part: str | None, outline: Outline, number: int, block: Sequence[Line]) -> Unit:
    text, runs = assemble([(line, 0) for line in block])
    return Unit(
        document=document,
        kind=UnitKind.BLOCK,
        number=number,
        part=part,
        text=text,
        runs=runs,
        span=source_span(runs),
        headings=outline.headings,
        topics=outline.topics,
        items=find_items(text),
        number_inferred=True,
    )


def _opens_block(lines: Sequence[Line], at: int) -> bool:
    if at == 0:
        return True
    line, before = lines[at], lines[at - 1]
    apart = line.index - before.index > 1
    if ends_sentence(before.text):
        return apart or len(before.text) > 60 or not ends_clause(line.text)
    return apart and (looks_like_heading(before) or bool(line.hashes)) and len(before.text) < 40


def _is_heading(block: Sequence[Line]) -> bool:
    return all(looks_like_heading(line) for line in block) and sum(len(line.text) for line in block) <= 90
