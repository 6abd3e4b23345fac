"""Commands that ask the index: search, ask."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import output
from api.commands.exporting import (
    BomOption,
    Export,
    FormatOption,
    OutputOption,
    ReportOption,
    export_asked,
    report_format,
    write_export,
    write_report,
)
from api.commands.options import (
    DEFAULT_INDEX,
    BatchOption,
    DocumentsOption,
    FacetsOption,
    IndexOption,
    JsonOption,
    KindsOption,
    KOption,
    TermBankOption,
    TypesOption,
    VersionsOption,
    YearsOption,
)
from api.commands.writing import LlmModelOption, LlmOption, tell_writer, writer_asked
from api.errors import BadInput, ExitCode
from api.views import summaries
from api.views.batch import BadLine, BatchLine, open_batch, read_batch
from search.library import Library, open_library, operations

if TYPE_CHECKING:
    from search.query import Query
    from search.shapes.answers import SearchAnswer

__all__ = ["ask", "search"]

Answering = Callable[[Library, BatchLine], Mapping[str, object]]

QueryArgument = Annotated[
    str | None, typer.Argument(metavar="QUERY", help="Words, a question or a reference.")
]
QuestionArgument = Annotated[str | None, typer.Argument(metavar="QUESTION", help="A question.")]
ModeOption = Annotated[str, typer.Option("--mode", help="fused, or bm25 or dense alone.")]


def search(
    query: QueryArgument = None,
    batch: BatchOption = None,
    index: IndexOption = DEFAULT_INDEX,
    k: KOption = 10,
    kind: KindsOption = None,
    document: DocumentsOption = None,
    year: YearsOption = None,
    versions: VersionsOption = "current",
    type: TypesOption = None,
    facet: FacetsOption = None,
    mode: ModeOption = "fused",
    term_bank: TermBankOption = None,
    format: FormatOption = None,
    bom: BomOption = False,
    output_file: OutputOption = None,
    report: ReportOption = None,
    json: JsonOption = False,
) -> None:
    """Find paragraphs and recommendations; with --batch, one JSON object a line."""
    from search.query import Query, parse_query

    def parsed(text: str) -> Query:
        return parse_query(
            text,
            k=k,
            kinds=kind or (),
            documents=document or (),
            years=year or (),
            mode=mode,
            versions=versions,
            types=type or (),
            facets=facet or (),
        )

    def answering(library: Library, line: BatchLine) -> Mapping[str, object]:
        if line.source is not None:
            return {
                "source": line.source._asdict(),
                **operations.related_to(library, line.source, k, parsed("k")),
            }
        return library.search(parsed(line.query or ""))

    _check_one(query, batch)
    export = export_asked(format, output_file, bom, json)
    if batch is not None:
        if export or report:
            raise BadInput("found --batch with --format, --output or --report; these are for one query")
        parsed("k")  # a bad k or filter is wrong usage, not a bad line
        _run_batch(batch, index, answering, term_bank)
    _search_one(index, term_bank, parsed(query or ""), export, report, json)


def ask(
    question: QuestionArgument = None,
    batch: BatchOption = None,
    index: IndexOption = DEFAULT_INDEX,
    document: DocumentsOption = None,
    year: YearsOption = None,
    versions: VersionsOption = "current",
    type: TypesOption = None,
    facet: FacetsOption = None,
    term_bank: TermBankOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
    json: JsonOption = False,
) -> None:
    """Answer with a verified quotation, or refuse; with --llm, also a summary whose sentences are checked."""
    from search.query import Query, parse_query

    writer = writer_asked(llm, llm_model)

    def parsed(text: str) -> Query:
        return parse_query(
            text,
            documents=document or (),
            years=year or (),
            versions=versions,
            types=type or (),
            facets=facet or (),
        )

    def answering(library: Library, line: BatchLine) -> Mapping[str, object]:
        if line.source is not None:
            return operations.ask_source(library, line.source)
        return summaries.ask(library, parsed(line.query or ""), writer)

    _check_one(question, batch)
    if batch is not None:
        _run_batch(batch, index, answering, term_bank)
    asked = parsed(question or "")
    answer = summaries.ask(open_library(index, term_bank=term_bank), asked, writer)
    if json:
        output.print_json(answer)
    else:
        output.print_answer(answer)
    tell_writer(answer["writer"])
    if not answer["answered"]:
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _search_one(
    index: Path,
    term_bank: Path | None,
    asked: "Query",
    export: Export | None,
    report: Path | None,
    json: bool,
) -> None:
    if report is not None:
        report_format(report)
    library = open_library(index, term_bank=term_bank)
    answer = library.search(asked)
    if report is not None:
        write_report(library, asked, answer, report, term_bank)
    _finish_hits(library, answer, export, json)


def _finish_hits(library: Library, answer: "SearchAnswer", export: Export | None, json: bool) -> None:
    if export is not None:
        write_export(library, answer, export)
    elif json:
        output.print_json(answer)
    else:
        output.print_unresolved(answer)
        output.print_units(answer["hits"])
    if not answer["hits"]:
        output.message(f"nothing found for {answer['query']!r:.200}")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _run_batch(path: Path, index: Path, answering: Answering, term_bank: Path | None) -> None:
    """Answer every line in input order, then exit: 0, or 2 where a line was bad."""
    library = open_library(index, term_bank=term_bank)
    bad = 0
    with open_batch(path) as stream:
        for line in read_batch(stream):
            answer = _answer_line(library, line, answering)
            output.print_json(answer)
            if "error" in answer:
                bad += 1
                output.message(f"{path}: {answer['error']}")
    raise typer.Exit(ExitCode.BAD_INPUT if bad else ExitCode.DONE)


def _answer_line(library: Library, line: BatchLine | BadLine, answering: Answering) -> Mapping[str, object]:
    """The answer of a line with its id; a line that cannot be answered gives id, line and error."""
    from search.errors import SearchError

    if isinstance(line, BadLine):
        return {"id": line.id, "line": line.line, "error": line.message}
    try:
        return {"id": line.id, **answering(library, line)}
    except (BadInput, SearchError) as error:
        return {"id": line.id, "line": line.line, "error": f"line {line.line}: {error}"}


def _check_one(argument: str | None, batch: Path | None) -> None:
    if (argument is None) == (batch is None):
        raise BadInput("expected either one argument or --batch FILE; `yinzheng search --help` shows both")
