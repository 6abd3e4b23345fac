"""Verification of units and places of items: by hand-made units."""

from dataclasses import replace

import pytest

from corpus.types import Item, Run, Span, Unit, UnitKind
from search.library import Place, is_verbatim

#         0123456789012345678901
SOURCE = "7. 各国应\n12\n合作：(a) 分享；(b) 培训。"
UNIT = Unit(
    document="r19",
    kind=UnitKind.RECOMMENDATION,
    number=7,
    part=None,
    text="各国应合作：(a) 分享；(b) 培训。",
    runs=(Run(0, 3, 3), Run(3, 10, 17)),
    span=Span(3, 27),
    items=(Item(("a",), 6, 13), Item(("b",), 13, 20)),
)


def test_the_hand_made_unit_is_what_it_says() -> None:
    assert [SOURCE[r.source_start : r.source_start + r.length] for r in UNIT.runs] == [
        "各国应",
        "合作：(a) 分享；(b) 培训。",
    ]
    assert is_verbatim(UNIT, SOURCE)


@pytest.mark.parametrize(
    "damaged",
    [
        replace(UNIT, text=UNIT.text.replace("应", "可")),
        replace(UNIT, text=UNIT.text + "又及"),
        replace(UNIT, text="　" + UNIT.text),
        replace(UNIT, runs=UNIT.runs[:1]),
        replace(UNIT, runs=UNIT.runs[::-1]),
        replace(UNIT, runs=(Run(0, 3, 0), *UNIT.runs)),
        replace(UNIT, runs=()),
        replace(UNIT, text="", runs=()),
        replace(UNIT, span=Span(4, 27)),
        replace(UNIT, span=Span(3, 26)),
    ],
)
def test_a_unit_that_differs_from_its_source_is_not_verbatim(damaged: Unit) -> None:
    assert not is_verbatim(damaged, SOURCE)


def test_a_source_that_changed_is_seen() -> None:
    assert not is_verbatim(UNIT, SOURCE.replace("培训", "训练"))
    assert not is_verbatim(UNIT, "\ufeff" + SOURCE)


@pytest.mark.parametrize(("item", "text", "label"), [(0, "(a) 分享；", "a"), (1, "(b) 培训。", "b")])
def test_an_item_is_placed_in_the_source(item: int, text: str, label: str) -> None:
    place = Place(0, UNIT, UNIT.items[item])
    assert (place.text, place.label) == (text, label)
    assert SOURCE[place.span.start : place.span.end] == text
