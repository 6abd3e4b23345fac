"""Put the lines of a unit together again, and remember where each character came from."""

import re
from collections.abc import Container, Sequence

from corpus.layout.lines import Line, ends_clause, slice_runs
from corpus.structure.labels import is_list_line
from corpus.types import Run, Span

__all__ = ["assemble", "join_words", "source_span"]

_WORD = re.compile(r"[A-Za-z0-9À-ɏ]")


def assemble(pieces: Sequence[tuple[Line, int]], breaks: Container[int] = ()) -> tuple[str, tuple[Run, ...]]:
    """Text and alignment of lines, each from an offset in its text on.

    `breaks` holds the indexes of lines that begin a paragraph of their own: a line feed stands before them.

    What is put between lines is white space only: a line feed before an item of a list, a space
    between Latin words, nothing between Han characters.
    Example: `贩运` + `人口` gives `贩运人口`; `…：` + `(a) 开幕` gives `…：\\n(a) 开幕`.
    """
    text, runs, in_list = "", list[Run](), False
    for line, begin in pieces:
        words = line.text[begin:]
        if not words.strip():
            continue
        begin += len(words) - len(words.lstrip())
        if text:
            may_start = in_list or ends_clause(text) or bool(line.bullet)
            starts_item = may_start and begin == 0 and is_list_line(line)
            in_list = in_list or starts_item
            text += "\n" if starts_item or line.index in breaks else _between(text, line.text[begin:])
        for start, length in slice_runs(line.runs, begin, len(line.text)):
            runs.append(Run(len(text), start, length))
            text += line.text[begin : begin + length]
            begin += length
    return text, tuple(_merged(runs))


def join_words(lines: Sequence[Line]) -> str:
    """Lines of a heading as one line.

    Example: `问题的` + `指导` gives `问题的指导`.
    """
    return re.sub(r"\s*\n\s*", " ", assemble([(line, 0) for line in lines])[0])


def source_span(runs: Sequence[Run]) -> Span:
    """The span of the source from the first to the last character of a text."""
    return Span(runs[0].source_start, runs[-1].source_start + runs[-1].length)


def _between(before: str, after: str) -> str:
    return " " if _WORD.match(before[-1]) and _WORD.match(after[0]) and not _is_symbol(before) else ""


def _is_symbol(before: str) -> bool:
    """Whether a document symbol may have been cut in two, e.g. CTOC/COP/WG.4/20 + 10/5."""
    return re.search(r"[A-Z]{2,}(?:/[\w.\-]+)+/?$", before[-40:]) is not None


def _merged(runs: Sequence[Run]) -> list[Run]:
    out: list[Run] = []
    for run in runs:
        last = out[-1] if out else None
        if (
            last
            and last.text_start + last.length == run.text_start
            and last.source_start + last.length == run.source_start
        ):
            out[-1] = Run(last.text_start, last.source_start, last.length + run.length)
        else:
            out.append(run)
    return out
