"""What is found in a Word paragraph: its text, and what hangs on it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from xml.etree.ElementTree import Element

from corpus.types import OmissionKind

__all__ = ["Loss", "Note", "NoteKind", "Notes", "Words"]


class Loss(StrEnum):
    """What a paragraph holds that does not become text."""

    CHANGE = "change"
    CHUNK = "chunk"
    COMMENT = "comment"
    FIELD = "field"
    HIDDEN = "hidden"
    NUMBER = "number"
    OBJECT = "object"
    PICTURE = "picture"


class NoteKind(StrEnum):
    """The two kinds of notes, by the names of their elements."""

    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"


@dataclass(frozen=True, slots=True)
class Note:
    """A reference to a note. `mark` is what its author has set, else its place among the notes of its kind.

    Example: `Note(NoteKind.FOOTNOTE, "2", "1")`, which stands in the text as `[^1]`
    """

    kind: NoteKind
    id: str
    mark: str


@dataclass(slots=True)
class Notes:
    """Counts the references to notes through a document: 1, 2, 3 for footnotes, e1, e2 for endnotes.

    Word may print other signs, or begin anew on each page; the marks only join a note with its place.
    """

    _met: Counter[NoteKind] = field(default_factory=Counter)

    def next(self, kind: NoteKind) -> str:
        """The mark of the next reference."""
        self._met[kind] += 1
        return f"{'e' if kind is NoteKind.ENDNOTE else ''}{self._met[kind]}"


@dataclass(slots=True)
class Words:
    """The text of a paragraph; `breaks` are the offsets in it at which a page begins.

    `aside` holds what is printed and no text: words struck out, readings above characters (ruby).
    `notes` are those referred to, `boxes` the contents of the text boxes anchored here (w:txbxContent).
    """

    text: str = ""
    breaks: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    losses: Counter[Loss] = field(default_factory=Counter)
    aside: list[tuple[OmissionKind, str]] = field(default_factory=list)

    def set_aside(self) -> Iterator[tuple[OmissionKind, str]]:
        """What is printed and no text, of each kind on one line."""
        for kind in dict.fromkeys(kind for kind, _ in self.aside):
            words = " ".join("".join(text for one, text in self.aside if one is kind).split())
            if words:
                yield kind, words

    def add(self, after: "Words") -> None:
        """Go on with the next paragraph, as Word does where the mark between two is deleted or hidden."""
        self.breaks += [len(self.text) + at for at in after.breaks]
        self.text += after.text
        self.notes += after.notes
        self.boxes += after.boxes
        self.losses += after.losses
        self.aside += after.aside
