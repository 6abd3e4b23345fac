"""The index of recommendations, as JSON or as a file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.errors import BadInput
from api.files.compilation import CompilationFormat, write_compilation
from api.service.routes import examples
from api.service.routes.common import Kinds, Service, Years
from api.service.routes.failures import FILE, example
from api.service.routes.files import Bom, attachment
from api.service.routes.parameters import only_known
from corpus.types import UnitKind
from search.compilation.compile import Facet
from search.library import Library
from search.shapes.compilation import CompileAnswer

__all__ = ["router"]

MAX_COMPILED = 5_000
"""Units of one compilation over HTTP; the command line has no bound."""

MAX_IN_WORD = 500
"""The same for DOCX, whose library takes 10 ms of CPU time for an entry."""

FormatName = Annotated[CompilationFormat, Query(description="JSON, or a file in this format.")]
FacetName = Annotated[Facet, Query(description="Group by theme, addressee or strength.")]

_TYPES = {
    CompilationFormat.MARKDOWN: "text/markdown; charset=utf-8",
    CompilationFormat.HTML: "text/html; charset=utf-8",
    CompilationFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    CompilationFormat.CSV: "text/csv; charset=utf-8",
}


def router() -> APIRouter:
    """The endpoint /v1/compile."""
    routes = APIRouter(prefix="/v1", tags=["documents"], dependencies=[Depends(only_known)])
    answers = example(examples.COMPILED, *FILE, files=_TYPES.values())
    routes.get("/compile", response_model=CompileAnswer, responses=answers)(compile_units)
    return routes


def compile_units(
    service: Service,
    kind: Kinds = [UnitKind.RECOMMENDATION],  # noqa: B006 - FastAPI copies defaults
    year: Years = [],  # noqa: B006
    by: FacetName = Facet.THEME,
    format: FormatName = CompilationFormat.JSON,
    bom: Bom = False,
) -> Response:
    """Recommendations (or other kinds) grouped by theme, addressee or strength, each with its citation."""
    if bom and format is not CompilationFormat.CSV:
        raise BadInput(f"found bom with format {format}; only CSV has one; leave bom out")
    with service.lease() as library:
        _require_few(library, set(kind), MAX_IN_WORD if format is CompilationFormat.DOCX else MAX_COMPILED)
        compiled = library.compilation(kinds=kind, years=year, by=by)
        data = write_compilation(compiled, format, bom=bom)
    if format is CompilationFormat.JSON:
        return Response(data, media_type="application/json")
    return attachment(data, _TYPES[format], compiled["index_version"], str(format))


def _require_few(library: Library, kinds: set[UnitKind], most: int) -> None:
    """Themes are looked for in every unit of these kinds, whatever the years: that is what costs."""
    count = sum(len(library.snapshot.units.rows(kind=kind)) for kind in kinds)
    if count > most:
        raise BadInput(
            f"the index has {count:,} units of these kinds; at most {most:,} are compiled over HTTP "
            f"in this format; ask for fewer kinds, or run `yinzheng compile`, which has no bound"
        )
