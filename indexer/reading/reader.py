"""Reading files, each in a child process under limits: a failure of one is its own and no other's."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from corpus.metadata.listed import Row
from indexer.reading.limits import ReadingLimits
from indexer.reading.processes import CAN_FORK, FreshInterpreters, NoProcess, ReadingProcess, Template
from indexer.reading.received import Read, outcome
from indexer.report import Failure, ReadingFault

__all__ = ["Readers"]

_BYTES_A_PROCESS = 400_000  # less is read before a second process has started
_MOST_AT_ONCE = 8


class Readers:
    """Reads files in processes that start when the first file comes; leaving the context ends them.

    Example: `with Readers(ReadingLimits()) as readers: list(readers.read([Path("a.txt")]))`
    """

    def __init__(self, limits: ReadingLimits) -> None:
        """Read under these limits."""
        self._limits = limits
        self._here = threading.local()
        self._lock = threading.Lock()
        self._processes: list[ReadingProcess] = []
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def __enter__(self) -> Self:
        """Nothing is started yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End every process, whatever it is reading, and leave neither process nor thread behind."""
        if self._pool is None:
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._closed = True
            for process in self._processes:
                process.kill()
        self._pool.shutdown()
        for process in self._processes:
            process.close()

    def read(
        self, paths: Sequence[Path], rows: Sequence[Row] = (), names: Sequence[str] = ()
    ) -> Iterator[Read | Failure]:
        """Each document with its digest, or why there is none, in the order of the paths; to be called once.

        `rows` are what tables of metadata say of each, `names` their ids where none is supplied, else the
        names of the files; none are needed.
        """
        if not paths:
            return
        sizes = [_size(path) for path in paths]
        at_once = min(_MOST_AT_ONCE, _cores(), len(paths), 1 + sum(sizes) // _BYTES_A_PROCESS)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="reading")
        yield from self._pool.map(self._read, paths, rows or [()] * len(paths), names or [""] * len(paths))

    def _read(self, path: Path, row: Row, name: str) -> Read | Failure:
        try:
            answer, ending = self._process().ask(path, self._limits, row, name)
        except NoProcess as error:
            self._here.process = None  # the next file gets a new one
            return Failure(path, ReadingFault.PARSER_CRASHED, f"{path}: {error}")
        return outcome(path, answer, ending, self._limits)

    def _process(self) -> ReadingProcess:
        """The process of this thread."""
        process: ReadingProcess | None = getattr(self._here, "process", None)
        if process is not None:
            return process
        with self._lock:
            if self._closed:
                raise NoProcess("the run was ended")
            process = self._here.process = Template() if CAN_FORK else FreshInterpreters()
            self._processes.append(process)
        return process


def _size(path: Path) -> int:
    """Bytes of a file; 0 where there is none, which its reader then says."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
