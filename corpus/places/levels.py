"""Numbers in levels: 3, 3.1, 3.1.2 of a standard; 一、（一） of a notice, （一） beginning anew under each.

Read as numbers of one row, 3.1 would be the text of a paragraph 3, and the second （一） part of what stands
before it. Each level that has words of its own is a place by the whole path: 第3.1条, 二、（一）.

Chapters (章), clauses (条) and paragraphs of them (段) are named as in GB/T 1.1-2020, section 7.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.layout.lines import Line, ends_clause
from corpus.plain_text.numerals import parse_numeral
from corpus.structure.labels import Style, paragraph_labels

__all__ = ["Level", "find_levels", "missing"]

_DECIMAL = re.compile(
    r"(?P<path>[0-9]{1,2}(?:\.(?:[0-9]{1,2}|[a-z](?![a-z]))){0,4})(?:[ 　\t]+|(?=[\u4e00-\u9fff]))(?=\S)"
)
_GOAL = re.compile(r"(?:可持续发展)?目标\s?[0-9]{1,2}\s?[.．:：、]")
_LETTERS = 1_000  # added to letters, which come after figures: 5.a after 5.9
_TOP = re.compile(r"(?P<number>[一二三四五六七八九十]{1,3})、")
_BELOW = re.compile(r"[(（](?P<number>[一二三四五六七八九十]{1,3})[)）]")
_LONGEST_NAME = 40  # characters of a heading
_FEWEST = 3  # numbers below the first level
_MOST_STRAY = 0.2  # of the lines that begin with 3.1, those that follow on nothing


@dataclass(frozen=True, slots=True)
class Level:
    """A number in levels: the index of its line, its path, where its words begin in the line, its name.

    Example: `Level(12, (3, 1), 4, "第3.1条")`
    """

    line: int
    path: tuple[int, ...]
    begin: int
    label: str


def find_levels(lines: Sequence[Line]) -> list[Level]:
    """The numbers of a text that counts in levels, in reading order; none where it does not.

    Example: lines 1 范围, 2 选址, 2.1 …, 2.2 …, 2.3 … give paths (1,), (2,), (2, 1), (2, 2), (2, 3)
    """
    kept = [line for line in lines if not line.blank]
    return _decimals(kept) or _notice(kept)


def _decimals(lines: Sequence[Line]) -> list[Level]:
    found, strays = list[Level](), 0
    for line in lines:
        match = _DECIMAL.match(line.text)
        if match is None:
            continue
        path = tuple(map(_value, match["path"].split(".")))
        step = _step(found[-1].path if found else (), path)
        if step and (step == 1 or len(path) > 1):
            strays += step > 1
            found.append(Level(line.index, path, match.end(), match["path"]))
        elif len(path) > 1:
            strays += 1
    below = sum(len(one.path) > 1 for one in found)
    if below < _FEWEST or strays > _MOST_STRAY * below:
        return []
    before, after, chapter = _names(lines, found)
    names = (chapter if len(one.path) == 1 else f"{before}{one.label}{after}" for one in found)
    return [replace(one, label=name.format(one.label)) for one, name in zip(found, names, strict=True)]


def _names(lines: Sequence[Line], found: Sequence[Level]) -> tuple[str, str, str]:
    """What stands before and after a number in its name, and the name of a chapter.

    Clauses are below chapters that are printed, targets below goals; else the number stands for itself.
    """
    if any(len(one.path) == 1 for one in found):
        return "第", "条", "第{}章"
    return ("具体目标" if any(_GOAL.match(line.text) for line in lines) else ""), "", ""


def _value(step: str) -> int:
    return int(step) if step.isdigit() else _LETTERS + ord(step) - ord("a") + 1


def _step(before: tuple[int, ...], path: tuple[int, ...]) -> int:
    """How far a number is from the one before it in its level, 1 for the next; 0 where it goes back.

    Example: `_step((3, 2), (3, 3)) == _step((3, 2), (4,)) == _step((3, 2), (3, 2, 1)) == 1`
    """
    depth, last = len(path) - 1, path[-1]
    first = last % _LETTERS  # how far it is from the beginning of a level
    if path[:depth] == before:
        return first
    if depth < len(before) and before[:depth] == path[:depth]:
        return first if before[depth] < _LETTERS < last else max(0, last - before[depth])
    return int(first == 1 and path[:depth] > before)  # 6.1 after 5.4 where 6 itself is not printed


def missing(levels: Sequence[Level]) -> Iterator[tuple[Level, str]]:
    """Numbers before which others of their level are missing, and which.

    Example: of 3.1 and 3.5 the second, and `3.2 to 3.4`
    """
    before: tuple[int, ...] = ()
    for level in levels:
        step, path = _step(before, level.path), level.path
        if step > 1 and path[-1] < _LETTERS:
            above = ".".join(map(str, path[:-1]))
            lost = dict.fromkeys(f"{above}.{number}" for number in (path[-1] - step + 1, path[-1] - 1))
            yield level, " to ".join(lost)
        before = path


def _notice(lines: Sequence[Line]) -> list[Level]:
    """一、 with （一） below; none where paragraphs of one row of numbers stand below, as in a report."""
    found = list[Level]()
    tops, top, below, after_colon = 0, "", 0, False
    for line in lines:
        if (match := _TOP.match(line.text)) and parse_numeral(match["number"]) == tops + 1:
            tops, top, below = tops + 1, match["number"], 0
            found.append(Level(line.index, (tops,), match.end(), f"{top}、"))
            after_colon = line.text.endswith(("：", ":"))
        elif (match := _BELOW.match(line.text)) and tops and not after_colon:
            number = parse_numeral(match["number"])
            if number == below + 1:
                below = number
                path, label = (tops, below), f"{top}、（{match['number']}）"
                found.append(Level(line.index, path, match.end(), label))
    if tops < 2 or sum(len(one.path) > 1 for one in found) < _FEWEST or _counts_on(lines, found):
        return []
    return found if _begins_with_heading(lines, found) else []


def _counts_on(lines: Sequence[Line], found: Sequence[Level]) -> bool:
    """Whether 1. 2. 3. count on from one 一、 to the next: those are then the paragraphs."""
    tops = {one.line: one.path[0] for one in found if len(one.path) == 1}
    under = dict[int, list[int]]()
    current = 0
    labels = {label.line: label.number for label in paragraph_labels(lines, (), Style.ARABIC)}
    for line in lines:
        current = tops.get(line.index, current)
        if line.index in labels:
            under.setdefault(current, []).append(labels[line.index])
    firsts = [numbers[0] for at, numbers in sorted(under.items()) if at]
    return any(first > 1 for first in firsts[1:])


def _begins_with_heading(lines: Sequence[Line], found: Sequence[Level]) -> bool:
    """Whether some 一、 is a heading over its （一）, and not a paragraph whose list they are."""
    texts = {line.index: line.text for line in lines}
    over = (one for one, below in pairwise(found) if (len(one.path), len(below.path)) == (1, 2))
    return any(not ends_clause(texts[one.line]) and len(texts[one.line]) <= _LONGEST_NAME for one in over)
