"""Two languages side by side, as treaties are printed: the other one is set aside, not read into units.

A converter gives a bilingual print as paragraphs in turn: 第一条, Article 1, 1. …, 1. …; two columns come one
after the other on each page, and a translation may follow the whole. Read as one text, every number would
stand twice and articles would be joined across languages.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.layout.lines import Line
from corpus.types import OmissionKind

__all__ = ["find_translation"]

LEAST_TURNS = 6
"""Changes from one language to the other; fewer are a title in English, a name, an address."""

LIKE_MANY = 0.7
"""Paragraphs of the lesser language to those of the greater: a translation has one for each."""

LONGER = 0.4
"""The same for the lines of two columns, or of a translation that follows: one language takes more lines."""

LETTERS = 4

LEAST_ALIKE = 3
ALIKE = 0.5
"""Of neighbours in both of which figures stand, the share that has one in common; and how many at least."""

LEAST_COMMON = 3
COMMON = 0.6
"""Of the figures of two digits or more in either language, the share in both; and how many at least."""

_NUMBER = re.compile("[0-9]+")


def find_translation(lines: Sequence[Line], taken: dict[int, OmissionKind]) -> dict[int, OmissionKind]:
    """The lines in the other language, where the text stands in two languages; else none.

    Example: of 第一条 / Article 1 / 第二条 / Article 2 / … the lines that begin with Article.
    """
    runs: list[tuple[bool, list[Line]]] = []
    for line in lines:
        foreign = None if line.blank or line.index in taken else _is_foreign(line.text)
        if foreign is None:
            continue
        if not runs or runs[-1][0] != foreign:
            runs.append((foreign, []))
        runs[-1][1].append(line)
    others = [[line.index for line in held] for foreign, held in runs if foreign]
    own = [[line.index for line in held] for foreign, held in runs if not foreign]
    in_turn = len(runs) > LEAST_TURNS and _like_many(others, own, LIKE_MANY) and _same_numbers(runs)
    if not in_turn and not (_like_many(others, own, LONGER) and _same_figures(runs)):
        return {}
    return {index: OmissionKind.TRANSLATION for indices in others for index in indices}


def _is_foreign(text: str) -> bool | None:
    """Whether a line is in Latin letters alone; None where it has too few letters to say."""
    if any("\u4e00" <= character <= "\u9fff" for character in text):
        return False
    letters = sum(character.isalpha() for character in text)
    return True if letters >= LETTERS else None


def _like_many(others: Sequence[Sequence[int]], own: Sequence[Sequence[int]], share: float) -> bool:
    lesser, greater = sorted((sum(map(len, others)), sum(map(len, own))))
    return lesser >= share * greater


def _same_figures(runs: Sequence[tuple[bool, Sequence[Line]]]) -> bool:
    """Whether both tell the same years, amounts and distances; numbers of paragraphs say nothing."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for foreign, held in runs:
        told[foreign].update(one for line in held for one in _NUMBER.findall(line.text) if len(one) > 1)
    common = told[True] & told[False]
    return len(common) >= LEAST_COMMON and len(common) >= COMMON * len(told[True] | told[False])


def _same_numbers(runs: Sequence[tuple[bool, Sequence[Line]]]) -> bool:
    """Whether neighbours tell the same figures, as a translation does; names and addresses in turn do not."""
    told = [{number for line in held for number in _NUMBER.findall(line.text)} for _, held in runs]
    pairs = [(one, other) for one, other in pairwise(told) if one and other]
    alike = sum(bool(one & other) for one, other in pairs)
    return alike >= LEAST_ALIKE and alike >= ALIKE * len(pairs)
