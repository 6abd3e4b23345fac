"""The text that a Word document becomes: lines, with their furniture, page starts and losses."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.formats.word.words import Loss
from corpus.types import Omission, OmissionKind, Span, TableRow

__all__ = ["Line", "Text", "one_line"]

_NUMBER_ALONE = re.compile(r"[\d０-９\s.,，:/%()（）–—-]*[\d０-９][\d０-９\s.,，:/%()（）–—-]*")


@dataclass(slots=True)
class Line:
    """One paragraph to be written; `kind` where the layout shows that it is furniture.

    `breaks` are the offsets in `text` at which a page begins. `tight` says that no blank line follows.
    `row` holds the numbers of table and row where it is the row of a table.
    """

    text: str
    kind: OmissionKind | None = None
    breaks: Sequence[int] = ()
    losses: Counter[Loss] = field(default_factory=Counter)
    tight: bool = False
    row: tuple[int, int] | None = None


@dataclass(slots=True)
class Text:
    """A text as it grows; `losses` holds how often each was met and where first."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    furniture: list[Omission] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    losses: dict[Loss, tuple[int, Span]] = field(default_factory=dict)
    rows: list[TableRow] = field(default_factory=list)

    def write(self, lines: Iterable[Line]) -> None:
        """Add lines, each with its line feed, and a blank line after those that are not tight."""
        for line in lines:
            span = Span(self.length, self.length + len(line.text))
            self.breaks += [span.start + at for at in line.breaks]
            for loss, times in line.losses.items():
                before, first = self.losses.get(loss, (0, span))
                self.losses[loss] = (before + times, first)
            if not line.text:
                continue
            if line.kind is not None:
                self.furniture.append(Omission(line.kind, span))
            if line.row is not None:
                self.rows.append(TableRow(span, *line.row))
            ending = "\n" if line.tight else "\n\n"
            self.pieces.append(line.text + ending)
            self.length = span.end + len(ending)


def one_line(cells: Sequence[Sequence[Line]]) -> Line | None:
    """The row of a table as one line, where a cell is a number alone; None where its lines stay apart.

    On a line of its own such a number would read as the number of a page. A single space joins, since a
    number before a tab would read as that of a paragraph.
    Example: cells `阿根廷`, `12` give `阿根廷 12`
    """
    texts = [[line for line in cell if line.text] for cell in cells]
    single = [cell[0] for cell in texts if len(cell) == 1 and "\n" not in cell[0].text]
    if (
        len(single) < 2
        or any(len(cell) > 1 for cell in texts)
        or any(line.kind or line.row for line in single)
    ):
        return None
    if not any(_NUMBER_ALONE.fullmatch(line.text) for line in single):
        return None
    losses = Counter[Loss]()
    for cell in cells:
        for line in cell:
            losses.update(line.losses)
    breaks = next((line.breaks for line in single if line.breaks), ())
    return Line(" ".join(line.text for line in single), None, [0 for _ in breaks], losses, tight=True)
