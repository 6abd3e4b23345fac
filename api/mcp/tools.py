"""The tools that a model is given: six, all of which only read."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from api.bounds import MAX_PASTED, require_few_citations
from api.errors import BadInput
from api.mcp.results import Lend
from api.mcp.shapes import Answered, CheckedText, DocumentList, Found, Precedents, Shown
from api.mcp.told import tool_errors
from search.query import MAX_LENGTH, Query, parse_query

__all__ = ["add_tools"]

MOST_HITS = 50
MOST_NAMED = 100
"""Values of one filter."""

Kind = Literal["paragraph", "recommendation", "article", "block"]
K = Annotated[int, Field(ge=1, le=MOST_HITS, description="How many, at most.")]
Documents = Annotated[
    list[str], Field(max_length=MOST_NAMED, description="Only these documents, by id; empty for all.")
]
Years = Annotated[
    list[Annotated[int, Field(ge=1, le=9999)]],
    Field(max_length=MOST_NAMED, description="Only documents of these years; empty for all."),
]
Reference = Annotated[
    str,
    Field(
        max_length=MAX_LENGTH,
        description="As people write it: 2031年会议建议7(c), 第9段 of a title in 《》, or a symbol.",
    ),
]
AllVersions = Annotated[bool, Field(description="Drafts, copies and superseded versions too.")]


def add_tools(server: MCPServer, lend: Lend) -> None:
    """Give a server the six tools over the index that is lent to a call."""
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    add = partial(server.add_tool, annotations=reads, structured_output=True)
    makers = (_search, _ask, _show, _precedents, _check_citations, _documents)
    for tool in (make(lend) for make in makers):
        add(tool)


def _search(lend: Lend) -> Callable[..., Found]:
    def search(
        query: Annotated[str, Field(description="Words, a question, a reference or a pasted paragraph.")],
        k: K = 10,
        kinds: Annotated[list[Kind], Field(description="Only these kinds; empty for all.")] = [],  # noqa: B006
        documents: Documents = [],  # noqa: B006  # pydantic copies it
        years: Years = [],  # noqa: B006
        all_versions: AllVersions = False,
    ) -> Found:
        """Find paragraphs and recommendations that bear on a matter, verbatim, each with its citation."""
        with tool_errors(), lend() as results:
            chosen = "all" if all_versions else "current"
            return results.found(
                results.library.search(
                    query, k=k, kinds=kinds, documents=documents, years=years, versions=chosen
                )
            )

    return search


def _ask(lend: Lend) -> Callable[..., Answered]:
    def ask(
        question: Annotated[str, Field(description="A question, in Chinese where possible.")],
        documents: Documents = [],  # noqa: B006
        years: Years = [],  # noqa: B006
    ) -> Answered:
        """Answer a question by verified quotations, or refuse. A refusal is a result: report its reason."""
        with tool_errors(), lend() as results:
            query = parse_query(question, documents=documents, years=years)
            return results.answered(results.library.ask(query))

    return ask


def _show(lend: Lend) -> Callable[..., Shown]:
    def show(
        reference: Reference,
        context: Annotated[int, Field(ge=0, le=20, description="Neighbours on each side.")] = 0,
        document: Annotated[
            str | None, Field(max_length=500, description="Id of the document meant.")
        ] = None,
    ) -> Shown:
        """Show the paragraph, recommendation, article or item that a reference names, verbatim."""
        with tool_errors(), lend() as results:
            asked = Query(reference).text
            return results.shown(results.library.show(asked, context=context, document=document))

    return show


def _precedents(lend: Lend) -> Callable[..., Precedents]:
    def precedents(
        reference: Annotated[
            str | None, Field(max_length=MAX_LENGTH, description="A reference to a unit; or give `text`.")
        ] = None,
        text: Annotated[
            str | None, Field(max_length=MAX_LENGTH, description="A draft, instead of a reference.")
        ] = None,
        k: K = 10,
        by: Annotated[Literal["strength", "date"], Field(description="Order of the hits.")] = "strength",
    ) -> Precedents:
        """Find units of other documents that say the same, and whether the duty became softer or stricter."""
        with tool_errors(), lend() as results:
            return results.precedents(results.library.precedents(reference, text=text, k=k, by=by, diff=True))

    return precedents


def _check_citations(lend: Lend) -> Callable[..., CheckedText]:
    def check_citations(
        text: Annotated[
            str,
            Field(max_length=MAX_PASTED, description="A text with citations; a longer one in several calls."),
        ],
    ) -> CheckedText:
        """Check each citation of a text: does it exist, and does it say what is quoted with it?"""
        with tool_errors(), lend() as results:
            require_few_citations(text)
            return results.checked(results.library.check_citations(text))

    return check_citations


def _documents(lend: Lend) -> Callable[..., DocumentList]:
    def documents(
        offset: Annotated[int, Field(ge=0, description="How many to pass over.")] = 0,
        limit: Annotated[int, Field(ge=1, le=200, description="How many, at most.")] = 50,
    ) -> DocumentList:
        """List the documents of the index with title, symbol, date, counts and versions."""
        with tool_errors(), lend() as results:
            page = results.library.documents(offset=offset, limit=limit)
            if offset and offset >= page["total"]:
                raise BadInput(f"offset {offset} is past the last of {page['total']} documents; give less")
            return results.listed(page)

    return documents
