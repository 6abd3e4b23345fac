"""What a question names and an answer cannot do without: a year, number, country, title, Latin name."""

import re
from dataclasses import dataclass
from enum import StrEnum

from corpus.plain_text.unified import unify_numerals
from corpus.types import Span
from search.answer.countries import country_names
from search.terms.function_words import function_words

__all__ = ["Entity", "EntityKind", "find_entities", "stands_in"]

_NUMBER = re.compile(r"(?<![0-9a-z/.\-])[0-9]+(?:\.[0-9]+)?(?![0-9a-z/.]*[a-z/])")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LATIN = re.compile(r"(?<![0-9a-z./])[a-z][a-z0-9.\-]*[a-z0-9](?![a-z0-9/])")
_TITLE = re.compile("《([^》]+)》")
_QUOTED = re.compile('[“「『"]([^”」』"]{2,40})[”」』"]')
_HAN = re.compile("[一-鿿]")


class EntityKind(StrEnum):
    """What is named; a TITLE may be shortened where it is printed, the others may not."""

    NUMBER = "number"
    COUNTRY = "country"
    LATIN = "latin"
    TITLE = "title"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing named, as it stands in the folded question.

    Example: `Entity(COUNTRY, "日本", Span(5, 7))`
    """

    kind: EntityKind
    text: str
    span: Span

    @property
    def binding(self) -> bool:
        """A year or a country binds the answer; a name or a title may be written in another way."""
        return self.kind is EntityKind.COUNTRY or _YEAR.fullmatch(self.text) is not None


def find_entities(folded: str) -> list[Entity]:
    """Entities of a folded question, in order; numerals are unified, so spans are of that text.

    Latin names count in questions written in Chinese alone: in an English one every word is Latin.
    Example: `[e.text for e in find_entities("2023年日本的定罪率")] == ["2023", "日本"]`
    """
    text = unify_numerals(folded)
    chinese = len(_HAN.findall(text)) >= 3
    found = [Entity(EntityKind.TITLE, m[1], Span(*m.span(1))) for m in _TITLE.finditer(text)]
    found += [Entity(EntityKind.QUOTED, m[1], Span(*m.span(1))) for m in _QUOTED.finditer(text)]
    found += [Entity(EntityKind.NUMBER, m[0], Span(*m.span())) for m in _NUMBER.finditer(text)]
    found += [Entity(EntityKind.COUNTRY, m[0], Span(*m.span())) for m in country_names().finditer(text)]
    if chinese:
        latin = (m for m in _LATIN.finditer(text) if m[0] not in function_words())
        found += [Entity(EntityKind.LATIN, m[0], Span(*m.span())) for m in latin]
    found.sort(key=lambda entity: (entity.span.start, -entity.span.end))
    kept: list[Entity] = []
    for entity in found:
        if not kept or entity.span.start >= kept[-1].span.end:
            kept.append(entity)
    return kept


def stands_in(entity: Entity, folded: str) -> bool:
    """Whether a folded text with unified numerals names the entity; figures and Latin names stand whole."""
    if entity.kind in (EntityKind.NUMBER, EntityKind.LATIN):
        return re.search(rf"(?<![0-9a-z]){re.escape(entity.text)}(?![0-9a-z])", folded) is not None
    return entity.text in folded
