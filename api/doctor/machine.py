"""What the program needs of the machine: open files, UTF-8, LibreOffice."""

import sys
from collections.abc import Iterator

from api.doctor.finding import Area, Finding, fine, warning

__all__ = ["file_names", "legacy_word", "open_files"]

OPEN_FILES = 1024
"""Two generations while they are exchanged take some 40 files; the rest is for connections."""


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
