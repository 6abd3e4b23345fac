"""The processes that read files, as the parent holds them.

A **template** is a fresh interpreter that has imported `corpus` and nothing else, with no environment, no
descriptor of ours but one socket, and a session of its own. For each file it forks a child, which costs
milliseconds where starting an interpreter costs a tenth of a second.

| from     | to       | by                      | what                                                     |
|----------|----------|-------------------------|----------------------------------------------------------|
| parent   | template | socket                  | JSON `{"path", "limits", "row", "name"}`, a pipe's end   |
| child    | parent   | that pipe, to its end   | JSON `{"digest", "document"}` or `{"failure": [kind, …]}` |
| template | parent   | socket, when that ended | JSON `{"exit", "late", "peak", "cpu"}`, a line           |

The template kills a child, with all that it has started, when its time is over, and ends itself when the
socket closes; a child dies with its template (Linux). Where there is no fork (Windows), every file has an
interpreter of its own, with the wall time as its only limit.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import orjson

from corpus.metadata.listed import Row
from indexer.reading.limits import ReadingLimits
from indexer.reading.received import Ending
from indexer.reading.waiting import is_readable

__all__ = ["CAN_FORK", "FreshInterpreters", "NoProcess", "ReadingProcess", "Template"]

CAN_FORK = hasattr(os, "fork") and hasattr(os, "waitid")
# With -I nothing is imported from the working directory or by variables of the environment.
_PYTHON = (sys.executable, "-I", "-X", "utf8", "-c")
_START = "import sys; sys.path[:] = sys.argv[2:]; from indexer.reading import child; child."
_GRACE = 5.0  # seconds after the wall time in which the template should have killed the child
_PIECE = 1 << 16


class NoProcess(Exception):
    """There is no process that could read, or it has ended in the middle of a file."""


class ReadingProcess(Protocol):
    """Reads one file at a time for one thread."""

    def ask(
        self, path: Path, limits: ReadingLimits, row: Row = (), name: str = ""
    ) -> tuple[bytes | None, Ending]:
        """What a child answered, None where it went on without end, and how it ended; raises NoProcess."""

    def kill(self) -> None:
        """End what is being read; any thread may call this."""

    def close(self) -> None:
        """End the process and let go of it; nobody may be in `ask`."""


class Template:
    """A process that forks one child a file."""

    def __init__(self) -> None:
        """Start it."""
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _start("serve(int(sys.argv[1]))", theirs.fileno(), stdin=subprocess.DEVNULL)

    def ask(
        self, path: Path, limits: ReadingLimits, row: Row = (), name: str = ""
    ) -> tuple[bytes | None, Ending]:
        """See ReadingProcess."""
        until = time.monotonic() + limits.wall_seconds + _GRACE
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb", buffering=0):
            try:
                socket.send_fds(self._control, [_request(path, limits, row, name)], [writing])
            except OSError as error:
                raise NoProcess(self._why()) from error
            finally:
                os.close(writing)
            answer = _drain(reading, limits.answer, until)
        return answer, Ending(**self._ending(until))

    def kill(self) -> None:
        """See ReadingProcess; the child that a template may have dies with it."""
        self._process.kill()

    def close(self) -> None:
        """See ReadingProcess."""
        _end(self._process)
        self._control.close()

    def _ending(self, until: float) -> dict[str, Any]:
        line = b""
        while not line.endswith(b"\n"):
            self._control.settimeout(max(0.01, until - time.monotonic()))
            try:
                piece = self._control.recv(_PIECE)
            except TimeoutError as error:
                raise NoProcess("the process that reads files does not answer: index it again") from error
            except OSError:  # it ended with the request unread
                piece = b""
            if not piece:
                raise NoProcess(self._why())
            line += piece
        values: dict[str, Any] = orjson.loads(line)
        return values

    def _why(self) -> str:
        """Why the template has ended, as far as it has said."""
        return _why(self._process)


class FreshInterpreters:
    """A process for each file: where there is no fork."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._process: subprocess.Popen[bytes] | None = None

    def ask(
        self, path: Path, limits: ReadingLimits, row: Row = (), name: str = ""
    ) -> tuple[bytes | None, Ending]:
        """See ReadingProcess."""
        process = self._process = _start("read_one()", None, stdin=subprocess.PIPE)
        assert process.stdin is not None  # both are pipes
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limits.wall_seconds, stop)
        timer.start()
        try:
            with suppress(OSError):  # it has ended: what it says then tells why
                process.stdin.write(_request(path, limits, row, name))
                process.stdin.close()
            answer = process.stdout.read(limits.answer + 1)
        finally:
            timer.cancel()
        too_long = len(answer) > limits.answer
        if too_long:
            process.kill()
        process.wait()
        if process.returncode > 0 and not answer and not late.is_set():
            raise NoProcess(_why(process))
        _end(process)
        return None if too_long else answer, Ending(0 if too_long else process.returncode, late.is_set())

    def kill(self) -> None:
        """See ReadingProcess."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """See ReadingProcess."""
        if self._process is not None:
            _end(self._process)


def _start(call: str, descriptor: int | None, stdin: int) -> "subprocess.Popen[bytes]":
    path = [entry or str(Path.cwd()) for entry in sys.path]
    return subprocess.Popen(
        [*_PYTHON, f"{_START}{call}", str(descriptor), *path],
        stdin=stdin,
        stdout=subprocess.PIPE if descriptor is None else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=() if descriptor is None else (descriptor,),
        cwd=os.sep,
        env=None if os.name == "nt" else {"LC_ALL": "C.UTF-8"},  # Windows starts nothing without its own
        start_new_session=True,  # Ctrl-C is for the parent, which then ends this one
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def _why(process: "subprocess.Popen[bytes]") -> str:
    process.kill()
    status = process.wait()
    said = b"" if process.stderr is None else process.stderr.read(_PIECE)
    last = said.decode(errors="replace").strip().rpartition("\n")[2][:300]
    return (
        f"the process that reads files has ended (exit status {status}{': ' if last else ''}{last}); one "
        "that goes on was expected: index the file alone, and reinstall the program if it fails again"
    )


def _request(path: Path, limits: ReadingLimits, row: Row, name: str) -> bytes:
    # A path is bytes and need not be UTF-8; Latin-1 takes each byte as a character.
    named = os.fsencode(path).decode("latin-1")
    return orjson.dumps({"path": named, "limits": limits.to_json(), "row": row, "name": name})


def _drain(descriptor: int, most: int, until: float) -> bytes | None:
    """All that comes until the other side closes; None where that is over `most` bytes or after `until`."""
    pieces, size = list[bytes](), 0
    while size <= most:
        if not is_readable(descriptor, until - time.monotonic()):
            return None
        piece = os.read(descriptor, _PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    return None
