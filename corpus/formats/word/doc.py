"""Read an old Word document (DOC) through LibreOffice, which turns it into DOCX; others are read so too.

The binary format has no well-kept reader of its own. LibreOffice runs without a window, with a profile
made for this one file and removed after it, so that nothing of a user's settings or macros takes part.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from corpus.errors import BinaryFile, DamagedFile, EncryptedFile, MissingConverter
from corpus.formats.extracted import Extracted
from corpus.formats.word.docx import extract_docx

__all__ = ["PLACES", "as_docx", "extract_doc", "find_libreoffice", "scratch_prefix"]

_NAMES = ("soffice", "libreoffice")

PLACES = os.pathsep.join(("/usr/local/bin", "/usr/bin", "/bin", "/snap/bin", "/opt/libreoffice/program"))
"""Where it is looked for: a process that reads files has no PATH, and `doctor` has to say what that finds."""

_SECONDS = 120.0  # a report of a hundred pages takes about five, the first start of the program as long
# Names of streams, as the directory of a compound file spells them (MS-CFB 2.6.1).
_WORD, _ENCRYPTED = "WordDocument".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")


def find_libreoffice() -> str | None:
    """The path of LibreOffice's program in one of PLACES, None where it is not installed."""
    return next((path for name in _NAMES if (path := shutil.which(name, path=PLACES)) is not None), None)


def scratch_prefix(pid: int) -> str:
    """How the name of the folder begins in which a process converts: whoever kills it removes that too."""
    return f"yinzheng-doc-{pid}-"


def extract_doc(data: bytes, name: str, *, seconds: float = _SECONDS) -> Extracted:
    """The text of a DOC file; `name` is for messages, `seconds` the longest that LibreOffice may take.

    Raises BinaryFile, DamagedFile, EncryptedFile, MissingConverter, or what `extract_docx` raises.
    Example: `extract_doc(path.read_bytes(), "old.doc").encoding == "doc"`
    """
    if _ENCRYPTED in data:
        raise EncryptedFile(
            f"{name} is protected by a password; a document that opens without one was expected: "
            "save it without protection"
        )
    if _WORD not in data:
        raise BinaryFile(
            f"{name} is an old Office file, but no Word document; a document was expected: "
            "save it as DOCX or PDF"
        )
    docx = as_docx(data, name, "an old Word document (DOC)", "doc", seconds=seconds)
    return replace(extract_docx(docx, name), encoding="doc")


def as_docx(data: bytes, name: str, kind: str, ending: str, *, seconds: float = _SECONDS) -> bytes:
    """A document of another kind as DOCX; `kind` is for messages, `ending` what LibreOffice knows it by.

    Raises DamagedFile or MissingConverter. Example: `as_docx(data, "a.rtf", "an RTF document", "rtf")`
    """
    program = find_libreoffice()
    if program is None:
        raise MissingConverter(
            f"{name} is {kind}, which is read through LibreOffice, and neither "
            f"{' nor '.join(_NAMES)} is in {PLACES}: install LibreOffice Writer, link it into "
            "/usr/local/bin, or save the document as DOCX"
        )
    with tempfile.TemporaryDirectory(prefix=scratch_prefix(os.getpid())) as folder:
        source = Path(folder) / f"source.{ending}"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck"),
            *("--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source)),
        ]
        _run(command, folder, name, seconds)
        made = source.with_suffix(".docx")
        if not made.is_file():
            raise DamagedFile(
                f"{name} could not be read by LibreOffice; a Word document neither damaged nor protected "
                "by a password was expected: open it in Word and save it as DOCX"
            )
        return made.read_bytes()


def _run(command: list[str], folder: str, name: str, seconds: float) -> None:
    """Run LibreOffice; its helpers end with it, since they form a session of their own."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"HOME": folder, "PATH": os.defpath, "LC_ALL": "C.UTF-8"},  # nothing of the user's
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise MissingConverter(
            f"{name} was not read by LibreOffice within {seconds:g} seconds; a document of ordinary size was "
            "expected: open it in Word and save it as DOCX"
        ) from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
