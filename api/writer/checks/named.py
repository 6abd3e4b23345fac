"""Checks on what can be looked up: every number and every name of a sentence stands in what it cites."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from api.writer.checks.words import figures, normal
from api.writer.types import Draft, Removal, Source

__all__ = ["check_names", "check_numbers", "names", "roles"]

_TITLE = re.compile("《([^《》]*)》")
_LATIN = re.compile(r"[a-z0-9]*[a-z][a-z0-9./\-]*")


def check_numbers(draft: Draft, sources: Sequence[Source]) -> Removal | None:
    """NUMBER where a figure, in digits or in Chinese numerals, stands in no cited quote nor its citation.

    Example: 三十一个小时 passes where the quote has 31个小时, 百分之二十 fails where it has 10%
    """
    held = frozenset().union(*(figures(normal(f"{one.text}\n{one.context}")) for one in sources))
    return None if figures(normal(draft.text)) <= held else Removal.NUMBER


def check_names(draft: Draft, sources: Sequence[Source]) -> Removal | None:
    """NAME where a country, organ, title, symbol or Latin word stands in no cited quote nor its citation."""
    held = "\n".join(normal(f"{one.text}\n{one.context}") for one in sources)
    return None if all(_stands(name, held) for name in names(normal(draft.text))) else Removal.NAME


@lru_cache(maxsize=256)  # a source is compared with every sentence
def names(text: str) -> frozenset[str]:
    """What a normal text names, as it stands there.

    Example: `{"日本", "有组织犯罪公约", "ctoc/cop/wg.4/2015/4"} <= set(names(…))`
    """
    return frozenset(_names(text))


def _names(text: str) -> Iterator[str]:
    from corpus.citations.find import CitationKind, find_citations
    from search.answer.countries import country_names, pattern

    yield from (found[1] for found in _TITLE.finditer(text))
    yield from (found[0] for found in country_names().finditer(text))
    likely = (found[0] for found in pattern("like_country").finditer(text))
    yield from (name for name in likely if not pattern("no_country").search(name))
    yield from (found[0].strip("./-") for found in _LATIN.finditer(text))
    numbered = (CitationKind.RESOLUTION, CitationKind.DECISION)
    yield from (citation.raw for citation in find_citations(text) if citation.kind in numbered)
    yield from (found[0] for found in _organs().finditer(text))


def roles(text: str) -> Iterator[str]:
    """Kinds of states in a normal text, 上游国 and 下游国: words that tell one party from another."""
    from search.answer.countries import pattern

    yield from (found[0] for found in pattern("no_country").finditer(text))


@cache
def _organs() -> re.Pattern[str]:
    from corpus.plain_text.lists import read_rows

    listed = {normal(name) for _, written in read_rows("organs.tsv", 2) for name in written.split("|")}
    return re.compile("|".join(map(re.escape, sorted(listed, key=len, reverse=True))))


def _stands(name: str, held: str) -> bool:
    """Whole where it is Latin: RIV/COP/2032/7 does not stand in RIV/COP/2032/70."""
    left = r"(?<![0-9a-z/.])" if name[:1].isascii() else ""
    right = r"(?![0-9a-z/])" if name[-1:].isascii() else ""
    return re.search(left + re.escape(name) + right, held) is not None
