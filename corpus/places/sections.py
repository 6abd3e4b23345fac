"""Cut a context into sections where its numbering begins anew below a heading: 事实, 理由, 主文."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.places.articles import article_chain
from corpus.places.contexts import Context, ContextKind, Stretch, with_different_names
from corpus.structure.assemble import join_words
from corpus.structure.labels import SENTENCE_WEIGHT, Style, heading_level, paragraph_labels
from corpus.structure.regions import looks_like_heading
from corpus.structure.sequence import Label, best_chain

__all__ = ["cut_sections", "is_ambiguous"]

_MOST = 300  # sections of a context; more are no sections
_LEAD = 3  # lines of text that may stand between the heading of a section and its first number


@dataclass(frozen=True, slots=True)
class _Restart:
    """A place where numbers begin at 1: the label, and the heading that opens the section, if any."""

    label: int
    heading: int | None


def cut_sections(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches with those contexts cut in which each of several sections counts from 1.

    Example: a judgment whose 事实, 理由 and 主文 each begin at 1 gives a context for each of them
    """
    by_context: dict[Context, list[Stretch]] = {}
    for stretch in stretches:
        by_context.setdefault(stretch.context, []).append(stretch)
    cuts = {
        context: _cuts(own) for context, own in by_context.items() if context.kind is not ContextKind.RULE
    }
    out: list[Stretch] = []
    current: dict[Context, Context] = {}
    for stretch in stretches:
        out += _cut(stretch, cuts.get(stretch.context, {}), current)
    return with_different_names(out)


def _cut(stretch: Stretch, cuts: dict[int, str], current: dict[Context, Context]) -> list[Stretch]:
    """One stretch, cut before the lines whose indexes are given; `current` is the section going on."""
    out: list[Stretch] = []
    context = current.get(stretch.context, stretch.context)
    title, lines = stretch.title, list[Line]()
    for line in stretch.lines:
        name = cuts.get(line.index)
        if name is None:
            lines.append(line)
            continue
        if lines or title:
            out.append(Stretch(context, title, tuple(lines)))
        outer = stretch.context.name
        context = Context(f"{outer}，{name}" if outer else name, ContextKind.SECTION)
        current[stretch.context] = context
        title, lines = (line,), []
    if lines or title or not out:
        out.append(Stretch(context, title, tuple(lines)))
    return out


def _cuts(stretches: Sequence[Stretch]) -> dict[int, str]:
    """Index of the first line of each section, with its name; nothing where one count runs through."""
    lines = [line for stretch in stretches for line in stretch.lines]
    if len(article_chain(lines)) >= 2:
        return {}
    labels = paragraph_labels(lines, (), Style.ARABIC)
    at = {line.index: position for position, line in enumerate(lines)}
    found = _restarts(lines, labels, at)
    restarts = _counting(lines, labels, found, at) if len(found) <= _MOST else []
    headed = [one for one in restarts if one.heading is not None]
    if len(restarts) < 2 or any(one.heading is None for one in restarts[1:]):
        return {}
    starts = [one.heading for one in headed if one.heading is not None]
    starts[0] = _lettered(lines, starts, headed[0].label)
    if all(heading_level(lines[start]) == 1 for start in starts):
        starts = [
            position
            for position in range(starts[0], len(lines))
            if heading_level(lines[position]) == 1 and _opens(lines, position)
        ]
    return {lines[start].index: join_words([lines[start]]) for start in starts}


def _lettered(lines: Sequence[Line], starts: Sequence[int], label: int) -> int:
    """Where the first section begins: at A, below the title, where those after it are B, C, ….

    Example: of `80/117. 界河的保护`, `A`, `河岸居民`, `1. …` the second, if a later section begins at `B`
    """
    letters = [lines[start].text.strip() for start in starts[1:]]
    if letters and letters == list("BCDEFGHIJ"[: len(letters)]):
        return next((at for at in range(starts[0], label) if lines[at].text.strip() == "A"), starts[0])
    return starts[0]


def _restarts(lines: Sequence[Line], labels: Sequence[Label], at: dict[int, int]) -> list[_Restart]:
    found: list[_Restart] = []
    numbered = {at[label.line] for label in labels}
    for order, label in enumerate(labels):
        if label.number != 1 or not _is_strong(lines, labels, order, at):
            continue
        place = at[label.line]
        heading = _heading_before(lines, place, numbered)
        in_list = place > 0 and lines[place - 1].text.endswith(("：", ":", "；", ";"))
        if heading is not None or not in_list:
            found.append(_Restart(place, heading))
    return found


def _is_strong(lines: Sequence[Line], labels: Sequence[Label], order: int, at: dict[int, int]) -> bool:
    """Whether a number 1 opens a count: a sentence follows it, or a clause and then number 2."""
    label = labels[order]
    if label.weight >= SENTENCE_WEIGHT:
        return True
    after = labels[order + 1] if order + 1 < len(labels) else None
    if after is None or after.number != 2:
        return False
    return ends_clause(lines[at[after.line] - 1].text)


def _heading_before(lines: Sequence[Line], place: int, numbered: set[int]) -> int | None:
    """The outermost of the headings directly before a number, past a few lines of text below them."""
    position, text = place - 1, 0
    while position >= 0 and not _opens(lines, position) and text < _LEAD and position not in numbered:
        position, text = position - 1, text + 1
    found: list[int] = []
    while position >= 0 and position not in numbered and _opens(lines, position):
        if position - 1 in numbered and not ends_clause(lines[position - 1].text):
            break  # a numbered line that is cut
        found.append(position)
        position -= 1
    if not found:
        return None
    return min(found, key=lambda one: (heading_level(lines[one]) or 9, one))


def _opens(lines: Sequence[Line], position: int) -> bool:
    line = lines[position]
    if line.bullet or not looks_like_heading(line) or len(line.text) > 40:
        return False
    before = lines[position - 1] if position else None
    return before is None or bool(line.hashes) or ends_clause(before.text) or looks_like_heading(before)


def _counting(
    lines: Sequence[Line], labels: Sequence[Label], restarts: Sequence[_Restart], at: dict[int, int]
) -> list[_Restart]:
    """Restarts after which the count before them does not simply go on: a list inside a paragraph does."""
    kept: list[_Restart] = []
    for order, restart in enumerate(restarts):
        if kept:
            end = restarts[order + 1].label if order + 1 < len(restarts) else len(lines)
            begin = kept[-1].label
            before = best_chain([label for label in labels if begin <= at[label.line] < restart.label])
            own = best_chain([label for label in labels if restart.label <= at[label.line] < end])
            due = before[-1].number + 1 if before else 1
            numbers = [label.number for label in own]
            steps = itertools.pairwise(numbers)
            if any(one < due <= other and other != one + 1 for one, other in steps):
                continue
            later = [label.number for label in labels if at[label.line] >= end and label.weight >= 1]
            if due > 2 and due not in numbers and due in later[:1]:
                continue
        kept.append(restart)
    return kept


def is_ambiguous(lines: Sequence[Line], labels: Sequence[Label], chain: Sequence[Label]) -> bool:
    """Whether a context holds two counts from 1 with nothing that tells them apart.

    A list inside a paragraph is no second count: a colon leads into it, or the count goes on after it.
    Example: 1 2 3 1 2 3 4, all of them sentences, no heading in between
    """
    at = {line.index: position for position, line in enumerate(lines)}
    held = [label.line for label in chain]
    for order, label in enumerate(labels):
        if label.number != 1 or label.weight < SENTENCE_WEIGHT or label.line <= held[0]:
            continue
        before = lines[at[label.line] - 1].text
        in_list = ends_clause(before) and not ends_sentence(before)
        run = list(_run(labels, order))
        if len(run) < 2 or in_list:
            continue
        after = bisect_right(held, run[-1].line)
        following = chain[after] if after < len(chain) else None
        if following is None or following.number == run[-1].number + 1 or run[-1].line in held:
            return True
    return False


def _run(labels: Sequence[Label], order: int) -> Iterator[Label]:
    """The labels from one on that rise by one."""
    yield labels[order]
    for before, label in itertools.pairwise(labels[order:]):
        if label.number != before.number + 1:
            return
        yield label
