"""What one window is to teach: its row of pieces and the labels of its pieces and of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from models.reading.layout import Layout, Row
from models.reading.windows import grow, piece_counts, sentences
from models.training.reader.negatives import bigrams
from models.training.reader.network import KINDS
from models.training.reader.sources import Item, Pair

__all__ = ["Example", "answered", "judged", "refused"]

BUDGETS = (48, 80, 112, 150, 190, 240)  # pieces of a passage that a window is grown to, one drawn at random
LONG_ANSWER = 25  # characters; a longer one in CMRC and DRCD is a sentence that explains, not a fact
Span = tuple[int, int]


@dataclass
class Example:
    """A row with its labels; a label that is None teaches nothing.

    `spans` are the acceptable (first, last) pieces of one answer, empty where the passage does not answer;
    `answer` and `evidence` the pieces that belong to one, as places in the row; `kind` an index of KINDS.
    """

    row: Row
    spans: list[Span] | None = None
    answer: list[int] | None = None
    evidence: list[int] | None = None
    answers: float | None = None
    relevance: float | None = None
    kind: int | None = None
    weight: float = 1.0
    tag: str = field(default="")


def answered(item: Item, context: str, layout: Layout, random: Random) -> Example | None:
    """A window that holds the whole answer; None where no window can."""
    groups = _places(item)
    if not groups:
        return None
    wanted = [span for group in groups for span in group[:1]]
    window = _window(item.query, context, item.passage.text, wanted, layout, random)
    if window is None:
        return None
    start, text = window
    moved = [[(a - start, b - start) for a, b in group] for group in groups]
    row = layout.row(item.query, context, text)
    example = Example(row, answers=1.0, relevance=1.0, tag=item.kind)
    members = [span for group in moved for span in group[:1]]
    if item.kind == "open":
        example.evidence = _pieces(row, members)
        example.kind = KINDS.index("open")
        return example if example.evidence else None
    example.answer = _pieces(row, members)
    deciding = [whole for whole in sentences(text) if any(_meet(whole, member) for member in members)]
    example.evidence = _pieces(row, deciding)
    example.kind = KINDS.index("fact" if item.kind == "fact" else "several")
    accepted = moved[0] if item.kind == "fact" else [(min(a for a, _ in members), max(b for _, b in members))]
    example.spans = [pair for span in accepted if (pair := _ends(row, span)) is not None]
    if not example.spans or not example.answer:
        return None
    if not item.own and len(item.answers[0]) > LONG_ANSWER:
        example.answer, example.kind = None, KINDS.index("open")
    return example


def refused(
    query: str, context: str, text: str, layout: Layout, random: Random, relevance: float | None, tag: str
) -> Example:
    """A window of a text that does not answer, where it shares most with the question."""
    spans = sentences(text) or [(0, len(text))]
    asked = set(bigrams(query))
    shared = [len(asked.intersection(bigrams(text[a:b]))) for a, b in spans]
    best = max(range(len(spans)), key=lambda at: (shared[at], random.random()))
    window = _window(query, context, text, [spans[best]], layout, random)
    row = layout.row(query, context, window[1] if window else text[spans[best][0] :])
    return Example(row, spans=[], answer=[], evidence=[], answers=0.0, relevance=relevance, tag=tag)


def judged(pair: Pair, layout: Layout, context: str = "") -> Example:
    """Two passages: how alike they are, 1, .4 or 0."""
    row = layout.row(pair.source, context, pair.candidate, like=True)
    return Example(row, relevance=(0.0, 0.4, 1.0)[pair.grade], tag=f"pair {pair.grade}")


def _places(item: Item) -> list[list[Span]]:
    """For each part of the answer its acceptable spans in the passage, the one to tag first.

    Where an answer stands several times, that one is meant whose sentence shares most with the question.
    """
    text, asked = item.passage.text, set(bigrams(item.query))
    spans = sentences(text)

    def best(answer: str) -> Span | None:
        """Characters of the answer where it is meant, end excluded; None where the passage lacks it."""
        places, at = [], text.find(answer)
        while at >= 0:
            places.append((at, at + len(answer)))
            at = text.find(answer, at + 1)

        def shared(place: Span) -> int:
            a, b = next(whole for whole in spans if whole[0] <= place[0] < whole[1])
            return len(asked.intersection(bigrams(text[a:b])))

        return max(places, key=shared) if places else None

    if item.kind == "fact":
        first = best(item.answers[0])
        if first is None:
            return []
        others = []
        for answer in item.answers[1:]:  # only where it says the same in the same place
            at = text.find(answer, max(0, first[0] - 30), first[1] + 30)
            if at >= 0:
                others.append((at, at + len(answer)))
        return [[first, *others]]
    found = [best(answer) for answer in item.answers]
    return [[span] for span in found if span is not None] if all(found) else []


def _window(
    query: str, context: str, text: str, wanted: Sequence[Span], layout: Layout, random: Random
) -> tuple[int, str] | None:
    """Where a window begins and its text; it holds what is wanted and as much around it as was drawn."""
    spans = sentences(text)
    costs = piece_counts(text, layout.pieces(text)[1])
    held = [n for n, whole in enumerate(spans) if any(_meet(whole, span) for span in wanted)]
    room = layout.room(query, context) - 2
    drawn = min(random.choice(BUDGETS), room)
    sides = [random.random() < 0.5 for _ in spans]
    window = grow(costs, held[0], held[-1], drawn, sides) or grow(costs, held[0], held[-1], room, sides)
    if window is None:
        return None
    start, end = spans[window[0]][0], spans[window[1] - 1][1]
    return start, text[start:end]


def _pieces(row: Row, spans: Sequence[Span]) -> list[int]:
    return [
        row.first + number
        for number, offset in enumerate(row.offsets)
        if offset[1] > offset[0] and any(_meet(offset, span) for span in spans)
    ]


def _ends(row: Row, span: Span) -> Span | None:
    held = _pieces(row, [span])
    return (held[0], held[-1]) if held else None


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
