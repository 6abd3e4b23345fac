"""The reading process: forks a child for each file, which reads it under limits and ends.

A parser that fails, hangs, eats memory or is taken over by a file costs that file and nothing else: the
child holds no descriptor but the pipe of its answer, no environment, no lock and no part of the index. It
runs with the rights of whoever indexes, so this is a limit on faults, not a sandbox.

Started by `indexer.reading.processes`, whose module text describes what crosses between the two.
"""

import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from corpus.errors import CorpusError, TooLarge, UnreadableFile
from corpus.metadata.listed import Row
from corpus.reader import document_of, parse_document
from corpus.source import Source, read_source
from indexer.reading.codec import document_to_json
from indexer.reading.digest import digest_of
from indexer.reading.limits import ReadingLimits, excess, out_of_memory
from indexer.reading.waiting import is_readable
from indexer.report import ReadingFault

__all__ = ["answer_of", "read_one", "serve"]

_FILE_BYTES = 64 << 20  # what a child may write to any one file: converters keep a copy aside
_DESCRIPTORS = 256
_TICK = 0.1  # seconds between looks at the clock and at the parent
# Read once before the first fork: tables that are loaded at first use are then shared by all children.
_WARMING = """2031年5月19日至21日在某地举行的某工作组第三次会议的报告
一. 导言
1. 工作组忆及《公约》第九条和大会第55/25号决议。
建议 1
应：(a) 甲；(b) 乙。
"""
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_ORPHANS_SECONDS = 5.0  # a process that the kernel holds longer is left to it
_REQUEST = 1 << 17  # bytes; a path has at most 4,096, a row of a table `collect.ROW_BYTES`


def serve(descriptor: int) -> None:
    """Read one file after another as the socket asks for them; ends when the other side closes it."""
    control = socket.socket(fileno=descriptor)
    die_with_parent = _death_signal()
    _adopt_orphans()
    parse_document(_WARMING, "warming")
    digest_of(Source(Path("warming"), b""))
    gc.freeze()  # what is imported is shared with every child, and not written to by its collector
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, _REQUEST, 1)
        if not request or not descriptors:
            return
        pid = os.fork()
        if pid == 0:
            _be_child(control, descriptors[0], request, die_with_parent)
        os.close(descriptors[0])
        ending = _wait(pid, control, orjson.loads(request)["limits"]["wall_seconds"])
        control.sendall(orjson.dumps(ending) + b"\n")


def read_one() -> None:
    """Read the one file that standard input names, and answer on standard output."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # what a library prints is no answer
        path, limits, row, name = _understood(sys.stdin.buffer.read())
        _limit_self(limits)
        answer.write(answer_of(path, limits, row, name))


def answer_of(path: Path, limits: ReadingLimits, row: Row = (), name: str = "") -> bytes:
    """`{"digest": …, "document": …}` or `{"failure": [kind, message]}` as JSON (`indexer.reading.codec`).

    The digest is that of the bytes that were parsed: a file may be exchanged while it is being indexed.
    """
    try:
        listed: dict[str, Any] = {"row": row} if row else {}
        listed |= {"name": name} if name and name != path.stem else {}
        source = read_source(path, limits.file_bytes)
        digest = digest_of(source, row)
        document = document_of(source, most_characters=limits.characters, **listed)
        if (more := excess(document, limits)) is not None:
            raise TooLarge(f"{path} holds {more} were expected: split it")
        return b'{"digest":"%b","document":%b}' % (digest.encode(), document_to_json(document))
    except CorpusError as error:
        return _failure(type(error).__name__, str(error))
    except OSError as error:
        found = f"{error.filename or path}: {error.strerror or error}"
        return _failure(UnreadableFile.__name__, f"{found}; a readable file was expected: check its rights")
    except MemoryError:
        return _failure(ReadingFault.OUT_OF_MEMORY, out_of_memory(path, limits))
    except Exception as error:  # no fault of a parser may cost more than its document
        return _failure(
            ReadingFault.PARSER_CRASHED,
            f"{path}: its reader stopped with {type(error).__name__} ({error!s:.200}); a document that it "
            "can read was expected: open the file in the program that made it and save it anew",
        )


def _failure(kind: str, message: str) -> bytes:
    whole = message.encode(errors="backslashreplace").decode()  # a file's name need not be Unicode
    return orjson.dumps({"failure": [kind, whole]})


def _understood(request: bytes) -> tuple[Path, ReadingLimits, Row, str]:
    values: dict[str, Any] = orjson.loads(request)
    row = tuple((str(head), str(cell)) for head, cell in values["row"])
    path = Path(os.fsdecode(values["path"].encode("latin-1")))
    return path, ReadingLimits(**values["limits"]), row, str(values["name"])


def _be_child(
    control: socket.socket, answer: int, request: bytes, die_with_parent: Callable[[], object]
) -> None:
    """What the child does from its fork to its end; never returns."""
    status = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        control.close()
        os.dup2(1, 2)  # nowhere: the pipe of the template's own last words would fill up
        path, limits, row, name = _understood(request)
        _limit_self(limits)
        rest = memoryview(answer_of(path, limits, row, name))
        while rest:
            rest = rest[os.write(answer, rest) :]
        status = 0
    finally:
        os._exit(status)


def _limit_self(limits: ReadingLimits) -> None:
    """Give up what reading a file does not need; on Windows there is nothing of the kind."""
    try:
        import resource
    except ImportError:
        return
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
    ):
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        # At the soft limit of CPU time comes SIGXCPU, which tells what happened; at the hard one SIGKILL.
        spare = 1 if which == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(which, (value, value + spare))


def _wait(pid: int, control: socket.socket, wall_seconds: float) -> dict[str, float]:
    """Wait for a child, at most so long and no longer than the parent lives, and end all of its group.

    Until it is reaped its number cannot belong to another process, so no other is ever killed.
    """
    _make_group(pid)
    started, late = time.monotonic(), False

    def look(_signal: int, _frame: object) -> None:
        nonlocal late
        if time.monotonic() - started > wall_seconds or _has_left(control):
            late = True
            _kill_group(pid)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    signal.setitimer(signal.ITIMER_REAL, 0)
    _kill_group(pid)  # whatever it has started
    _, status, usage = os.wait4(pid, 0)
    _end_orphans()
    if status:
        _remove_scratch(pid)
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "late": late,
        "peak": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "cpu": usage.ru_utime + usage.ru_stime,
    }


def _make_group(pid: int) -> None:
    """As the child does itself: whoever comes first."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        return  # it has ended


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        return  # none of it is left


def _end_orphans() -> None:
    """End what a child has started in groups of its own, as LibreOffice is: it has come to this process."""
    until = time.monotonic() + _ORPHANS_SECONDS
    while time.monotonic() < until:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended == 0:
            for orphan in _own_children():
                with suppress(OSError):  # that of another user, by a program that changes its user
                    os.kill(orphan, signal.SIGKILL)  # not reaped yet, so the number is still its own
            time.sleep(0.01)


def _remove_scratch(pid: int) -> None:
    """Remove the copies that a child had made for a converter and could not remove itself."""
    from corpus.formats.word.doc import scratch_prefix

    for folder in Path(tempfile.gettempdir()).glob(f"{scratch_prefix(pid)}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _own_children() -> list[int]:
    """Numbers of the processes whose parent this is; Linux."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_bytes().rpartition(b")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


def _has_left(control: socket.socket) -> bool:
    """Whether the other side has closed the socket, or ended."""
    return is_readable(control.fileno()) and control.recv(1, socket.MSG_PEEK) == b""


def _death_signal() -> Callable[[], object]:
    """What a child calls so that it dies with this process: Linux only, looked up before any fork."""
    prctl = _prctl()
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _adopt_orphans() -> None:
    """Have what a child leaves behind come to this process and not to the first one: Linux only."""
    _prctl()(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl() -> Callable[..., object]:
    """The system call, or a function that does nothing where there is none."""
    if not sys.platform.startswith("linux"):
        return lambda *_: None
    import ctypes

    prctl: Callable[..., object] = ctypes.CDLL(None).prctl
    return prctl
