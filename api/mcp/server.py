"""The server that assistants speak with: the one place where its tools and resources are put together.

`yinzheng mcp` runs it over stdio, or over streamable HTTP on this machine; `/mcp` of the service answers by
it too.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path

from mcp.server import MCPServer

from api.errors import BadInput
from api.mcp.resources import add_resources
from api.mcp.results import Lend, Results
from api.mcp.tools import add_tools
from search.library import Library, open_library

__all__ = ["build_server", "make_server", "run"]

INSTRUCTIONS = """Chinese documents whose paragraphs people cite, quoted as they are printed.
Use `ask` for a question, `search` for a matter, `show` for a reference, `precedents` for earlier wordings,
`check_citations` for a text with citations, `documents` for what the index holds.
Write quotations unchanged and each with its `citation`. What the tools do not return, do not cite.
A refusal of `ask` means that these documents do not answer: say so, and give its reason."""


def build_server(lend: Lend) -> MCPServer:
    """A server with all tools and resources; each call works on what it is lent.

    It answers requests and sends nothing of its own accord, so there is nothing to subscribe to.
    """
    with _no_log_of_its_own():
        server = MCPServer(
            "yinzheng",
            title="Yinzheng 引证",
            instructions=INSTRUCTIONS,
            version=version("yinzheng"),
            subscriptions=False,
        )
    add_tools(server, lend)
    add_resources(server, lend)
    return server


def make_server(library: Library, *, site: str | None = None) -> MCPServer:
    """The server of one library; `site` is the address of its page, for permalinks.

    Example: `make_server(Library.open("my-index")).run("stdio")`
    """
    return build_server(lambda: nullcontext(Results(library, site)))


@contextmanager
def _no_log_of_its_own() -> Iterator[None]:
    """The SDK gives the root logger a handler where it has none; what it logs is whoever runs it to place."""
    held = logging.NullHandler()
    logging.root.addHandler(held)
    try:
        yield
    finally:
        logging.root.removeHandler(held)


def run(index: Path, *, http: bool, host: str, port: int, site: str | None, term_bank: Path | None) -> None:
    """Serve one index until the client goes or the program is interrupted; raises BadInput."""
    if http and not _is_loopback(host):
        raise BadInput(
            f"--host {host!r:.80}: an address of this machine was expected, such as 127.0.0.1, because "
            "there are no keys here; put a proxy that asks for one before it"
        )
    library = open_library(index, term_bank=term_bank)
    try:
        server = make_server(library, site=site)
        if http:
            server.run("streamable-http", host=host, port=port, json_response=True, stateless_http=True)
        else:
            server.run("stdio")
    finally:
        library.close()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
