"""The lines that an HTML page makes as its elements open and close."""

import re
from dataclasses import dataclass, field

from corpus.formats.note_marks import raised_text
from corpus.types import Omission, OmissionKind, Span

__all__ = ["Lines"]

_HAN = r"[\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF]"
# A line feed in the source of a page is a space between words, and nothing between Han characters
# (CSS Text 3, 4.1.3).
_HAN_BREAK = re.compile(rf"(?<={_HAN})[ \t]*[\r\n][ \t\r\n]*(?={_HAN})")
_WHITE = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_NUMBER_ALONE = re.compile(r"[\d０-９\s.,，:/%()（）–—-]*[\d０-９][\d０-９\s.,，:/%()（）–—-]*")


@dataclass(slots=True)
class _Line:
    text: str
    kind: OmissionKind | None
    apart: bool  # white stands before it


@dataclass(slots=True)
class _Row:
    """A row of a table that is being read: where its cells begin, as positions among the lines."""

    starts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """Lines as they grow. `kind` is set while what is read is furniture.

    Example: `add("1. 甲"); end_line(); add("2. 乙"); end_line(); text() == ("1. 甲\\n2. 乙", [])`
    """

    kind: OmissionKind | None = None
    lines: list[_Line] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _marker: str = ""
    _apart: bool = False
    _rows: list[_Row] = field(default_factory=list)
    _raised: list[str] | None = None

    def add(self, words: str, *, as_is: bool = False) -> None:
        """Words of the line that is being read; `as_is` keeps their white space, as `pre` does."""
        if self._raised is not None:
            self._raised.append(words)
            return
        if as_is:
            first, *others = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._pieces.append(first)
            for line in others:
                self.end_line(keep=True)
                self._pieces.append(line)
            return
        self._pieces.append(words)

    def mark(self, marker: str) -> None:
        """The marker of a list, to stand before the next line."""
        self._marker += marker

    def raise_words(self) -> None:
        """What follows is raised, until `lower_words`."""
        self._raised = self._raised if self._raised is not None else []

    def lower_words(self) -> None:
        """What was raised ends: it is the mark of a note, or a power."""
        if self._raised is None:
            return
        raised, self._raised = "".join(self._raised), None
        before = "".join(self._pieces[-3:]).rstrip()
        self._pieces.append(raised_text(before, raised))

    def end_line(self, *, apart: bool = False, keep: bool = False) -> None:
        """The line ends, if words stand in it; `apart` puts white before the next, `keep` a blank line."""
        self.lower_words()
        text = _UNSEEN.sub("", "".join(self._pieces))
        self._pieces = []
        text = _WHITE.sub(" ", _HAN_BREAK.sub("", text)).replace("\xa0", " ").strip()
        if text:
            self.lines.append(_Line(self._marker + text, self.kind, self._apart))
            self._marker, self._apart = "", False
        self._apart = self._apart or apart or (keep and not text)

    def end_item(self) -> None:
        """An item of a list ends; one without words is its marker alone."""
        self.end_line()
        if self._marker.strip():
            self.lines.append(_Line(self._marker.strip(), self.kind, self._apart))
            self._apart = False
        self._marker = ""

    def open_row(self) -> None:
        """A row of a table begins."""
        self.end_line()
        self._rows.append(_Row())

    def open_cell(self) -> None:
        """A cell begins."""
        self.end_line()
        if not self._rows:
            self._rows.append(_Row())
        self._rows[-1].starts.append(len(self.lines))

    def end_row(self) -> None:
        """A row ends. Its cells are one line where a cell is a number alone, else a line each or more.

        A number on a line of its own would read as that of a page.
        """
        self.end_line()
        if not self._rows:
            return
        starts = self._rows.pop().starts
        bounds = zip(starts, [*starts[1:], len(self.lines)], strict=True) if starts else ()
        cells = [self.lines[begin:end] for begin, end in bounds if end > begin]
        single = len(cells) > 1 and all(len(cell) == 1 for cell in cells)
        if single and any(_NUMBER_ALONE.fullmatch(cell[0].text) for cell in cells):
            first = cells[0][0]
            text = " ".join(cell[0].text for cell in cells)
            self.lines[starts[0] :] = [_Line(text, first.kind, first.apart)]

    def text(self) -> tuple[str, list[Omission]]:
        """All lines as one text, and the furniture among them."""
        self.end_line()
        out: list[str] = []
        furniture: list[Omission] = []
        at = 0
        for position, line in enumerate(self.lines):
            lead = "" if not position else "\n\n" if line.apart else "\n"
            at += len(lead)
            if line.kind is not None:
                furniture.append(Omission(line.kind, Span(at, at + len(line.text))))
            out += [lead, line.text]
            at += len(line.text)
        return "".join(out), furniture
