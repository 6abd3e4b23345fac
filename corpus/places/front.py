"""What stands before the first number of a context: title page, summary, preamble, other text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.plain_text.lists import read_rows
from corpus.structure.labels import heading_level, topics_begin
from corpus.structure.paragraphs import Shape, split_paragraphs
from corpus.structure.regions import looks_like_heading

__all__ = ["Piece", "PieceKind", "read_front"]

_SUMMARY = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}\s?[.．、]\s*)?(?P<name>(?:内容)?(?:摘要|提要|概要)|執行摘要|执行摘要|內容提要)"
)
_PREAMBLE = re.compile(r"序\s*言|前\s*言|弁言|约首|導\s*言(?=$)")
_LONGEST_OPENER = 40
_CLAUSE = "，,；;"


class PieceKind(Enum):
    """What a paragraph before the first number is."""

    TITLE_PAGE = "title_page"
    HEADING = "heading"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph with what it is and, for text, the label it is cited by.

    Example: `Piece(TEXT, lines, "序言部分第2段")`
    """

    kind: PieceKind
    lines: tuple[Line, ...]
    label: str | None = None


def read_front(
    lines: Sequence[Line], shape: Shape, furniture: frozenset[int], *, title_page: bool, numbered: bool
) -> list[Piece]:
    """Take the lines before the first number apart; `title_page` says that the document begins here.

    `numbered` says that a number follows: only then is there a preamble.
    Example: `缔约方会议，` / `回顾第4/2号决议，` give 序言部分起首 and 序言部分第1段
    """
    paragraphs = _with_topics(split_paragraphs(lines, shape, furniture))
    opener = _opener(paragraphs) if numbered else None
    front = _Front(on_title_page=title_page)
    for at in range(len(paragraphs)):
        front.read(paragraphs, at, opener, last=numbered and at == len(paragraphs) - 1)
    return _numbered_labels(front.pieces)


def _with_topics(paragraphs: Sequence[list[Line]]) -> list[list[Line]]:
    """Paragraphs; the words of a box 关键专题 stand with its heading."""
    out: list[list[Line]] = []
    for paragraph in paragraphs:
        if out and topics_begin(out[-1][0]) == len(out[-1][0].text) and len(out[-1]) == 1:
            out[-1] += paragraph
        else:
            out.append(list(paragraph))
    return out


class _Front:
    """Reads paragraphs one after the other and knows in which section it is."""

    def __init__(self, *, on_title_page: bool) -> None:
        self.on_title_page = on_title_page
        self.section: str | None = None
        self.pieces: list[Piece] = []

    def read(self, paragraphs: Sequence[Sequence[Line]], at: int, opener: int | None, *, last: bool) -> None:
        """Say what a paragraph is; `opener` is where a preamble opens, `last` that a number follows."""
        paragraph = tuple(paragraphs[at])
        text = "".join(line.text for line in paragraph)
        summary = _SUMMARY.fullmatch(text)
        if summary or _PREAMBLE.fullmatch(text):
            self.section = summary["name"] if summary else "序言部分"
            self._add(PieceKind.HEADING, paragraph)
        elif opener is not None and at == opener:
            self.section = "序言部分"
            self._add(PieceKind.TEXT, paragraph, "序言部分起首")
        elif topics_begin(paragraph[0]) is not None or self._is_heading(paragraph, text):
            ends = heading_level(paragraph[0]) in (1, 2) or topics_begin(paragraph[0]) is not None
            if ends:
                self.on_title_page, self.section = False, None
            self._add(PieceKind.TITLE_PAGE if self.on_title_page else PieceKind.HEADING, paragraph)
        elif self.section == "序言部分" and last and text.endswith(("：", ":")) and self._has_preamble():
            self._add(PieceKind.TEXT, paragraph, "序言部分结语")
        else:
            self._add(PieceKind.TEXT, paragraph, self.section or "正文前")

    def _add(self, kind: PieceKind, lines: tuple[Line, ...], label: str | None = None) -> None:
        if kind is not PieceKind.TITLE_PAGE:
            self.on_title_page = False
        self.pieces.append(Piece(kind, lines, label))

    def _has_preamble(self) -> bool:
        return any(piece.label == "序言部分" for piece in self.pieces)

    def _is_heading(self, paragraph: Sequence[Line], text: str) -> bool:
        if all(looks_like_heading(line) for line in paragraph):
            return self.section is None or len(text) <= 30 or heading_level(paragraph[0]) is not None
        if not self.on_title_page:
            return False
        return not ends_sentence(text) and text[-1:] not in _CLAUSE and not _is_prose(text)


def _is_prose(text: str) -> bool:
    return "。" in text or ends_clause(text)


def _opener(paragraphs: Sequence[Sequence[Line]]) -> int | None:
    """Which paragraph names who speaks: short, ends with a comma, and is no clause of the preamble itself."""
    ends, verbs = _words()
    for at, paragraph in enumerate(paragraphs[:-1]):
        text = "".join(line.text for line in paragraph)
        if text[-1:] not in "，," or len(text) > _LONGEST_OPENER:
            continue
        stem = text[:-1].rstrip()
        after = "".join(line.text for line in paragraphs[at + 1])
        if stem.endswith(ends) and not stem.startswith(verbs) and after[-1:] in "，,；;：:":
            return at
    return None


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    openers = tuple(word for (word,) in read_rows("preamble_openers.txt", 1))
    return openers, tuple(word for (word,) in read_rows("preamble_verbs.txt", 1))


def _numbered_labels(pieces: Sequence[Piece]) -> list[Piece]:
    """Labels with the number of the paragraph in its section; a summary of one paragraph has none."""
    totals: dict[str, int] = {}
    for piece in pieces:
        if piece.label:
            totals[piece.label] = totals.get(piece.label, 0) + 1
    counts: dict[str, int] = {}
    out: list[Piece] = []
    for piece in pieces:
        label = piece.label
        if label is None or label.endswith(("起首", "结语")):
            out.append(piece)
            continue
        counts[label] = counts.get(label, 0) + 1
        alone = totals[label] == 1 and _SUMMARY.fullmatch(label) is not None
        out.append(Piece(piece.kind, piece.lines, label if alone else f"{label}第{counts[label]}段"))
    return out
