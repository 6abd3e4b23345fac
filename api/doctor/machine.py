"""What the program needs of the machine: temporary files, open files, UTF-8, a clock, LibreOffice."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from api.doctor.finding import Area, Finding, fine, problem, warning

__all__ = ["clock", "file_names", "legacy_word", "open_files", "temporary_files"]

TEMPORARY_BYTES = 64 << 20
OPEN_FILES = 1024
"""Two generations while they are exchanged take some 40 files; the rest is for connections."""
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # before this version was written


def temporary_files() -> Iterator[Finding]:
    """Opening an index makes a folder of links among the temporary files (`indexer.content.lexical`)."""
    remedy = "make room there, or name another folder in TMPDIR"
    try:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "probe").write_bytes(b"x" * 4096)
        place = tempfile.gettempdir()
        free = shutil.disk_usage(place).free
    except OSError as error:
        yield problem(Area.MACHINE, "temporary files", str(error), "a folder that can be written", remedy)
        return
    found = f"{place}, {free / 1e6:,.0f} MB free"
    if free >= TEMPORARY_BYTES:
        yield fine(Area.MACHINE, "temporary files", found)
    else:
        yield warning(Area.MACHINE, "temporary files", found, f"{TEMPORARY_BYTES / 1e6:.0f} MB free", remedy)


def open_files() -> Iterator[Finding]:
    """How many files and connections one process may have open."""
    try:
        import resource
    except ImportError:  # not on Windows
        yield fine(Area.MACHINE, "open files", "no limit is known on this system")
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = limit == resource.RLIM_INFINITY
    found = "without limit" if unlimited else f"{limit:,} for one process"
    if unlimited or limit >= OPEN_FILES:
        yield fine(Area.MACHINE, "open files", found)
    else:
        remedy = f"ulimit -n {OPEN_FILES}, or LimitNOFILE={OPEN_FILES} in the systemd unit"
        yield warning(Area.MACHINE, "open files", found, f"{OPEN_FILES:,} or more", remedy)


def file_names() -> Iterator[Finding]:
    """Output is UTF-8 whatever the locale; names of files follow what Python took from it."""
    names, output = sys.getfilesystemencoding().lower(), (sys.stdout.encoding or "none").lower()
    found = f"names of files {names}, output {output}"
    if names == output == "utf-8":
        yield fine(Area.MACHINE, "text", found)
    else:
        yield warning(Area.MACHINE, "text", found, "utf-8 for both", "set PYTHONUTF8=1, or LANG=C.UTF-8")


def clock() -> Iterator[Finding]:
    """A clock that is far behind makes logs and the dates of generations worthless."""
    now = datetime.now(UTC)
    if now >= EARLIEST:
        yield fine(Area.MACHINE, "clock", now.isoformat(timespec="seconds"))
    else:
        expected = f"a time after {EARLIEST:%Y-%m-%d}, when this version was written"
        yield problem(
            Area.MACHINE, "clock", now.isoformat(timespec="seconds"), expected, "set the clock, e.g. with NTP"
        )


def legacy_word() -> Iterator[Finding]:
    """LibreOffice, which alone reads .doc files."""
    from corpus.formats.word.doc import PLACES, find_libreoffice

    program = find_libreoffice()
    if program:
        yield fine(Area.MACHINE, "LibreOffice", program)
    else:
        found = f"not in {PLACES}, and only needed for .doc files"
        remedy = "where you have .doc files, install LibreOffice Writer, or save them as .docx"
        yield fine(Area.MACHINE, "LibreOffice", found, remedy=remedy)
