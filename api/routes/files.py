"""Answers as files: the formats of an export over HTTP."""

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from api.exports.formats import ExportFormat, file_type, render
from api.exports.reference import hit_list
from api.library import Library
from api.routes.common import JsonResponse

__all__ = ["Bom", "FormatName", "answer_or_file"]

FormatName = Annotated[
    ExportFormat | None, Query(description="A file in this format; without it the answer as JSON.")
]
Bom = Annotated[bool, Query(description="Begin a CSV file with a byte-order mark, as Excel needs.")]


def answer_or_file(
    library: Library, answer: dict[str, Any], format: ExportFormat | None, *, bom: bool
) -> Response:
    """The answer as JSON, or its units as a file to download; raises ExportUnavailable.

    The file is named for the index that answered: `yinzheng-7-3f2a9c.ris`.
    """
    if format is None:
        return JsonResponse(answer)
    kind = file_type(format)
    headers = {
        "content-disposition": f'attachment; filename="yinzheng-{library.index_version}.{kind.ending}"',
        "x-content-type-options": "nosniff",
    }
    return Response(render(hit_list(library, answer), format, bom=bom), 200, headers, kind.media_type)
