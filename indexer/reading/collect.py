"""Which files are documents."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.metadata.listed import TABLE, Row
from indexer.reading.limits import DEFAULT_LIMITS
from indexer.reading.skipped import not_read
from indexer.reading.tables import Tables
from indexer.report import Failure, Notice, ReadingFault

__all__ = ["SUFFIXES", "SourceFile", "collect_files", "is_below", "is_folder", "is_gone"]

# The endings of documents, the better source first: where one document stands beside itself in two formats.
_BEST_FIRST = (".docx", ".odt", ".doc", ".rtf", ".md", ".markdown", ".html", ".htm", ".xhtml", ".txt", ".pdf")
SUFFIXES = frozenset(_BEST_FIRST)
_SIDECAR_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read; `path` is absolute, `row` that of a table.

    `name` is its id where none is supplied: the path below the folder given, without the ending. `folder` is
    the name of that folder, empty for a file given by name. `beside` says that the same folder holds another
    document of its name, which may be the same in another format.
    """

    path: Path
    row: Row = ()
    name: str = ""
    folder: str = ""
    beside: bool = False


def collect_files(
    paths: Sequence[Path], most_bytes: int = DEFAULT_LIMITS.file_bytes, *, follow_links: bool = False
) -> tuple[list[SourceFile], list[Failure]]:
    """The documents among `paths`: files as given, folders searched through, each file once, by rising path.

    In folders only files with an ending of SUFFIXES count; names that begin with a dot do not, nor the
    ~$names that Word writes beside an open document; every other file is told. A file given by name is taken
    whatever it is called. What cannot be read, a folder too, is no regular file, or has more than
    `most_bytes` is a Failure. Links that lead out of a folder are followed with `follow_links` alone.
    Of files that differ in their ending the better source comes first.
    """
    found: list[SourceFile] = []
    failures: list[Failure] = []
    tables = Tables(failures)
    roots: dict[Path, Path | None] = {}
    for given in map(_absolute, paths):
        root = given if is_folder(given) else None
        for path in _files(given, failures, follow_links=follow_links):
            roots[path] = roots.get(path) or root
    names = Counter(path.with_suffix("") for path in roots)
    for path in sorted(roots, key=_place):
        try:
            unfit = _unfit(path, most_bytes)
            if unfit is not None:
                failures.append(unfit)
                continue
            row, root = tables.row_of(path), roots[path]
            name = path.with_suffix("").relative_to(root).as_posix() if root else path.stem
            beside = names[path.with_suffix("")] > 1
            found.append(SourceFile(path, row, name, root.name if root else "", beside))
        except FileNotFoundError:
            message = f"{path} does not exist; expected a file or a folder of documents. Check the path."
            failures.append(Failure(path, "UnreadableFile", message))
        except OSError as error:
            message = (
                f"{path} cannot be read ({error.strerror}); expected a readable file. Check its permissions."
            )
            failures.append(Failure(path, "UnreadableFile", message))
    return found, failures


def _unfit(path: Path, most_bytes: int) -> Failure | None:
    """Why a file is not even opened: a pipe would be waited for, and a file of any size read whole."""
    if not _is_text(str(path)):
        message = f"{path} has a name that is not UTF-8; expected one that can be written down. Rename it."
        return Failure(path, "UnreadableFile", message)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        message = f"{path} is a pipe, a socket or a device; expected a file. Give the path of a file."
        return Failure(path, "UnreadableFile", message)
    sidecar = path.with_suffix(".toml")
    if sidecar.is_file() and sidecar.stat().st_size > _SIDECAR_BYTES:
        message = (
            f"{sidecar} has over {_SIDECAR_BYTES:,} bytes; expected a few lines on {path.name}. Shorten it."
        )
        return Failure(path, ReadingFault.TOO_LARGE, message)
    if status.st_size > most_bytes:
        message = (
            f"{path} has {status.st_size:,} bytes; expected at most {most_bytes:,}. Split it, or take the "
            "pictures out."
        )
        return Failure(path, ReadingFault.TOO_LARGE, message)
    return None


def is_below(path: Path, given: Sequence[Path]) -> bool:
    """Whether a path is one of the given ones or inside one that is a folder."""
    return any(path.is_relative_to(_absolute(root)) for root in given)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, as far as one may look: `Path.is_dir` raises where one may not."""
    return os.path.isdir(path)  # noqa: PTH112  # as said


def is_gone(path: Path) -> bool:
    """Whether a file is known not to be there, and not only out of sight, as on a share that fails."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _place(path: Path) -> tuple[Path, int]:
    """Where a file comes in order: by its path, the better of two formats of one name first."""
    suffix = path.suffix.lower()
    return path.with_suffix(""), _BEST_FIRST.index(suffix) if suffix in SUFFIXES else len(_BEST_FIRST)


def _files(given: Path, failures: list[Failure], *, follow_links: bool) -> Iterator[Path]:
    """The files that a path stands for; a path that is no folder stands for itself.

    A folder that cannot be listed joins the failures, and so does every file that is passed over:
    nobody would miss their documents.
    """
    if not is_folder(given):
        yield given
        return

    def note(error: OSError) -> None:
        folder = Path(error.filename)
        message = (
            f"{folder} cannot be listed ({error.strerror}); expected a folder to read. Check its permissions."
        )
        failures.append(Failure(folder, "UnreadableFolder", message))

    seen = {given}
    for folder, inner, names in os.walk(given, onerror=note, followlinks=follow_links):
        inner[:] = [name for name in inner if not name.startswith(".")]
        inner[:] = list(_entered(Path(folder), inner, given, seen, failures, follow_links=follow_links))
        stems = {Path(name).stem for name in names if Path(name).suffix.lower() in SUFFIXES}
        for name in sorted(names):
            path = Path(folder, name)
            if (
                name.startswith((".", "~$"))
                or name == TABLE
                or (path.suffix == ".toml" and path.stem in stems)
            ):
                continue
            if path.suffix.lower() not in SUFFIXES:
                failures.append(not_read(path))
            elif not follow_links and path.is_symlink() and not _stays(path, given):
                failures.append(_leads_out(path))
            else:
                yield path


def _entered(
    folder: Path,
    names: Sequence[str],
    given: Path,
    seen: set[Path],
    failures: list[Failure],
    *,
    follow_links: bool,
) -> Iterator[str]:
    """The folders in a folder that are searched: none twice, and of links those that lead out, if asked."""
    for name in sorted(names):
        path = folder / name
        if not path.is_symlink():
            yield name
        elif not _stays(path, given):
            if not follow_links:
                failures.append(_leads_out(path))
            elif (target := path.resolve()) not in seen:
                seen.add(target)
                yield name


def _stays(path: Path, given: Path) -> bool:
    """Whether a link leads to a place in the folder itself, where it is read anyway."""
    try:
        return path.resolve().is_relative_to(given)
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _leads_out(path: Path) -> Failure:
    message = (
        f"{path} is a link that leads out of the folder, and is not followed; expected files in the folder. "
        "Copy them there, or index with --follow-links."
    )
    return Failure(path, Notice.LINK_LEADS_OUT, message)


def _absolute(path: Path) -> Path:
    """A path from the root without links or dots, save that a file that is a link keeps its own name."""
    return path.resolve() if is_folder(path) else path.parent.resolve() / path.name


def _is_text(name: str) -> bool:
    """Whether a name is Unicode; where its bytes were not UTF-8, Python puts surrogates in their place."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
