"""Command mcp: the index as tools for an assistant."""

from typing import Annotated

import typer

from api.commands.options import DEFAULT_INDEX, IndexOption, TermBankOption

__all__ = ["mcp"]


def mcp(
    index: IndexOption = DEFAULT_INDEX,
    http: Annotated[bool, typer.Option("--http", help="Streamable HTTP at /mcp instead of stdio.")] = False,
    host: Annotated[str, typer.Option("--host", help="Address of this machine, with --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port, with --http.")] = 8766,
    site: Annotated[
        str | None,
        typer.Option("--site", metavar="URL", help="Address of the service, for permalinks to its page."),
    ] = None,
    term_bank: TermBankOption = None,
) -> None:
    """Give the index to an assistant, by the Model Context Protocol."""
    from api.errors import ExtraNotInstalled

    try:
        from api.mcp.server import run
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("api"):
            raise
        raise ExtraNotInstalled("`yinzheng mcp`", error.name or "mcp", "mcp") from error
    run(index, http=http, host=host, port=port, site=site, term_bank=term_bank)
