"""Documents and units as resources: the list of documents, a document in order, a unit by its address."""

from mcp.server import MCPServer

from api.errors import BadInput
from api.mcp.results import Lend
from api.mcp.told import resource_errors
from corpus.types import UnitKind

__all__ = ["add_resources"]


def add_resources(server: MCPServer, lend: Lend) -> None:
    """Give a server the three kinds of resources over the index that is lent to a call."""

    @server.resource("yinzheng://documents", mime_type="application/json")
    def holdings() -> str:
        """Every document of the index: ids, titles, symbols, dates, versions."""
        with resource_errors(), lend() as results:
            return results.listed(results.library.documents()).model_dump_json()

    @server.resource("yinzheng://documents/{document}", mime_type="text/plain")
    def document(document: str) -> str:
        """A document in reading order, each unit after its citation."""
        from search.library.units import unit_json

        with resource_errors(), lend() as results:
            library = results.library
            library.document(document)
            rows = library.snapshot.units.rows(document=document)
            units = [unit_json(library, library.at(int(row))) for row in sorted(rows)]
            return "\n\n".join(f"[{unit['citation']}]\n{unit['text']}" for unit in units)

    @server.resource(
        "yinzheng://units/{document}/{kind}/{number}{?part,suffix,clause,item}", mime_type="application/json"
    )
    def unit(
        document: str,
        kind: str,
        number: str,
        part: str | None = None,
        suffix: str | None = None,
        clause: str | None = None,
        item: str | None = None,
    ) -> str:
        """A unit, or an item of it: the words, the citation, the permalink, the versions."""
        from search.unit_key import parse_key

        said = {"suffix": suffix, "clause": clause, "number": number}
        with resource_errors(), lend() as results:
            numbers = {name: _number(name, value) for name, value in said.items()}
            if kind not in set(UnitKind):
                raise BadInput(f"kind must be one of {', '.join(UnitKind)}; found {kind!r:.80}")
            key = parse_key({"document": document, "kind": kind, "part": part, **numbers})
            return results.quotes([results.library.unit(key, item=item)])[0].model_dump_json()


def _number(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 7):
        raise BadInput(f"{name} must be a whole number of at most six digits; found {value!r:.80}")
    return int(value)
