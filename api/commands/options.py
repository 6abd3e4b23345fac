"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from corpus.types import UnitKind

__all__ = [
    "DEFAULT_INDEX",
    "BatchOption",
    "DocumentsOption",
    "FacetsOption",
    "IndexOption",
    "JsonOption",
    "KOption",
    "KindsOption",
    "ReferenceArgument",
    "TermBankOption",
    "TypesOption",
    "VersionsOption",
    "YearsOption",
]

DEFAULT_INDEX = Path(".yinzheng")

IndexOption = Annotated[
    Path,
    typer.Option(
        "--index",
        "--engine",
        envvar="YINZHENG_INDEX",
        help="Directory of the index, or milvus://HOST:PORT/NAME.",
        metavar="DIR",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write one JSON object to stdout.")]
BatchOption = Annotated[
    Path | None,
    typer.Option(
        "--batch", metavar="FILE", help="One JSON object a line, with id and query or source; - is stdin."
    ),
]
KOption = Annotated[int, typer.Option("-k", help="How many hits, 1 to 1000.")]
KindsOption = Annotated[
    list[UnitKind] | None, typer.Option("--kind", help="Only units of this kind; may be repeated.")
]
DocumentsOption = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="ID", help="Only units of this document; may be repeated."),
]
YearsOption = Annotated[
    list[int] | None,
    typer.Option("--year", metavar="Y", help="Only documents of this year; may be repeated."),
]
VersionsOption = Annotated[
    str, typer.Option("--versions", help="current: drafts, copies and old versions are left out; or all.")
]
TypesOption = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="T", help="Only documents of this type, such as law; may be repeated."),
]
FacetsOption = Annotated[
    list[str] | None,
    typer.Option("--facet", metavar="NAME=VALUE", help="Only documents with this; may be repeated."),
]
TermBankOption = Annotated[
    Path | None,
    typer.Option(
        "--term-bank",
        envvar="YINZHENG_TERM_BANK",
        metavar="FILE",
        help="Your own term bank, laid over the packaged one.",
    ),
]
ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REF", help="A reference as people write it, e.g. 2019年会议建议17.")
]
