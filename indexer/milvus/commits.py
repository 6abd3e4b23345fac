"""Which generation counts, who writes, and what may be removed.

A generation is a manifest over segments, as in a folder (`indexer.disk.manifest`). Its commit record is one
row: inserting it is the commit. The record with the highest number counts. The newest two are kept.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from indexer.disk.generation import KEPT
from indexer.disk.manifest import FORMAT_VERSION, Current, Manifest, digest
from indexer.errors import EngineFailed, IndexingError, IndexLocked, SnapshotDamaged, SnapshotMissing
from indexer.milvus.address import MilvusAddress
from indexer.milvus.server import Server
from indexer.milvus.tables import TEXTS, Kind, Table, own_collections
from indexer.milvus.texts import read_texts, rows_of

__all__ = [
    "Watch",
    "commit",
    "current_of",
    "damage",
    "manifest_of",
    "next_generation",
    "read_committed",
    "remove_leftovers",
    "write_lock",
]

REMEDY = "run `yinzheng index` on all documents under another name, then drop the collections of this one"


def damage(address: MilvusAddress, found: str, expected: str) -> SnapshotDamaged:
    """The error for a generation that is not as it was written."""
    return SnapshotDamaged(f"{address}: found {found}, expected {expected}. Remedy: {REMEDY}.")


def commits_of(server: Server) -> dict[int, Current]:
    """The commit records, by generation."""
    name = server.address.name
    if name not in server.names():
        return {}
    server.load(name)
    rows = server.all(name, f"kind == {Kind.COMMIT}", ["key", "data"])
    records = [Current.from_bytes(row["data"].encode(), Path(str(server.address))) for row in rows]
    return {record.generation: record for record in records}


def current_of(server: Server) -> Current:
    """The record that counts; raises SnapshotMissing."""
    records = commits_of(server)
    if not records:
        raise SnapshotMissing(
            f"{server.address} holds no index; expected one. "
            f"Make it with `yinzheng index PATH... --engine {server.address}`."
        )
    return records[max(records)]


def manifest_of(server: Server, current: Current) -> Manifest:
    """The manifest that a record names; raises SnapshotDamaged."""
    key = f"manifest/{current.generation:08d}"
    try:
        data = read_texts(server, server.address.name, [key])[key].encode()
    except KeyError as error:
        raise damage(server.address, f"no text {error}", f"the manifest {key}") from error
    if digest(data) != current.manifest_xxh3:
        raise damage(server.address, f"a manifest of xxh3 {digest(data)}", current.manifest_xxh3)
    return Manifest.from_bytes(data, Path(str(server.address)))


def read_committed(address: MilvusAddress) -> tuple[Current, Manifest]:
    """The record and the manifest that count; raises SnapshotMissing, SnapshotDamaged, EngineFailed."""
    server = Server.connect(address)
    try:
        current = current_of(server)
        return current, manifest_of(server, current)
    finally:
        server.close()


class Watch:
    """Gives the commit record that counts as bytes, None where there is none or nobody answers.

    It keeps its connection. Example: `Watch(address)()`
    """

    def __init__(self, address: MilvusAddress) -> None:
        """Nothing is asked yet."""
        self._address = address
        self._server: Server | None = None

    def __call__(self) -> bytes | None:
        """Ask once."""
        try:
            if self._server is None:
                self._server = Server.connect(self._address)
            return current_of(self._server).to_bytes()
        except IndexingError:
            self._server = None
            return None


def next_generation(server: Server) -> int:
    """The number above all that are or were begun to be committed."""
    return max([0, *commits_of(server), *_manifests(server)]) + 1


def commit(server: Server, manifest: Manifest) -> Current:
    """Make a manifest, whose segments are sealed, the one that counts: the last row inserted does it."""
    name, data = server.address.name, manifest.to_bytes()
    current = Current(FORMAT_VERSION, manifest.generation, digest(data))
    key = f"{manifest.generation:08d}"
    server.insert(name, rows_of(f"manifest/{key}", Kind.MANIFEST, data.decode()))
    record = {"key": f"commit/{key}", "kind": Kind.COMMIT, "data": current.to_bytes().decode()}
    server.insert(name, [{**record, "filler": [0.0, 0.0]}])
    return current


def make_home(server: Server) -> None:
    """The collection of commit records, made where it is missing."""
    name = server.address.name
    if name not in server.names():
        server.create(name, TEXTS)
        server.seal(name, TEXTS)


def remove_leftovers(server: Server) -> None:
    """Drop what killed runs left, all generations but the newest two, and the segments that none has.

    Only for the writer. A reader of a removed generation is told so when it next asks.
    """
    name, records = server.address.name, commits_of(server)
    kept = sorted(records)[-KEPT:]
    used: set[str] = set()
    for generation in kept:
        with suppress(SnapshotDamaged):  # then nobody can open it
            used |= {info.name for info in manifest_of(server, records[generation]).segments}
    old = [number for number in {*records, *_manifests(server)} if number not in kept]
    for number in old:  # the record first: a generation without its manifest must not count
        server.delete(name, f'key == "commit/{number:08d}"')
        server.delete(name, f'key like "manifest/{number:08d}/%"')
    for segment, collections in own_collections(name, server.names()).items():
        if segment not in used:
            for each in collections:
                server.drop(each)


def _manifests(server: Server) -> set[int]:
    rows = server.all(server.address.name, f"kind == {Kind.MANIFEST}", ["key"])
    return {int(row["key"].split("/")[1]) for row in rows}


@contextmanager
def write_lock(server: Server) -> Iterator[None]:
    """Be the one writer: whoever makes the collection `NAME__writer` is.

    The name of its one field says who and since when. A lock of a process of this machine that has ended is
    taken over. Raises IndexLocked.
    """
    name, mine = f"{server.address.name}__writer", _owner()
    for attempt in (0, 1):
        try:
            server.create(name, _lock_table(mine))
        except EngineFailed:
            if name not in server.names():
                raise
        holder = server.only_field(name)
        if holder == mine:
            break
        if attempt or not _has_ended(holder):
            raise IndexLocked(
                f"{server.address} is being written by {_told(holder)}; one writer at a time is expected. "
                "Wait until it ends (readers are not affected). If it was killed on another machine, drop "
                f"the collection {name} of the server."
            )
        server.drop(name)
    try:
        yield
    finally:
        with suppress(EngineFailed):
            server.drop(name)


def _lock_table(owner: str) -> Table:
    return Table(
        {owner: ("INT64", (("is_primary", True),)), "filler": ("FLOAT_VECTOR", (("dim", 2),))}, lambda _: ()
    )


def _owner() -> str:
    """Process, second and host as a name of a field, e.g. `p812_1790000000_6462`."""
    host = socket.gethostname().encode()[:60].hex()
    return f"p{os.getpid()}_{time.time_ns() // 1000}_{host}"


def _parsed(owner: str) -> tuple[int, int, str]:
    """Process, second and host of an owner; zeros where it is none."""
    try:
        process, since, host = owner.removeprefix("p").split("_")
        return int(process), int(since) // 1_000_000, bytes.fromhex(host).decode("utf-8", "replace")
    except ValueError:
        return 0, 0, ""


def _told(owner: str) -> str:
    process, since, host = _parsed(owner)
    when = datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds")
    return f"process {process} on {host} since {when}" if process else "another process"


def _has_ended(owner: str) -> bool:
    """Whether the owner is known to have ended: it was a process of this machine, and is there no more."""
    process, _, host = _parsed(owner)
    if not process or host != socket.gethostname() or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
