"""Two languages line beside line, as treaties are printed: the other one is set aside, not read into units.

A converter gives two columns, or a bilingual print, as paragraphs in turn: 第一条, Article 1, 1. …, 1. ….
Read as one text, every number would stand twice and articles would be joined across languages.
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

LETTERS = 4

LEAST_ALIKE = 3
ALIKE = 0.5
"""Of neighbours in both of which figures stand, the share that has one in common; and how many at least."""

_NUMBER = re.compile("[0-9]+")


def find_translation(lines: Sequence[Line], taken: dict[int, OmissionKind]) -> dict[int, OmissionKind]:
    """The lines in the other language, where the text stands in two languages in turn; else none.

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
    if len(runs) <= LEAST_TURNS or not _like_many(others, own) or not _same_numbers(runs):
        return {}
    return {index: OmissionKind.TRANSLATION for indices in others for index in indices}


def _is_foreign(text: str) -> bool | None:
    """Whether a line is in Latin letters alone; None where it has too few letters to say."""
    if any("\u4e00" <= character <= "\u9fff" for character in text):
        return False
    letters = sum(character.isalpha() for character in text)
    return True if letters >= LETTERS else None


def _like_many(others: Sequence[Sequence[int]], own: Sequence[Sequence[int]]) -> bool:
    lesser, greater = sorted((sum(map(len, others)), sum(map(len, own))))
    return lesser >= LIKE_MANY * greater


def _same_numbers(runs: Sequence[tuple[bool, Sequence[Line]]]) -> bool:
    """Whether neighbours tell the same figures, as a translation does; names and addresses in turn do not."""
    told = [{number for line in held for number in _NUMBER.findall(line.text)} for _, held in runs]
    pairs = [(one, other) for one, other in pairwise(told) if one and other]
    alike = sum(bool(one & other) for one, other in pairs)
    return alike >= LEAST_ALIKE and alike >= ALIKE * len(pairs)
