"""The grammar takes time in proportion to the text, whatever the text: inputs that once took its square."""

from collections.abc import Callable

import pytest

from corpus.citations.find import find_citations
from corpus.errors import BadMetadata
from corpus.metadata.front_matter import split_front_matter
from corpus.reader import parse_document
from corpus.structure.items import find_items
from tests.clock import is_within, least


def nested_items() -> str:
    """(a) (i) (1) (2) …: three levels, as many items as fit."""
    letters, romans = (
        "abcdefghijklmnopqrstuvwxyz",
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    )
    out: list[str] = []
    for letter in letters:
        out.append(f"({letter}) 甲；")
        for roman in romans:
            out.append(f"({roman}) 甲；")
            out += [f"({number}) 甲；" for number in range(1, 100)]
    return "".join(out)


SLOW: dict[str, Callable[[int], str]] = {
    "lines of closing quotes": lambda size: "”\n" * (size // 2),
    "lines of straight quotes": lambda size: '"\n' * (size // 2),
    "lines of stars": lambda size: "*\n" * (size // 2),
    "annexes": lambda size: "附件\n" * (size // 3),
    "numbered annexes": lambda size: "附件一\n1. 甲。\n" * (size // 9),
    "brackets": lambda size: "[" * size,
    "open links": lambda size: "[甲](" * (size // 4),
    "spaces": lambda size: "甲" + " " * size + "甲",
    "paragraphs": lambda size: "1. 甲。\n" * (size // 6),
    "rising paragraphs": lambda size: "".join(f"{number}. 甲。\n" for number in range(1, size // 8)),
    "lone numbers": lambda size: "".join(f"甲乙\n\n{number}\n\n" for number in range(1, size // 10)),
    "dots": lambda size: "甲....." * (size // 6),
    "titles": lambda size: "《" * (size // 2) + "》" * (size // 2),
    "digits": lambda size: ("9" * 1_000 + ". 甲。\n") * (size // 1_000),
    "numerals": lambda size: ("第" + "九" * 1_000 + "段") * (size // 1_000),
}


def seconds(what: Callable[[str], object], text: str) -> float:
    return least(lambda: what(text))


def parse(text: str) -> object:
    return parse_document(text, "d")


@pytest.mark.parametrize("name", SLOW)
def test_four_times_the_text_takes_about_four_times_as_long(name: str) -> None:
    small, large = (seconds(parse, SLOW[name](size)) for size in (6_000, 24_000))
    assert large < 9 * max(small, 0.02)


@pytest.mark.parametrize(
    "text", ["第1段、第2段和", "第一条第一款、", "《甲》第", "A/RES/", "建议1至", "（下称“甲”）"]
)
def test_citations_take_time_in_proportion(text: str) -> None:
    small, large = (seconds(find_citations, text * (size // len(text))) for size in (6_000, 24_000))
    assert large < 9 * max(small, 0.02)


def test_nested_items_take_time_in_proportion() -> None:
    text = nested_items()
    assert len(find_items(text)) > 20_000
    small, large = (seconds(find_items, text[: len(text) // part]) for part in (8, 1))
    assert large < 20 * max(small, 0.02)


@pytest.mark.parametrize("inner", ["a." * 20_000 + "a = 1", "a = " + "[" * 5_000])
def test_front_matter_that_takes_long_is_refused(inner: str) -> None:
    text = f"+++\n{inner}\n+++\n1. 甲。\n"

    def refuse() -> None:
        with pytest.raises(BadMetadata):
            split_front_matter(text)

    assert is_within(1, refuse)
