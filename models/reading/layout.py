"""How question, context and passage become one row of pieces; the same in training and at run time.

`<s> question </s> context </s> passage </s>`, with segment 0 (3 where the question is itself a passage whose
like is sought) up to the first </s>, 1 up to the second, 2 from there. The context is one line that says what
document the passage stands in: `title；heading`; it may be empty, its </s> stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["LONGEST", "Layout", "Row"]

LONGEST = 256  # pieces of a row
QUESTION = 64  # pieces of a question; the rest is not read
SOURCE = 110  # pieces of a passage that stands for a question
CONTEXT = 32
MARKS = 4


@dataclass(frozen=True)
class Row:
    """A row as the network takes it.

    Pieces `first` to `first + len(offsets)` are the passage; `offsets` are their characters in it.
    """

    ids: list[int]
    segments: list[int]
    first: int
    offsets: list[tuple[int, int]]


class Layout:
    """Builds rows with one tokenizer.

    Example: `Layout(tokenizer).row("哪年成立？", "", "它于1990年成立。")`
    """

    def __init__(self, tokenizer: Any) -> None:
        """Take a `tokenizers.Tokenizer` that has the pieces <s> and </s>."""
        self.tokenizer = tokenizer
        self.begin = tokenizer.token_to_id("<s>")
        self.end = tokenizer.token_to_id("</s>")

    def row(self, question: str, context: str, passage: str, like: bool = False) -> Row:
        """One row; what of the passage does not fit in LONGEST pieces is not read.

        `like` says that the question is a passage whose like is sought.
        """
        asked = self._ids(question)[: SOURCE if like else QUESTION]
        stands = self._ids(context)[:CONTEXT] if context else []
        held, offsets = self.pieces(passage)
        room = LONGEST - MARKS - len(asked) - len(stands)
        held, offsets = held[:room], offsets[:room]
        ids = [self.begin, *asked, self.end, *stands, self.end, *held, self.end]
        segments = [3 if like else 0] * (len(asked) + 2) + [1] * (len(stands) + 1) + [2] * (len(held) + 1)
        return Row(ids, segments, len(asked) + len(stands) + 3, offsets)

    def room(self, question: str, context: str) -> int:
        """How many pieces of a passage fit beside a question and a context."""
        asked = min(len(self._ids(question)), QUESTION)
        stands = min(len(self._ids(context)), CONTEXT) if context else 0
        return LONGEST - MARKS - asked - stands

    def pieces(self, passage: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids of a passage's pieces and the characters each stands for, white space at its edges left out."""
        encoding = self.tokenizer.encode(passage, add_special_tokens=False)
        return encoding.ids, [_trimmed(passage, start, end) for start, end in encoding.offsets]

    def _ids(self, text: str) -> Sequence[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
