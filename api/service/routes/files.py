"""Answers as files: the formats of an export over HTTP."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.files.exports.formats import ExportFormat, file_type, render
from api.files.exports.reference import Listed, hit_list
from api.service.routes.common import JsonResponse, RequestIndex
from search.library import Library

__all__ = ["FILE_TYPES", "Bom", "FormatName", "answer_or_file", "attachment"]

FILE_TYPES = tuple(file_type(format).media_type for format in ExportFormat)

FormatName = Annotated[
    ExportFormat | None, Query(description="A file in this format; without it the answer as JSON.")
]
Bom = Annotated[bool, Query(description="Begin a CSV file with a byte-order mark, as Excel needs.")]


def answer_or_file(
    service: RequestIndex, library: Library, answer: Listed, format: ExportFormat | None, *, bom: bool
) -> Response:
    """The answer as JSON, or its units as a file to download; raises ExportUnavailable."""
    service.note(answer)
    if format is None:
        return JsonResponse(answer)
    kind = file_type(format)
    data = render(hit_list(library, answer), format, bom=bom)
    return attachment(data, kind.media_type, library.index_version, kind.ending)


def attachment(data: bytes, media_type: str, index_version: str, ending: str) -> Response:
    """A file to download, named for the index that answered: `yinzheng-7-3f2a9c.ris`."""
    disposition = f'attachment; filename="yinzheng-{index_version}.{ending}"'
    return Response(data, 200, {"content-disposition": disposition}, media_type)
