"""All looks in the order of the report, and what they come to."""

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path

from api.doctor import index, machine, program, service
from api.doctor.finding import Area, Check, Finding, Level, look
from api.errors import ExitCode

__all__ = ["examine", "exit_code"]


def examine(index_dir: Path, variables: Collection[str] = ()) -> list[Finding]:
    """Everything there is to say, best read from its first line; takes about a second.

    `variables` are those that the command line reads by itself.

    Example: `[f.name for f in examine(Path(".yinzheng")) if f.level is Level.PROBLEM] == []`
    """
    checks: list[tuple[Area, str, Check]] = [
        (Area.PROGRAM, "libraries", program.libraries),
        (Area.PROGRAM, "encoder", program.encoder),
        (Area.PROGRAM, "segmenter", program.segmenter),
        (Area.MACHINE, "open files", machine.open_files),
        (Area.MACHINE, "text", machine.file_names),
        (Area.MACHINE, "LibreOffice", machine.legacy_word),
        (Area.SETTINGS, "settings", partial(service.settings, variables)),
        (Area.INDEX, "index", partial(index.contents, index_dir)),
        (Area.INDEX, "writer", partial(index.lock, index_dir)),
    ]
    return [finding for area, name, check in checks for finding in look(area, name, check)]


def exit_code(findings: Iterable[Finding]) -> ExitCode:
    """3 where the index has a problem, 2 where only something else has, 0 where nothing has."""
    areas = {finding.area for finding in findings if finding.level is Level.PROBLEM}
    if Area.INDEX in areas:
        return ExitCode.BAD_INDEX
    return ExitCode.BAD_INPUT if areas else ExitCode.DONE
