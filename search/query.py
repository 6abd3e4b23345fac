"""What is asked: text, how many hits, filters, and which candidate lists may answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from corpus.plain_text.folding import fold
from corpus.types import UnitKind
from search.errors import BadK, BadQuery, EmptyQuery, QueryTooLong

__all__ = ["MAX_K", "MAX_LENGTH", "Mode", "Query", "Versions", "clean", "parse_facet", "parse_query"]

MAX_LENGTH = 2_000
"""Characters. The longest seed paragraph has 1,011; a query of a megabyte is refused unread."""

MAX_K = 1_000

# Unicode general category Cf characters that people paste without seeing them: soft hyphen,
# zero-width space to right-to-left mark, line and paragraph embeddings, word joiner to the
# deprecated format characters, byte-order mark. Controls (Cc) become spaces, as tabs do.
_INVISIBLE = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_CLEANING = {**_INVISIBLE, **_CONTROLS}


class Mode(StrEnum):
    """Which candidate lists answer. BM25 and DENSE are single lists, kept for measurement."""

    BM25 = "bm25"
    DENSE = "dense"
    FUSED = "fused"


class Versions(StrEnum):
    """Which versions of a document may answer: those in force, or drafts, copies and old ones as well."""

    CURRENT = "current"
    ALL = "all"


@dataclass(frozen=True)
class Query:
    """A question, keyword or reference with its filters; an empty filter lets everything through.

    `text` is kept as given; `cleaned` has no control or invisible characters and single spaces;
    `folded` is for matching only. Raises EmptyQuery, QueryTooLong, BadK, or BadQuery for text that
    is not Unicode (a lone surrogate). `facets` are pairs of name and value: values of one name are
    alternatives, names combine.
    Example: `Query("不惩罚原则", k=5, kinds=frozenset({UnitKind.RECOMMENDATION}))`
    """

    text: str
    k: int = 10
    kinds: frozenset[UnitKind] = field(default_factory=frozenset)
    documents: frozenset[str] = field(default_factory=frozenset)
    years: frozenset[int] = field(default_factory=frozenset)
    mode: Mode = Mode.FUSED
    expand: bool = True
    versions: Versions = Versions.CURRENT
    types: frozenset[str] = field(default_factory=frozenset)
    facets: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Refuse what cannot be run, so that a Query that exists can be."""
        _check_text(self.text)
        _check_k(self.k)
        if not self.cleaned:
            raise EmptyQuery(
                "the query is empty once white space and control characters are dropped; "
                "a question, some words or a reference were expected; "
                "ask for example 不惩罚原则 or 2019年会议建议17"
            )

    @cached_property
    def cleaned(self) -> str:
        """The text without control or invisible characters, spaces single, ends trimmed."""
        return clean(self.text)

    @cached_property
    def folded(self) -> str:
        """The cleaned text folded for matching: width, traditional to simplified, case."""
        return fold(self.cleaned)


def clean(text: str) -> str:
    """Drop what nobody sees: `clean("不惩罚\\u200b\\t原则 ") == "不惩罚 原则"`."""
    return " ".join(text.translate(_CLEANING).split())


def parse_query(
    text: str,
    *,
    k: int = 10,
    kinds: Iterable[str] = (),
    documents: Iterable[str] = (),
    years: Iterable[int] = (),
    mode: str = Mode.FUSED,
    expand: bool = True,
    versions: str = Versions.CURRENT,
    types: Iterable[str] = (),
    facets: Iterable[str] = (),
) -> Query:
    """Build a Query from what a command line or a URL holds; raises BadQuery and its kin.

    Example: `parse_query("器官", kinds=["paragraph"], years=[2021]).kinds == {UnitKind.PARAGRAPH}`
    """
    return Query(
        text,
        k,
        frozenset(UnitKind(_one_of(kind, UnitKind, "kind")) for kind in kinds),
        frozenset(documents),
        frozenset(years),
        Mode(_one_of(mode, Mode, "mode")),
        expand,
        Versions(_one_of(versions, Versions, "versions")),
        frozenset(types),
        frozenset(parse_facet(facet) for facet in facets),
    )


def parse_facet(text: str) -> tuple[str, str]:
    """Name and value of a facet as people write it; raises BadQuery.

    Example: `parse_facet("country=林泽") == ("country", "林泽")`
    """
    name, mark, value = text.partition("=")
    if not (mark and name.strip() and value.strip()):
        raise BadQuery(
            f"found the facet {text!r:.200}; NAME=VALUE was expected; write for example country=林泽"
        )
    return name.strip(), value.strip()


def _one_of(value: str, allowed: type[StrEnum], name: str) -> str:
    names = [str(member) for member in allowed]
    if value not in names:
        raise BadQuery(
            f"{name} {value!r} is not known; expected one of {', '.join(names)}; choose one of these"
        )
    return value


def _check_text(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise QueryTooLong(
            f"the query has {len(text):,} characters; at most {MAX_LENGTH:,} were expected; "
            "shorten it, or ask with one paragraph at a time"
        )
    for place, character in enumerate(text):
        if "\ud800" <= character <= "\udfff":
            raise BadQuery(
                f"the query holds the lone surrogate U+{ord(character):04X} at character {place}; "
                "Unicode text was expected; send the query as valid UTF-8"
            )


def _check_k(k: int) -> None:
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MAX_K:
        raise BadK(f"k is {k!r}; a whole number from 1 to {MAX_K:,} was expected; ask for fewer hits")
