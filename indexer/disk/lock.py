"""One writer at a time: an advisory lock on INDEX/LOCK, which the system drops when its holder dies."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import filelock
import orjson

from indexer.disk.durable import writing
from indexer.disk.storage import DISK, Storage
from indexer.errors import IndexLocked

__all__ = ["LOCK", "OWNER", "describe", "write_lock"]

LOCK = "LOCK"
OWNER = "LOCK.owner"  # beside the lock, because opening a lock file truncates it


@contextmanager
def write_lock(index_dir: Path, timeout: float = 0.2, storage: Storage = DISK) -> Iterator[None]:
    """Hold the write lock of an index directory.

    Raises IndexLocked after `timeout` seconds, WriteFailed where the directory cannot be written.
    Example: `with write_lock(Path(".yinzheng")): ...`
    """
    lock = filelock.FileLock(index_dir / LOCK, timeout=timeout)
    owner = index_dir / OWNER
    with writing(index_dir / LOCK):
        _take(lock, index_dir, owner, storage)
    try:
        yield
    finally:
        try:
            with suppress(OSError):  # a note that stays costs nothing: the next writer replaces it
                storage.remove(owner)
        finally:
            lock.release()


def _take(lock: filelock.BaseFileLock, index_dir: Path, owner: Path, storage: Storage) -> None:
    """Take the lock and say who has it."""
    try:
        storage.let_write(index_dir / LOCK, lock.acquire)
    except filelock.Timeout as error:
        raise IndexLocked(
            f"{index_dir} is being written by {describe(owner)}; one writer at a time is expected. "
            "Wait until it ends (readers are not affected), or end that process: its lock goes with it."
        ) from error
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        note = orjson.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
        storage.write(owner, note)
    except BaseException:
        lock.release()
        raise


def describe(owner: Path) -> str:
    """Who holds the lock, as far as its note says."""
    try:
        note = orjson.loads(owner.read_bytes())
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return "another process"
