"""The one door to an index from Python; the command line and the service go through it too."""

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

from search.opened import OpenIndex, open_as

if TYPE_CHECKING:
    from datetime import datetime

    from corpus.types import UnitKind
    from search.query import Query
    from search.searcher import Stage
    from search.shapes.answers import (
        AskAnswer,
        CitedByAnswer,
        SearchAnswer,
        ShowAnswer,
        UnitAnswer,
        UnitsAnswer,
    )
    from search.shapes.citations import CheckAnswer, NotCarriedAnswer
    from search.shapes.compilation import CompileAnswer
    from search.shapes.documents import DocumentsAnswer
    from search.shapes.news import NewsAnswer
    from search.shapes.precedents import ChainAnswer, RelatedAnswer
    from search.unit_key import UnitKey

__all__ = ["Library", "open_library"]


@dataclass(frozen=True, slots=True)
class Library(OpenIndex):
    """One open generation of an index, and everything it answers.

    Every answer is a dictionary of `search.shapes`: what `--json` prints and `/v1` serves.
    Example: `Library.open("my-index").ask("押金是多少？")["citations"][0]["citation"]`
    """

    @classmethod
    def open(cls, index_dir: str | PathLike[str], *, term_bank: Path | None = None) -> Self:
        """Open an index directory with the encoder that made it; the errors say what is wrong."""
        return open_as(cls, Path(index_dir), term_bank=term_bank)

    def search(
        self,
        query: "str | Query",
        *,
        k: int = 10,
        kinds: Iterable[str] = (),
        documents: Iterable[str] = (),
        years: Iterable[int] = (),
        mode: str = "fused",
        versions: str = "current",
        types: Iterable[str] = (),
        facets: Iterable[str] = (),
    ) -> "SearchAnswer":
        """Ranked units for words, a question or a reference; raises BadQuery.

        A `Query` brings its own filters, and the rest is not looked at. Versions in force answer unless
        `versions` is `"all"`; facets are written `country=林泽`.
        Example: `library.search("不惩罚原则", k=3)["hits"][0]["citation"]`
        """
        from search.library import operations
        from search.query import parse_query

        if isinstance(query, str):
            query = parse_query(
                query,
                k=k,
                kinds=kinds,
                documents=documents,
                years=years,
                mode=mode,
                versions=versions,
                types=types,
                facets=facets,
            )
        return operations.search(self, query)

    def ask(self, question: "str | Query") -> "AskAnswer":
        """A quoted answer, or a refusal with its reason; raises BadQuery. A `Query` brings its filters.

        Example: `library.ask("押金是多少？")["answered"]`
        """
        from search.library import operations

        return operations.ask(self, question)

    def news(
        self, query: "str | Query", *, since: "str | datetime | None" = None, least: float | None = None
    ) -> "NewsAnswer":
        """Units that came in after a day or time and fit the query, and new versions of what fits.

        `least` is the fit, 0 to 1, below which a unit is not listed. Raises BadQuery.
        Example: `library.news("取水许可", since="2031-05-19")["units"][0]["citation"]`
        """
        from search.library.news import LEAST, news, parse_since
        from search.query import parse_query

        query = parse_query(query, k=50) if isinstance(query, str) else query
        after = parse_since(since) if isinstance(since, str) else since
        return news(self, query, since=after, least=LEAST if least is None else least)

    def show(self, reference: str, *, context: int = 0, document: str | None = None) -> "ShowAnswer":
        """The unit that a reference names, with neighbours; raises UnknownReference.

        Example: `library.show("2031年会议建议3")["text"]`
        """
        from search.library import operations

        return operations.show(self, reference, context, document)

    def unit(self, key: "UnitKey", *, item: str | None = None, context: int = 0) -> "UnitAnswer":
        """The unit with an address, or an item of it, with neighbours; raises UnknownUnit, UnknownItem."""
        from search.library import operations

        return operations.unit_at(self, self.find(key, item), context)

    def precedents(
        self,
        reference: str | None = None,
        *,
        text: str | None = None,
        k: int = 10,
        document: str | None = None,
        by: str = "strength",
        diverse: bool = True,
        diff: bool = False,
        within: "Query | None" = None,
    ) -> "RelatedAnswer":
        """Units of other documents that say the same as a unit or as a pasted text; `diff` compares them.

        The filters of `within` hold, its text and k do not count.
        Raises UnknownReference, AmbiguousReference, BadRequest.
        Example: `library.precedents("2031年会议建议3", diff=True)["hits"][0]["diff"]["shift"]`
        """
        from search.library.precedents import RelatedRequest, related
        from search.precedents.order import Order

        return related(self, RelatedRequest(reference, text, k, document, Order(by), diverse, diff, within))

    def chain(self, reference: str, *, document: str | None = None) -> "ChainAnswer":
        """What was said on the matter of a unit over the years, each beside what was said before.

        Example: `library.chain("2031年会议建议3")["links"][0]["date"]`
        """
        from search.library.precedents import chain

        return chain(self, reference, document)

    def check_citations(self, text: str) -> "CheckAnswer":
        """Each citation in a text: whether it exists, and says what is quoted with it.

        Example: `library.check_citations("见2031年会议建议99。")["citations"][0]["status"]`
        """
        from search.library.checked_citations import resolve_citations

        return resolve_citations(self, text)

    def cited_by(self, reference: str) -> "CitedByAnswer":
        """Units that cite a document, symbol, resolution or article; raises NothingCited."""
        from search.library.cited_by import cited_by

        return cited_by(self, reference)

    def not_carried(self) -> "NotCarriedAnswer":
        """What units cite and no document of the index carries, the most cited first."""
        from search.library.not_carried import not_carried

        return not_carried(self)

    def compilation(
        self,
        *,
        kinds: "Iterable[UnitKind] | None" = None,
        years: Iterable[int] = (),
        by: str = "theme",
        theme_file: Path | None = None,
        versions: str = "current",
    ) -> "CompileAnswer":
        """Recommendations, or other kinds, under themes, addressees or strengths; raises BadThemes."""
        from corpus.types import UnitKind
        from search.library.compilation import compile_index
        from search.query import Versions

        wanted = (UnitKind.RECOMMENDATION,) if kinds is None else kinds
        return compile_index(
            self, kinds=wanted, years=years, by=by, theme_file=theme_file, versions=Versions(versions)
        )

    def documents(
        self, *, offset: int = 0, limit: int | None = None, with_paths: bool = False
    ) -> "DocumentsAnswer":
        """Documents with metadata, counts and anomalies, all of them unless a page is asked for.

        `with_paths` tells where their files lie, which is no business of a client of a service.

        Example: `library.documents()["documents"][0]["title"]`
        """
        from search.library import operations

        return operations.documents(self, with_paths=with_paths, offset=offset, limit=limit)

    def units(self) -> "UnitsAnswer":
        """Every unit, in reading order."""
        from search.library import operations

        return operations.units(self)


def open_library(
    index_dir: Path,
    *,
    verify: bool = True,
    term_bank: Path | None = None,
    stage: "Stage | None" = None,
) -> Library:
    """Open an index as `Library.open` does; `verify=False` compares sizes only, `stage` is a clock."""
    return open_as(Library, index_dir, verify=verify, term_bank=term_bank, stage=stage)
