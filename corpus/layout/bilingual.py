"""Two languages line beside line, as treaties are printed: the other one is set aside, not read into units.

A converter gives two columns, or a bilingual print, as paragraphs in turn: 第一条, Article 1, 1. …, 1. ….
Read as one text, every number would stand twice and articles would be joined across languages.
"""

from collections.abc import Sequence

from corpus.layout.lines import Line
from corpus.types import OmissionKind

__all__ = ["find_translation"]

LEAST_TURNS = 6
"""Changes from one language to the other; fewer are a title in English, a name, an address."""

LIKE_MANY = 0.7
"""Paragraphs of the lesser language to those of the greater: a translation has one for each."""

LETTERS = 4


def find_translation(lines: Sequence[Line], taken: dict[int, OmissionKind]) -> dict[int, OmissionKind]:
    """The lines in the other language, where the text stands in two languages in turn; else none.

    Example: of 第一条 / Article 1 / 第二条 / Article 2 / … the lines that begin with Article.
    """
    runs: list[tuple[bool, list[int]]] = []
    for line in lines:
        foreign = None if line.blank or line.index in taken else _is_foreign(line.text)
        if foreign is None:
            continue
        if not runs or runs[-1][0] != foreign:
            runs.append((foreign, []))
        runs[-1][1].append(line.index)
    others = [indices for foreign, indices in runs if foreign]
    own = [indices for foreign, indices in runs if not foreign]
    if len(runs) <= LEAST_TURNS or not _like_many(others, own):
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
