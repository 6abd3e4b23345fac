"""Read a story of a Word document: paragraphs and tables one after another, as lines.

A story is what has its own sequence of paragraphs: the body, a header, a note, a text box.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from corpus.formats.word.lines import Line
from corpus.formats.word.numbering import Counts, Numbering, Printed
from corpus.formats.word.ooxml import child, local, value
from corpus.formats.word.runs import Runs, alternative
from corpus.formats.word.styles import NumberedBy, Styles, is_on, number
from corpus.formats.word.tables import WordCell, data_lines, plain_lines
from corpus.formats.word.words import Loss, Note, NoteKind, Notes, Words
from corpus.layout.lines import ends_clause
from corpus.structure.labels import ITEM_LABEL
from corpus.types import OmissionKind

__all__ = ["Shared", "Story"]

_LONGEST_HEADING = 90  # characters, as in corpus.structure.regions


@dataclass(frozen=True, slots=True)
class Shared:
    """What all stories of a document share; `noted` holds w:footnote and w:endnote by kind and id."""

    styles: Styles
    numbering: Numbering
    notes: Notes
    noted: Mapping[tuple[NoteKind, str], Element]
    tables: list[int] = field(default_factory=list)  # how many rows each table of data has
    counts: Mapping[NoteKind, Counts] = field(default_factory=lambda: {kind: Counts() for kind in NoteKind})


@dataclass(slots=True)
class Story:
    """Reads the blocks of one story; `kind` is given to all its lines, as those of a footnote.

    `counts` is how far its lists have counted: headers and footers count together, and so do footnotes.
    """

    shared: Shared
    kind: OmissionKind | None = None
    counts: Counts = field(default_factory=Counts)
    _runs: Runs = field(init=False)
    _lines: list[Line] = field(default_factory=list)
    _notes: list[Note] = field(default_factory=list)
    _before: Words = field(default_factory=Words)  # what a hidden paragraph mark joins to the next
    _carried: Words = field(default_factory=Words)  # what a deleted one does: its number goes as well
    _depth: int = 0  # of tables
    _tables: int = 0  # so far

    def __post_init__(self) -> None:
        """Fields may go on from one paragraph of a story to the next."""
        self._runs = Runs(self.shared.styles, self.shared.notes)

    def read(self, blocks: Iterable[Element]) -> list[Line]:
        """The lines of blocks: text, then the notes that it refers to."""
        for block in blocks:
            self._block(block)
        lines, self._lines = self._lines, []
        notes, self._notes = self._notes, []
        for note in notes:
            lines += self._note(note)
        return lines

    def finish(self) -> list[Line]:
        """What the end of a story leaves over: words before a deleted mark, fields that never end."""
        self._flush(None, "", Words())
        if self._runs.open_fields:
            self._lines.append(_lost(Loss.FIELD))
        lines, self._lines = self._lines, []
        return lines

    def _block(self, block: Element) -> None:
        name = local(block)
        if name == "p":
            self._paragraph(block)
        elif name == "tbl":
            self._table(block)
        elif name == "altChunk":
            self._lines.append(_lost(Loss.CHUNK))
        elif name in ("del", "moveFrom"):
            self._lines.append(_lost(Loss.CHANGE))
        elif name == "AlternateContent":
            self._blocks(alternative(block))
        elif not name.endswith("Pr"):
            self._blocks(block)

    def _blocks(self, container: Element) -> None:
        for block in container:
            self._block(block)

    def _paragraph(self, paragraph: Element) -> None:
        properties = child(paragraph, "pPr")
        style, mark = value(child(properties, "pStyle")), child(properties, "rPr")
        words = self._runs.read(paragraph, self.shared.styles.is_hidden(style))
        if child(mark, "ins") is not None:
            words.losses[Loss.CHANGE] += 1
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            words.losses[Loss.CHANGE] += 1
            self._carried.add(words)
            return
        hidden = is_on(mark, "vanish") or is_on(mark, "specVanish") or False
        if hidden and not words.text.strip():
            self._carried.add(words)
            return
        label = self._label(self.shared.numbering.of(_listed(properties), style, self.counts), words)
        if hidden:
            self._before.add(Words(label))
            self._before.add(self._carried)
            self._before.add(words)
            self._carried = Words()
            return
        self._flush(self._kind(style), label, words, is_heading=self._is_heading(properties, style))

    def _label(self, printed: Printed | None, words: Words) -> str:
        if printed is None:
            return ""
        if printed.text is None:
            words.losses[Loss.NUMBER] += 1
            return ""
        return printed.text + printed.suffix

    def _flush(
        self, kind: OmissionKind | None, label: str, words: Words, *, is_heading: bool = False
    ) -> None:
        """Write a paragraph as a line, with what was joined to it and the boxes anchored in it after it."""
        whole, self._before = self._before, Words()
        starts_page = not whole.text and not self._carried.text and 0 in words.breaks
        whole.add(Words(label))
        whole.add(self._carried)
        whole.add(words)
        self._carried = Words()
        text = whole.text.rstrip()
        left = len(text) - len(text.lstrip("\n \t"))
        text = text[left:]
        mark = "# " if is_heading and self._depth == 0 and kind is None and _reads_as_heading(text) else ""
        shift = len(mark) - left
        breaks = [max(0, min(at + shift, len(mark) + len(text))) for at in whole.breaks]
        if starts_page:
            breaks[breaks.index(min(breaks))] = 0
        tight = self._depth > 0 or kind is not None
        self._lines.append(Line(mark + text if text else "", kind, breaks, whole.losses, tight))
        self._lines += [Line(one, aside, tight=tight) for aside, one in whole.set_aside()]
        self._notes += whole.notes
        for box in whole.boxes:
            story = Story(self.shared, self.kind)
            self._lines += [*story.read(box), *story.finish()]

    def _kind(self, style: str | None) -> OmissionKind | None:
        contents = self.kind is None and self.shared.styles.is_contents(style)
        return OmissionKind.CONTENTS if contents else self.kind

    def _is_heading(self, properties: Element | None, style: str | None) -> bool:
        own = number(value(child(properties, "outlineLvl")))
        return own < 9 if own is not None else self.shared.styles.outline(style) is not None

    def _table(self, table: Element) -> None:
        """The rows of a table: with the heads of their columns where it holds data, else cell by cell."""
        self._depth += 1
        self._tables += 1
        before, kept, self._lines = self._tables, self._lines, []
        rows: list[list[WordCell]] = []
        for row in _within(table, "tr"):
            if child(row, "trPr", "del") is not None:
                self._lines.append(_lost(Loss.CHANGE))
                continue
            rows.append(self._row(row))
        self._depth -= 1
        losses, self._lines = self._lines, kept
        holds_others = self._tables > before
        known = self.shared.tables
        written = None if holds_others or self.kind is not None else data_lines(rows, len(known) + 1)
        if written is not None:
            known.append(len(rows))
        for at, cells in enumerate(rows):
            self._lines += plain_lines(cells) if written is None else written[at]
        self._lines += losses
        last = next((line for line in reversed(self._lines) if line.text), None)
        if self._depth == 0 and last is not None:
            last.tight = False

    def _row(self, row: Element) -> list[WordCell]:
        cells: list[WordCell] = []
        head = is_on(child(row, "trPr"), "tblHeader") or False
        kept, self._lines = self._lines, []
        skipped = number(value(child(row, "trPr", "gridBefore")))
        if skipped is not None and 0 < skipped < 100:
            cells.append(WordCell([], skipped, False, head))
        for cell in _within(row, "tc"):
            if child(cell, "tcPr", "cellDel") is not None:
                self._lines = [_lost(Loss.CHANGE)]
            else:
                self._blocks(cell)
                self._flush(self.kind, "", Words())
            across = number(value(child(cell, "tcPr", "gridSpan")))
            merged = child(cell, "tcPr", "vMerge")
            goes_on = merged is not None and value(merged) != "restart"
            cells.append(WordCell(self._lines, max(1, across or 1), goes_on, head))
            self._lines = []
        paged = False
        for one in cells:  # where a row runs over a page, each cell says so
            for line in one.lines:
                line.breaks = () if paged else line.breaks
            paged = paged or any(line.breaks for line in one.lines)
        self._lines = kept
        return cells

    def _note(self, note: Note) -> list[Line]:
        """The lines of a note, the first with its mark: `[^1]: 见…`."""
        written = self.shared.noted.get((note.kind, note.id))
        story = Story(self.shared, OmissionKind.FOOTNOTE, self.shared.counts[note.kind])
        lines = [*story.read(written), *story.finish()] if written is not None else []
        texts = [line for line in lines if line.text]
        for line in texts:
            line.breaks = ()
        if texts:
            own = texts[0].text.removeprefix(note.mark).lstrip()
            texts[0].text = f"[^{note.mark}]: {own}"
            texts[-1].tight = False
        return lines


def _listed(properties: Element | None) -> NumberedBy | None:
    listed = child(properties, "numPr")
    if listed is None:
        return None
    return NumberedBy(value(child(listed, "numId")), number(value(child(listed, "ilvl"))))


def _reads_as_heading(text: str) -> bool:
    """Whether a paragraph in the style of a heading is one: such styles are also given to sentences."""
    return 0 < len(text) <= _LONGEST_HEADING and not (
        "\n" in text or "。" in text or ends_clause(text) or ITEM_LABEL.match(text)
    )


def _within(element: Element, name: str) -> list[Element]:
    """Rows of a table or cells of a row, through the containers that may stand around them."""
    found: list[Element] = []
    for one in element:
        if local(one) == name:
            found.append(one)
        elif local(one) == "AlternateContent":
            found += _within(alternative(one), name)
        elif local(one) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            found += _within(one, name)
    return found


def _lost(loss: Loss) -> Line:
    line = Line("")
    line.losses[loss] += 1
    return line
