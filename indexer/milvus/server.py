"""The waist: everything that is asked of a Milvus server, with limits of time, and its errors as ours."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self, TypeVar

from indexer.errors import EngineFailed, EngineMissing
from indexer.milvus.address import MilvusAddress
from indexer.milvus.tables import SCANNED_ROWS, Table

__all__ = ["MOST_HITS", "Row", "Server"]

Row = dict[str, Any]
"""A line of a collection: values by name of their field."""

Answer = TypeVar("Answer")

CONNECT_SECONDS = 5.0
ASK_SECONDS = 30.0
SEAL_SECONDS = 3600  # a large collection is indexed and loaded in this time
MOST_HITS = 16_384  # that the server gives in one answer
_BYTES_AT_ONCE = 4 << 20  # of rows sent in one message; the server refuses 64 MiB
_KEYS_AT_ONCE = 2_000


class Server:
    """A connection to a Milvus server. Safe to share between threads.

    Every method raises EngineFailed where the server cannot be reached in time, or refuses.
    Example: `Server.connect(address).count("reports") == 2`
    """

    def __init__(self, address: MilvusAddress, client: Any) -> None:
        """Prefer `connect`."""
        self.address = address
        self._client = client

    @classmethod
    def connect(cls, address: MilvusAddress) -> Self:
        """Raises EngineMissing where the client library is not installed."""
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise EngineMissing(
                f"{address} is on a Milvus server, and its client is not installed ({error}); expected "
                "pymilvus. Install it with `pip install 'yinzheng[milvus]'`."
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it writes what it raises to stderr too
        client = _asked(
            address,
            "connecting",
            lambda: MilvusClient(address.uri, token=address.token, timeout=CONNECT_SECONDS, dedicated=True),
        )
        return cls(address, client)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def names(self) -> list[str]:
        """The names of all collections."""
        found = self._ask("listing collections", self._client.list_collections, timeout=ASK_SECONDS)
        return sorted(map(str, found))

    def only_field(self, name: str) -> str:
        """The name of the primary field of a collection."""
        told = self._ask(f"reading {name}", self._client.describe_collection, name, timeout=ASK_SECONDS)
        return next(str(field["name"]) for field in told["fields"] if field.get("is_primary"))

    def create(self, name: str, table: Table) -> None:
        """Make a collection; raises EngineFailed where there is one of another shape with this name."""
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        for field, (kind, options) in table.fields.items():
            schema.add_field(field, getattr(DataType, kind), **dict(options))
        self._ask(
            f"making {name}",
            self._client.create_collection,
            name,
            schema=schema,
            num_shards=1,
            consistency_level=table.consistency,
            timeout=ASK_SECONDS,
        )

    def insert(self, name: str, rows: Iterator[Row] | Sequence[Row]) -> int:
        """Add rows, in messages of a bounded size; returns how many."""
        batch: list[Row] = []
        held = count = 0
        for row in rows:
            batch.append(row)
            count += 1
            held += sum(_size(value) for value in row.values())
            if held >= _BYTES_AT_ONCE:
                self._send(name, batch)
                batch, held = [], 0
        if batch:
            self._send(name, batch)
        return count

    def _send(self, name: str, rows: list[Row]) -> None:
        self._ask(f"writing to {name}", self._client.insert, name, rows, timeout=10 * ASK_SECONDS)

    def seal(self, name: str, table: Table, rows: int = 0) -> None:
        """Make what was inserted durable, indexed and ready to be asked; `rows` choose the index."""
        parameters = self._client.prepare_index_params()
        for field, kind, options in table.indexes(rows):
            metric = {"metric_type": "IP"} if kind not in ("INVERTED", "BITMAP") else {}
            parameters.add_index(field, index_type=kind, params=dict(options), **metric)
        what = f"sealing {name}"
        self._ask(what, self._client.flush, name, timeout=SEAL_SECONDS)
        # A small collection is ready at once; the client would look twice a second for each field.
        wait = rows > SCANNED_ROWS
        self._ask(what, self._client.create_index, name, parameters, timeout=SEAL_SECONDS, sync=wait)
        self.load(name)

    def load(self, name: str) -> None:
        """Make a collection ready to be asked; one that is ready stays so."""
        self._ask(f"loading {name}", self._client.load_collection, name, timeout=SEAL_SECONDS)

    def count(self, name: str) -> int:
        """How many rows a collection has, all that was acknowledged included."""
        found = self._ask(
            f"counting {name}",
            self._client.query,
            name,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=ASK_SECONDS,
        )
        return int(found[0]["count(*)"])

    def get(self, name: str, keys: Sequence[int] | Sequence[str], fields: Sequence[str]) -> list[Row]:
        """The rows with these primary keys, in no order; a key that there is not is left out."""
        found: list[Row] = []
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            some = list(keys[start : start + _KEYS_AT_ONCE])
            found += self._ask(
                f"reading {name}",
                self._client.get,
                name,
                ids=some,
                output_fields=list(fields),
                timeout=ASK_SECONDS,
            )
        return found

    def all(self, name: str, where: str, fields: Sequence[str], at_once: int = 1_000) -> Iterator[Row]:
        """Every row that fits an expression, by rising primary key."""
        iterator = self._ask(
            f"reading {name}",
            self._client.query_iterator,
            name,
            batch_size=at_once,
            filter=where,
            output_fields=list(fields),
            timeout=ASK_SECONDS,
        )
        try:
            while rows := self._ask(f"reading {name}", iterator.next):
                yield from rows
        finally:
            iterator.close()

    def search(
        self, name: str, field: str, vector: Any, limit: int, where: str, fields: Sequence[str], effort: int
    ) -> list[Row]:
        """The rows with the greatest inner product, best first, each with `score` beside its fields."""
        found = self._ask(
            f"searching {name}",
            self._client.search,
            name,
            data=[vector],
            anns_field=field,
            limit=limit,
            filter=where,
            output_fields=list(fields),
            search_params={"metric_type": "IP", "params": {"ef": effort} if effort else {}},
            timeout=ASK_SECONDS,
        )
        return [{**hit["entity"], "score": float(hit["distance"])} for hit in found[0]]

    def delete(self, name: str, where: str) -> None:
        """Remove the rows that fit an expression."""
        self._ask(f"deleting from {name}", self._client.delete, name, filter=where, timeout=ASK_SECONDS)

    def drop(self, name: str) -> None:
        """Remove a collection; one that there is not is no error."""
        self._ask(f"dropping {name}", self._client.drop_collection, name, timeout=10 * ASK_SECONDS)

    def _ask(self, what: str, call: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
        return _asked(self.address, what, lambda: call(*given, **named))


def _asked(address: MilvusAddress, what: str, call: Callable[[], Answer]) -> Answer:
    """What a call gives; what the client raises becomes EngineFailed."""
    from pymilvus.exceptions import MilvusException

    try:
        return call()
    except (MilvusException, OSError, ConnectionError, ValueError) as error:
        said = " ".join(str(error).split())
        raise EngineFailed(
            f"{what} on the Milvus server of {address} failed ({said:.300}); expected a server that answers "
            f"within {ASK_SECONDS:.0f} seconds. See that it runs, that the address is right and that it may "
            "be reached from here, then try again; what was committed before stays."
        ) from error


def _size(value: Any) -> int:
    """About how many bytes a value takes in a message."""
    if isinstance(value, str):
        return 3 * len(value)
    if isinstance(value, dict):
        return 8 * len(value)
    return 4 * len(value) if hasattr(value, "__len__") else 8
