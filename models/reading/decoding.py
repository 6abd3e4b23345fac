"""From the logits of one window to spans, members and sentences, in characters of its text."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.reader import AnswerKind, Sentence, Span
from models.reading.layout import Row
from models.reading.windows import sentences

__all__ = ["TEXT_HEADS", "TOKEN_HEADS", "WindowReading", "decode"]

TOKEN_HEADS = ("start", "end", "answer", "evidence")
TEXT_HEADS = ("answers", "relevance", "fact", "several", "open")
KINDS: tuple[AnswerKind, ...] = ("fact", "several", "open")
LONGEST_SPAN = 48  # pieces
TRIED = 12  # best starts and ends that are combined
KEPT = 5  # spans of a window
MEMBER = 0.5  # probability from which a piece belongs to the answer
BRIDGED = 2  # pieces of less probability within a member
PARTING = re.compile("[，。、；：,;:！？!?和与及或\\n]|\\b(?:and|or)\\b")
EDGES = " \t\n　，。、；：,;:！？!?"
CLOSING = {"》": "《", "）": "（", ")": "(", "”": "“", "」": "「", "』": "『", "]": "[", '"': '"'}

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class WindowReading:
    """What `models.reader.Reading` says, of one window."""

    answers: float
    relevance: float
    margin: float
    kinds: tuple[float, float, float]  # probabilities of fact, several, open
    spans: tuple[Span, ...]
    members: tuple[Span, ...]
    sentences: tuple[Sentence, ...]


def decode(text: str, row: Row, tokens: Logits, whole: Logits) -> WindowReading:
    """Read `tokens (pieces, 4)` and `whole (5,)`, in the order of TOKEN_HEADS and TEXT_HEADS."""
    held = tokens[row.first : row.first + len(row.offsets)]
    none = float(tokens[0, 0] + tokens[0, 1])
    spans = _spans(text, row, held, none)
    kinds = _softmax(whole[2:])
    return WindowReading(
        answers=float(whole[0]),
        relevance=float(whole[1]),
        margin=spans[0].score if spans else -none,
        kinds=(float(kinds[0]), float(kinds[1]), float(kinds[2])),
        spans=spans,
        members=_members(text, row, _sigmoid(held[:, 2])),
        sentences=_sentences(text, row, _sigmoid(held[:, 3])),
    )


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without punctuation and white space at the edges, and without a bracket whose other half is outside.

    Example: `trim("，维也纳）", 0, 5) == (1, 4)`
    """
    while start < end:
        first, last, inner = text[start], text[end - 1], text[start:end]
        if first in EDGES or (first in CLOSING.values() and not _closed(first, inner)) or first in CLOSING:
            start += 1
        elif last in EDGES or (last in CLOSING and CLOSING[last] not in inner[:-1]) or last in _OPENING:
            end -= 1
        else:
            break
    return start, end


_OPENING = frozenset("《（(“「『[")


def _closed(opening: str, inner: str) -> bool:
    return any(mark in inner[1:] for mark, other in CLOSING.items() if other == opening)


def _spans(text: str, row: Row, held: Logits, none: float) -> tuple[Span, ...]:
    """The best spans that do not overlap, score = start + end - no span."""
    real = np.array([end > start for start, end in row.offsets], bool)
    starts = np.where(real, held[:, 0], -np.inf)
    ends = np.where(real, held[:, 1], -np.inf)
    begins, closes = _log_softmax(starts), _log_softmax(ends)
    found = sorted(
        (
            (-float(starts[a] + ends[b] - none), int(a), int(b))
            for a in np.argsort(-starts, kind="stable")[:TRIED]
            for b in np.argsort(-ends, kind="stable")[:TRIED]
            if a <= b < a + LONGEST_SPAN and real[a] and real[b]
        ),
    )
    kept: list[Span] = []
    for score, a, b in found:
        start, end = trim(text, row.offsets[a][0], row.offsets[b][1])
        if start < end and all(end <= other.start or other.end <= start for other in kept):
            kept.append(Span(start, end, -score, edges=float(begins[a] + closes[b])))
        if len(kept) == KEPT:
            break
    return tuple(kept)


def _members(text: str, row: Row, chances: NDArray[np.float32]) -> tuple[Span, ...]:
    """Runs of pieces that belong to the answer, and a piece or two between them that hold no comma."""
    runs: list[list[int]] = []
    for number in np.flatnonzero(chances >= MEMBER).tolist():
        between = text[row.offsets[runs[-1][-1]][1] : row.offsets[number][0]] if runs else ""
        if runs and number - runs[-1][-1] <= 1 + BRIDGED and not PARTING.search(between):
            runs[-1].append(number)
        else:
            runs.append([number])
    found = []
    for run in runs:
        start, end = trim(text, row.offsets[run[0]][0], row.offsets[run[-1]][1])
        if start < end:
            found.append(Span(start, end, float(chances[run].mean())))
    return tuple(found)


def _sentences(text: str, row: Row, chances: NDArray[np.float32]) -> tuple[Sentence, ...]:
    """Every sentence with the mean of its pieces' probabilities."""
    middles = np.array([(start + end) / 2 for start, end in row.offsets])
    found = []
    for start, end in sentences(text):
        inside = (middles >= start) & (middles < end)
        found.append(Sentence(start, end, float(chances[inside].mean()) if inside.any() else 0.0))
    return tuple(found)


def _sigmoid(values: Logits) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-values.astype(np.float64)))).astype(np.float32)


def _log_softmax(values: Logits) -> NDArray[np.float64]:
    shifted = values.astype(np.float64) - float(values.max())
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


def _softmax(values: Logits) -> NDArray[np.float64]:
    raised = np.exp(values.astype(np.float64) - float(values.max()))
    return np.asarray(raised / raised.sum())
