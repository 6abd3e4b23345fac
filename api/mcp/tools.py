"""The tools that a model is given: six, all of which only read."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from api.errors import BadInput
from api.mcp.results import Results
from api.mcp.shapes import Answered, CheckedText, DocumentList, Found, Precedents, Shown
from api.mcp.told import tool_errors

__all__ = ["add_tools"]

MOST_HITS = 50
MOST_TEXT = 50_000

Kind = Literal["paragraph", "recommendation", "article", "block"]
K = Annotated[int, Field(ge=1, le=MOST_HITS, description="How many, at most.")]
Documents = Annotated[list[str], Field(description="Only these documents, by id; empty for all.")]
Years = Annotated[list[int], Field(description="Only documents of these years; empty for all.")]
Reference = Annotated[
    str, Field(description="As people write it: 2031年会议建议7(c), 第9段 of a title in 《》, or a symbol.")
]
AllVersions = Annotated[bool, Field(description="Drafts, copies and superseded versions too.")]


def add_tools(server: MCPServer, results: Results) -> None:
    """Give a server the six tools over one library."""
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    add = partial(server.add_tool, annotations=reads, structured_output=True)
    makers = (_search, _ask, _show, _precedents, _check_citations, _documents)
    for tool in (make(results) for make in makers):
        add(tool)


def _search(results: Results) -> Callable[..., Found]:
    def search(
        query: Annotated[str, Field(description="Words, a question, a reference or a pasted paragraph.")],
        k: K = 10,
        kinds: Annotated[list[Kind], Field(description="Only these kinds; empty for all.")] = [],  # noqa: B006
        documents: Documents = [],  # noqa: B006  # pydantic copies it
        years: Years = [],  # noqa: B006
        all_versions: AllVersions = False,
    ) -> Found:
        """Find paragraphs and recommendations that bear on a matter, verbatim, each with its citation."""
        with tool_errors():
            chosen = "all" if all_versions else "current"
            return results.found(
                results.library.search(
                    query, k=k, kinds=kinds, documents=documents, years=years, versions=chosen
                )
            )

    return search


def _ask(results: Results) -> Callable[..., Answered]:
    def ask(
        question: Annotated[str, Field(description="A question, in Chinese where possible.")],
        documents: Documents = [],  # noqa: B006
        years: Years = [],  # noqa: B006
    ) -> Answered:
        """Answer a question by verified quotations, or refuse. A refusal is a result: report its reason."""
        from search.query import parse_query

        with tool_errors():
            query = parse_query(question, documents=documents, years=years)
            return results.answered(results.library.ask(query))

    return ask


def _show(results: Results) -> Callable[..., Shown]:
    def show(
        reference: Reference,
        context: Annotated[int, Field(ge=0, le=20, description="Neighbours on each side.")] = 0,
        document: Annotated[str | None, Field(description="Id of the document meant.")] = None,
    ) -> Shown:
        """Show the paragraph, recommendation, article or item that a reference names, verbatim."""
        with tool_errors():
            return results.shown(results.library.show(reference, context=context, document=document))

    return show


def _precedents(results: Results) -> Callable[..., Precedents]:
    def precedents(
        reference: Annotated[str | None, Field(description="A reference to a unit; or give `text`.")] = None,
        text: Annotated[str | None, Field(description="A draft, instead of a reference.")] = None,
        k: K = 10,
        by: Annotated[Literal["strength", "date"], Field(description="Order of the hits.")] = "strength",
    ) -> Precedents:
        """Find units of other documents that say the same, and whether the duty became softer or stricter."""
        with tool_errors():
            return results.precedents(results.library.precedents(reference, text=text, k=k, by=by, diff=True))

    return precedents


def _check_citations(results: Results) -> Callable[..., CheckedText]:
    def check_citations(
        text: Annotated[str, Field(max_length=MOST_TEXT, description="A text with citations.")],
    ) -> CheckedText:
        """Check each citation of a text: does it exist, and does it say what is quoted with it?"""
        with tool_errors():
            return results.checked(results.library.check_citations(text))

    return check_citations


def _documents(results: Results) -> Callable[..., DocumentList]:
    def documents(
        offset: Annotated[int, Field(ge=0, description="How many to pass over.")] = 0,
        limit: Annotated[int, Field(ge=1, le=200, description="How many, at most.")] = 50,
    ) -> DocumentList:
        """List the documents of the index with title, symbol, date, counts and versions."""
        with tool_errors():
            page = results.library.documents(offset=offset, limit=limit)
            if offset and offset >= page["total"]:
                raise BadInput(f"offset {offset} is past the last of {page['total']} documents; give less")
            return results.listed(page)

    return documents
