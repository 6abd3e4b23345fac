"""Choose the running sequence among everything that looks like a number before a paragraph.

The chain of labels with the largest total weight wins, by dynamic programming over the labels in
reading order. Steps by one are free; a jump costs, and so does entering a list in its middle. The
depth of headings plays no part.
"""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Label", "best_chain", "chain_weight"]

_LONGEST_JUMP = 25
_JUMP_COST = 0.6
# A converter loses several numbers at once as easily as two; a paragraph that is there outweighs them.
_JUMP_LIMIT = 1.0
_LATE_START_COST = 0.5
_LATE_START_LIMIT = 6.0
# A share of the label's own weight: enough to prefer the same number outside the list.
_LIST_ENTRY_COST = 0.6


class Label(NamedTuple):
    """A number that may be a label.

    `line` is the index of its line, `number` what it says, `begin` where the unit's words start in
    the text of the line, `weight` how much it looks like a label of a paragraph (0 to 2).
    `inferred` marks a number that is not printed.
    """

    line: int
    number: int
    begin: int
    weight: float
    inferred: bool = False


class _Step(NamedTuple):
    score: float
    at: int
    before: int | None


def best_chain(labels: Sequence[Label], first: int = 1) -> list[Label]:
    """The chain of rising numbers with the largest weight; empty where none is worth having.

    `first` is the number with which a chain may start free of cost.
    Example: labels 1 2 [1 2 3] 3 4, the bracketed ones short, give 1 2 3 4 without the bracketed.
    """
    steps: list[_Step] = []
    best: dict[int, _Step] = {}
    for at, label in enumerate(labels):
        step = _best_step(labels, best, at, first)
        steps.append(step)
        rival = best.get(label.number)
        if rival is None or step.score > rival.score:
            best[label.number] = step
    if not best:
        return []
    end = max(best.values(), key=lambda step: (step.score, -step.at))
    chain: list[Label] = []
    at_or_none: int | None = end.at if end.score > 0 else None
    while at_or_none is not None:
        chain.append(labels[at_or_none])
        at_or_none = steps[at_or_none].before
    return chain[::-1]


def chain_weight(chain: Sequence[Label]) -> float:
    """Total weight, to compare chains of different styles of label."""
    return sum(label.weight for label in chain)


def _best_step(labels: Sequence[Label], best: dict[int, _Step], at: int, first: int) -> _Step:
    label = labels[at]
    late = min(_LATE_START_COST * abs(label.number - first), _LATE_START_LIMIT)
    # A start at `first` ties with a start at 1: an annex may go on counting or begin anew.
    choice = _Step(label.weight - (0.0 if label.number == 1 else late), at, None)
    in_list = at > 0 and labels[at - 1].number == label.number - 1
    for jump in range(1, _LONGEST_JUMP + 1):
        before = best.get(label.number - jump)
        if before is None:
            continue
        cost = min(_JUMP_COST * (jump - 1), _JUMP_LIMIT)
        if in_list and before.at != at - 1:
            cost += _LIST_ENTRY_COST * label.weight
        score = before.score + label.weight - cost
        if score > choice.score:
            choice = _Step(score, at, before.at)
    return choice
