"""Commands serve and key, sample for the documents that come with the program, and mcp for assistants."""

from pathlib import Path
from typing import Annotated

import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption, TermBankOption
from api.errors import BadInput
from api.service.policy import Scope

__all__ = ["demo", "mcp", "new_key", "sample", "serve"]

KeysOption = Annotated[
    Path | None, typer.Option("--keys", metavar="FILE", help="File of API keys; else YINZHENG_KEYS.")
]


OpenOption = Annotated[bool, typer.Option("--open", help="Open the page in a browser once it answers.")]


def serve(
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            "--engine",
            metavar="DIR",
            help="Directory of the index, or milvus://HOST:PORT/NAME; "
            f"else YINZHENG_INDEX, else {DEFAULT_INDEX}.",
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address; else YINZHENG_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port; else YINZHENG_PORT, else 8765.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=64, help="Processes; else YINZHENG_WORKERS, else 1."),
    ] = None,
    keys: KeysOption = None,
    no_keys: Annotated[
        bool, typer.Option("--no-keys", help="Let everyone ask, also on another address than loopback.")
    ] = False,
    rate: Annotated[
        str | None,
        typer.Option("--rate", help="Requests of a key or address, as 600/minute; else YINZHENG_RATE."),
    ] = None,
    open: OpenOption = False,
) -> None:
    """Serve the index over HTTP until interrupted."""
    from api.service.server import run
    from api.service.settings import load_settings

    given = {"index": index, "host": host, "port": port, "workers": workers, "keys": keys, "rate": rate}
    run(load_settings(**given, no_keys=no_keys or None), announce=output.message, show=open)


def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page.")] = 8765,
    open: OpenOption = False,
) -> None:
    """Index the sample documents in a folder that is removed afterwards, and serve their page."""
    from tempfile import TemporaryDirectory

    from api.service.server import run
    from api.service.settings import load_settings
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    with TemporaryDirectory(prefix="yinzheng-demo-") as folder:
        build([_samples()], Path(folder) / "index", load_encoder("packaged"), Segmenter())
        settings = load_settings(index=Path(folder) / "index", host="127.0.0.1", port=port, no_keys=True)
        run(settings, announce=output.message, show=open)


def new_key(
    scope: Annotated[Scope, typer.Option("--scope", help="read: ask; write: also reload the index.")],
    name: Annotated[str, typer.Option("--name", help="Whose key it is, for the file.")],
    keys: Annotated[
        Path | None,
        typer.Option("--keys", metavar="FILE", envvar="YINZHENG_KEYS", help="File to which it is added."),
    ] = None,
) -> None:
    """Make an API key, print it once, and add its hash to the file of keys."""
    from api.service.gate.access_keys import add_key

    if keys is None:
        raise BadInput("found no key file; add --keys FILE, or set YINZHENG_KEYS")
    key = add_key(keys, name, scope)
    typer.echo(key)
    output.message(f"added to {keys}; the key is kept nowhere and cannot be shown again")


def sample() -> None:
    """Print the folder of the sample documents: a fictional working group, three layouts."""
    typer.echo(str(_samples()))


def _samples() -> Path:
    import corpus

    return Path(next(iter(corpus.__path__))) / "samples"


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
