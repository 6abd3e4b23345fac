"""What a reader is: a question and passages in; for each passage, whether and where it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = ["AnswerKind", "Passage", "Reader", "Reading", "Sentence", "Span"]

AnswerKind = Literal["fact", "several", "open"]


@dataclass(frozen=True)
class Passage:
    """A text to be read, and one line that says where it stands.

    `context` is `title；heading`, as in `Passage("…", "贩运人口问题工作组2019年会议报告；建议")`; it may be
    empty. A reader tells other years and other meetings by it.
    """

    text: str
    context: str = ""


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` (exclusive) of a passage's text, and how well they score.

    `edges`: log-probability that a span begins and ends just there, 0 at most; low where a rival overlaps.
    """

    start: int
    end: int
    score: float
    edges: float = 0.0


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage and the probability that it decides the question, 0 to 1."""

    start: int
    end: int
    evidence: float


@dataclass(frozen=True)
class Reading:
    """What a reader found in one passage.

    | field | is |
    |---|---|
    | `answers` | logit: does the passage answer at all |
    | `relevance` | logit: does it treat of the matter |
    | `margin` | score of the best span less that of no span; below 0: none |
    | `kind` | what the question asks for, and `sureness` the probability of it |
    | `spans` | single spans that do not overlap, best first, each with its own margin |
    | `members` | all parts of the answer in the order of the text: more than one for lists and double questions; `score` a probability |
    | `sentences` | the whole text, sentence by sentence |

    Logits and margins are not probabilities: `models.reading.calibration` makes them so.
    """  # noqa: E501

    answers: float
    relevance: float
    margin: float
    kind: AnswerKind
    sureness: float
    spans: tuple[Span, ...]
    members: tuple[Span, ...]
    sentences: tuple[Sentence, ...]


class Reader(Protocol):
    """Reads passages for a question; equal `fingerprint` means equal readings.

    Example: `reader.read("会议在哪里举行？", [Passage("会议在维也纳举行。")])[0].spans[0]` marks 维也纳.
    """

    @property
    def name(self) -> str:
        """What the reader was asked for as."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest of everything that decides the readings."""
        ...

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading for each passage, in their order."""
        ...

    def likeness(self, source: str, passages: Sequence[Passage]) -> list[float]:
        """Logits: how far each passage treats of the same matter as the passage `source`; for precedents."""
        ...
