"""Read the words of a Word paragraph: runs, fields, revisions, notes (ECMA-376 part 1, 17.3 and 17.16)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from corpus.formats.note_marks import raised_text
from corpus.formats.word.ooxml import child, local, value
from corpus.formats.word.styles import Styles, is_on
from corpus.formats.word.symbols import symbol
from corpus.formats.word.words import Loss, Note, NoteKind, Notes, Words
from corpus.types import OmissionKind

__all__ = ["Runs", "alternative"]

# No words stand below these: properties end in Pr, and what is deleted is not printed.
_REVISED = {"ins": True, "moveTo": True, "del": False, "moveFrom": False}  # revisions, and whether they stand
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011"}
_OBJECTS = frozenset(("object", "chart", "relIds", "textpath", "contentPart"))
_PICTURES = frozenset(("blip", "imagedata"))
# Fields whose number Word computes and does not store (17.16.5; AUTONUM is older than the standard).
_COMPUTED = re.compile(r"\s*(?:AUTONUM|AUTONUMLGL|AUTONUMOUT|LISTNUM)\b", re.IGNORECASE)
# Drawings and extensions that are read here; of anything else Word's own fallback is taken.
_KNOWN = frozenset(("wps", "wpg", "wpc", "wpi", "wp14", "w14", "w15", "w16", "w16se", "w16cid", "a14", "v"))
_MARK = re.compile(r"[^\s\[\]]{1,10}")
_SPACE = re.compile(r"[\t\r\n]")


@dataclass(slots=True)
class _Field:
    """A complex field: its instruction is not printed, its result is."""

    instruction: str = ""
    in_result: bool = False


@dataclass(slots=True)
class Runs:
    """Reads the paragraphs of one story (body, note, header, box) in order; fields may span paragraphs."""

    styles: Styles
    notes: Notes
    _fields: list[_Field] = field(default_factory=list)
    _words: Words = field(default_factory=Words)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _raised: bool = False  # whether the run is set as superscript
    _aside: OmissionKind | None = None  # what is read is struck out, or tells how words are read
    _awaited: tuple[NoteKind, str] | None = None  # a note whose own mark is to follow

    def read(self, paragraph: Element, hidden: bool = False) -> Words:
        """The words of w:p; `hidden` where its style says that they are not printed."""
        self._words, self._pieces, self._length = Words(), [], 0
        self._walk(paragraph, hidden)
        self._words.text = "".join(self._pieces)
        return self._words

    @property
    def open_fields(self) -> int:
        """How many fields have begun and shown no result: words after them are lost in a damaged file."""
        return sum(not one.in_result for one in self._fields)

    def _walk(self, element: Element, hidden: bool) -> None:
        for one in element:
            name = local(one)
            if name == "r":
                self._run(one, hidden)
            elif name in _REVISED:
                self._words.losses[Loss.CHANGE] += 1
                if _REVISED[name]:
                    self._walk(one, hidden)
            elif name == "AlternateContent":
                self._walk(alternative(one), hidden)
            elif not name.endswith("Pr"):
                self._inside(name, one, hidden)

    def _run(self, run: Element, hidden: bool) -> None:
        properties = child(run, "rPr")
        own = is_on(properties, "vanish")
        self._raised = value(child(properties, "vertAlign")) == "superscript"
        styled = self.styles.is_hidden(value(child(properties, "rStyle")))
        struck = is_on(properties, "strike") or is_on(properties, "dstrike")
        kept, self._aside = self._aside, OmissionKind.DELETED if struck else self._aside
        self._walk(run, own if own is not None else hidden or styled)
        self._raised, self._aside = False, kept
        if self._awaited is not None:
            self._note(*self._awaited, "*", hidden)

    def _inside(self, name: str, one: Element, hidden: bool) -> None:
        """What may stand in a run; anything not known is searched for words."""
        if name == "t":
            self._print(_text(one), hidden)
        elif name in _SIGNS:
            self._print(_SIGNS[name], hidden)
        elif name == "br":
            self._break(value(one, "type"), hidden)
        elif name == "lastRenderedPageBreak":
            self._words.breaks.append(self._length)
        elif name == "sym":
            self._print(symbol(value(one, "font"), value(one, "char")), hidden)
        elif name in ("fldChar", "instrText"):
            self._field(name, one)
        elif name in ("footnoteReference", "endnoteReference"):
            self._reference(NoteKind(name.removesuffix("Reference")), one, hidden)
        elif name == "commentReference":
            self._words.losses[Loss.COMMENT] += 1
        elif name in ("drawing", "pict", "object"):
            self._drawing(one)
        elif name == "rt":
            kept, self._aside = self._aside, OmissionKind.RUBY
            self._words.aside.append((self._aside, " "))
            self._walk(one, hidden)
            self._aside = kept
        elif name not in ("delText", "delInstrText", "softHyphen"):
            self._walk(one, hidden)

    def _print(self, text: str, hidden: bool) -> None:
        if self._awaited is not None:
            mark = text.strip()
            self._note(*self._awaited, mark if _MARK.fullmatch(mark) else "*", hidden)
            text = "" if _MARK.fullmatch(mark) else text
        if any(not one.in_result for one in self._fields):
            return
        if hidden:
            if text.strip():
                self._words.losses[Loss.HIDDEN] += 1
            return
        if self._aside is not None:
            self._words.aside.append((self._aside, text))
            return
        text = text.replace("\u00ad", "")  # a hyphen that shows only where a line ends
        if self._raised:  # a note mark that somebody typed, or a power
            text = raised_text("".join(self._pieces[-3:]), text)
        self._pieces.append(text)
        self._length += len(text)

    def _break(self, kind: str | None, hidden: bool) -> None:
        self._print("\n", hidden)
        if kind == "page":
            self._words.breaks.append(self._length)

    def _field(self, name: str, one: Element) -> None:
        kind = value(one, "fldCharType")
        if name == "instrText":
            if self._fields and len(self._fields[-1].instruction) < 100:
                self._fields[-1].instruction += one.text or ""
        elif kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if not ended.in_result and _COMPUTED.match(ended.instruction):
                self._words.losses[Loss.FIELD] += 1

    def _reference(self, kind: NoteKind, reference: Element, hidden: bool) -> None:
        id = value(reference, "id") or ""
        if value(reference, "customMarkFollows") not in (None, "0", "false", "off"):
            self._awaited = (kind, id)
        else:
            self._note(kind, id, self.notes.next(kind), hidden)

    def _note(self, kind: NoteKind, id: str, mark: str, hidden: bool) -> None:
        self._awaited = None
        self._words.notes.append(Note(kind, id, mark))
        self._print(f"[^{mark}]", hidden)

    def _drawing(self, drawing: Element) -> None:
        """Text boxes are stories of their own; pictures and objects are counted."""
        is_object = local(drawing) == "object"
        for one in _drawn(drawing):
            name = local(one)
            if name == "txbxContent":
                self._words.boxes.append(one)
            elif name in _PICTURES and not is_object:  # an object has a picture to show for it
                self._words.losses[Loss.PICTURE] += 1
            elif name in _OBJECTS:
                self._words.losses[Loss.OBJECT] += 1


def _drawn(drawing: Element) -> Iterator[Element]:
    """Every element of a drawing but those inside its text boxes; an alternative is read once."""
    waiting = [drawing]
    while waiting:
        one = waiting.pop()
        yield one
        if local(one) == "AlternateContent":
            one = alternative(one)
        if local(one) != "txbxContent":
            waiting += reversed(one)


def alternative(choices: Element) -> Element:
    """The one of several versions that is read: mc:AlternateContent (ECMA-376 part 3, 7.5)."""
    for one in choices:
        required = (value(one, "Requires") or "").split()
        if local(one) == "Choice" and _KNOWN.issuperset(required):
            return one
    fallback = child(choices, "Fallback")
    return fallback if fallback is not None else Element("Fallback")


def _text(element: Element) -> str:
    """The characters of w:t; outer spaces count only where the file says that they are kept."""
    text = _SPACE.sub(" ", element.text or "")
    return text if value(element, "space") == "preserve" else text.strip(" ")
