"""Laws as they are published, put together from their articles: each article has its own text and no other's."""

import gzip
import json
import re
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path

import pytest

from corpus.plain_text.numerals import parse_numeral
from corpus.reader import parse_document
from corpus.types import UnitKind

LAWS = Path(__file__).parents[2] / "shared" / "data" / "text" / "cn_law.jsonl.gz"
FEWEST = 8  # articles of a law that is tried


def laws(count: int) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Laws with their articles in order; those whose text here holds further articles are passed over."""
    with gzip.open(LAWS, "rt", encoding="utf-8") as file:
        by_law = groupby(map(json.loads, file), key=lambda row: row["law"])
        whole = ((name, list(rows)) for name, rows in by_law)
        in_order = ((name, rows) for name, rows in whole if len(rows) >= FEWEST and _counts(rows))
        yield from islice(in_order, count)


def _counts(rows: list[dict[str, str]]) -> bool:
    numbers = [parse_numeral(match[1]) for row in rows if (match := re.match("第(.+?)条$", row["article"]))]
    plain = [number for number in numbers if number is not None]
    return plain == list(range(1, len(plain) + 1))


def printed(name: str, rows: list[dict[str, str]], between: str) -> str:
    lines, chapter = [name], ""
    for row in rows:
        if row["chapter"] != chapter:
            chapter = row["chapter"]
            lines += [chapter] if chapter else []
        lines.append(f"{row['article']}　{row['text']}")
    return between.join(lines)


def cut(text: str, width: int) -> str:
    """Lines of so many characters at most, as on a page."""
    lines = [line[at : at + width] for line in text.split("\n") for at in range(0, max(1, len(line)), width)]
    return "\n".join(lines)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.skipif(not LAWS.is_file(), reason="no ../shared/data/text beside the repository")
@pytest.mark.parametrize(
    ("between", "width"),
    [("\n", 10**6), ("\n\n", 10**6), ("\n", 38), ("\n", 22)],
    ids=["lines", "blank_lines", "cut_at_38", "cut_at_22"],
)
def test_articles_of_published_laws_have_their_own_text(between: str, width: int) -> None:
    total, exact, longer = 0, 0, []
    for name, rows in laws(60):
        found: dict[tuple[int, int | None], str] = {}
        text = cut(printed(name, rows, between), width)
        for unit in parse_document(text, "d").units:
            if unit.kind is UnitKind.ARTICLE:
                key = unit.number, unit.suffix
                found[key] = found.get(key, "") + bare(unit.text)
        for row in rows:
            match = re.fullmatch("第(.+?)条(?:之(.+))?", row["article"])
            assert match is not None
            number, suffix = parse_numeral(match[1]), parse_numeral(match[2]) if match[2] else None
            assert number is not None
            own, wanted = found.get((number, suffix), ""), bare(row["text"])
            total, exact = total + 1, exact + (own == wanted)
            if len(own) > len(wanted):
                longer.append((name, row["article"]))
    assert total > 1_500
    assert longer == []  # words of another place cited as this one
    assert exact >= 0.995 * total
