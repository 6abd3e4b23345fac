"""A unit as a template shows it: marked text, address, citations, why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from markupsafe import Markup

from api.page.asked import LETTERS, STEPS, address
from api.page.cite import Form, context_object, forms
from api.page.marking import clip, found_words, marked, places_of
from search.library import Library
from search.shapes.units import CitedUnit, FoundUnit, QuotedUnit

__all__ = ["Shown", "anchor", "hit", "quoted", "unit"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a template needs of a unit."""

    unit: CitedUnit
    text: Markup
    address: str
    forms: tuple[Form, ...]
    coins: str
    anchor: str
    is_cut: bool = False

    @property
    def key(self) -> list[tuple[str, str]]:
        """The address of the unit for a form or a query string."""
        return [
            ("document", self.unit["document"]),
            ("kind", self.unit["kind"].value),
            ("number", str(self.unit["number"])),
            *((name, str(step)) for name in STEPS if (step := self.unit.get(name))),
        ]


def anchor(unit: CitedUnit, first: bool = True) -> str:
    """The id of a unit on a page of its document: `r3`; `first` tells the body from annexes."""
    place = f"{LETTERS[unit['kind']]}{unit['number']}"
    more = "".join(f"-{step}" for name in STEPS[1:] if (step := unit.get(name)))
    return place + more if first else f"{place}{more}-{unit['span'][0]}"


def unit(
    library: Library,
    one: CitedUnit,
    words: Iterable[str] = (),
    *,
    whole: bool = True,
    pairs: Sequence[tuple[str, str]] = (),
) -> Shown:
    """A unit with words marked in it, whole or the part that shows them."""
    places = places_of(one["text"], words)
    part = None if whole else clip(one["text"], places)
    return Shown(
        unit=one,
        text=marked(one, places, part),
        address=address(one, pairs),
        forms=forms(library, one),
        coins=context_object(library, one),
        anchor=anchor(one),
        is_cut=part is not None and (part.before or part.after),
    )


def hit(library: Library, one: FoundUnit, pairs: Sequence[tuple[str, str]] = ()) -> Shown:
    """A hit: the words that led to it are marked, a long text is cut around them."""
    return unit(library, one, found_words(one["why"]), whole=False, pairs=pairs)


def quoted(library: Library, one: QuotedUnit, fact: tuple[int, int] | None) -> Shown:
    """A quote of an answer, with the fact marked in it."""
    as_text = cast(CitedUnit, {**one, "text": one["quote"], "gaps": []})
    return Shown(
        unit=one,
        text=marked(as_text, [fact] if fact else []),
        address=address(one),
        forms=forms(library, one),
        coins=context_object(library, one),
        anchor=anchor(one),
    )
