"""Commands serve, and sample for the documents that come with the program."""

from pathlib import Path
from typing import Annotated

import typer

from api import output
from api.commands.options import DEFAULT_INDEX

__all__ = ["sample", "serve"]


def serve(
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            metavar="DIR",
            help=f"Directory of the index; else YINZHENG_INDEX, else {DEFAULT_INDEX}.",
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address; else YINZHENG_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port; else YINZHENG_PORT, else 8765.")
    ] = None,
) -> None:
    """Serve the index over HTTP until interrupted."""
    from api.server import run
    from api.settings import load_settings

    run(load_settings(index=index, host=host, port=port), announce=output.message)


def sample() -> None:
    """Print the folder of the sample documents: a fictional working group, three layouts."""
    import corpus

    typer.echo(str(Path(next(iter(corpus.__path__))) / "samples"))
