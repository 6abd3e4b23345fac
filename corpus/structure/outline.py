"""Follow headings and printed key topics through a document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.layout.lines import Line, ends_sentence
from corpus.structure.assemble import assemble, join_words
from corpus.structure.labels import heading_level, topics_begin
from corpus.structure.regions import looks_like_heading
from corpus.types import OmissionKind

__all__ = ["Outline"]

_PLAIN_LEVEL = 4
_CONTINUES = 0.8


@dataclass(slots=True)
class Outline:
    """The headings in force at a place, outermost first, and the key topics printed under them.

    Levels come from the headings' own numbers (一. over A. over 1. over none); the depth of
    markdown marks means nothing in converted documents.
    """

    width: int
    _stack: list[tuple[int, str]] = field(default_factory=list)
    topics: tuple[str, ...] = ()
    unplaced: list[Line] = field(default_factory=list)
    seen: dict[int, OmissionKind] = field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """The path, e.g. `("二. 建议", "A. 一般性建议")`."""
        return tuple(text for _, text in self._stack)

    def restart(self, annex: Sequence[Line]) -> None:
        """Begin an annex: nothing of the body holds there."""
        self._stack, self.topics = [(0, join_words(annex))], ()
        self.seen.update({line.index: OmissionKind.HEADING for line in annex})

    def push(self, level: int, words: str, lines: Sequence[Line] = ()) -> None:
        """Put a heading in force that stands at `level`; `lines` are whole lines of it."""
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        self._stack.append((level, words))
        self.topics = ()
        self.seen.update({line.index: OmissionKind.HEADING for line in lines})

    def leave(self, level: int) -> None:
        """Drop the headings from `level` on down: an article without a title ends the one before it."""
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()

    def read(self, lines: Sequence[Line]) -> None:
        """Take in the lines between the text of a unit and the next label."""
        at = 0
        while at < len(lines):
            if topics_begin(lines[at]) is not None:
                at = self._read_topics(lines, at)
            elif looks_like_heading(lines[at]):
                at = self._read_heading(lines, at)
            else:
                self.unplaced.append(lines[at])
                at += 1

    def _read_topics(self, lines: Sequence[Line], at: int) -> int:
        begin = topics_begin(lines[at]) or 0
        end = at
        while end + 1 < len(lines) and not ends_sentence(lines[end].text):
            end += 1
        pieces = [(lines[at], begin), *((line, 0) for line in lines[at + 1 : end + 1])]
        text, _ = assemble(pieces)
        self.topics = tuple(topic.strip() for topic in re.split(r"[；;。\n]", text) if topic.strip())
        self.seen.update({line.index: OmissionKind.TOPICS for line in lines[at : end + 1]})
        return end + 1

    def _read_heading(self, lines: Sequence[Line], at: int) -> int:
        end = at + 1
        while end < len(lines) and self._continues(lines[end - 1], lines[end]):
            end += 1
        found = heading_level(lines[at])
        self.push(found if found is not None else _PLAIN_LEVEL, join_words(lines[at:end]), lines[at:end])
        return end

    def _continues(self, before: Line, line: Line) -> bool:
        full = self.width > 0 and _CONTINUES * self.width <= len(before.text) <= 1.5 * self.width
        return (
            full
            and heading_level(line) is None
            and topics_begin(line) is None
            and not line.hashes
            and looks_like_heading(line)
        )
