"""Commands backup and restore: a copy of an index that can be trusted, and the way back."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption
from api.errors import BadInput

if TYPE_CHECKING:
    from indexer.care.backup import CopyReport

__all__ = ["backup", "restore"]


def backup(
    destination: Annotated[
        Path, typer.Argument(metavar="DEST", help="The folder to make; it may not exist yet.")
    ],
    index: IndexOption = DEFAULT_INDEX,
    json: JsonOption = False,
) -> None:
    """Copy the index to a folder that is itself an index; searching and indexing may go on meanwhile."""
    from indexer.care.backup import backup as copy

    _require_folder(index)
    _tell(copy(index, destination), f"已备份并核对：{destination}", json)


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="SRC", help="A backup, or any other index that is to be copied.")
    ],
    index: IndexOption = DEFAULT_INDEX,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the directory holds an index, sound or damaged.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check a backup whole, then make it the index; a running service takes it up."""
    from indexer.care.backup import restore as copy

    _require_folder(index)
    _require_folder(source)
    report = copy(source, index, replace_index=replace)
    was = f"（原为 {report.replaced}）" if report.replaced else ""
    _tell(report, f"已核对并恢复：{index}{was}", json)


def _require_folder(index: Path) -> None:
    """Raise BadInput where an index is on a server: its operator copies what stands there."""
    from indexer.milvus.address import milvus_address

    address = milvus_address(index)
    if address is not None:
        raise BadInput(
            f"{address} is on a Milvus server; an index in a folder was expected. Copy the server's data "
            "with milvus-backup, or index the documents into a folder."
        )


def _tell(report: "CopyReport", done: str, json: bool) -> None:
    if json:
        output.print_json(asdict(report))
    else:
        typer.echo(
            f"{done}；索引 {report.index_version}，{report.documents} 份文件，{report.units} 个可引单元，"
            f"{report.size / 1e6:.1f} MB，建于 {report.created}"
        )
