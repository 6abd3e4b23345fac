"""Commands about the index itself: index, encode, optimize, verify."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption
from api.errors import BadInput, BadPath, ExitCode
from api.messages.language import current
from api.messages.speak import in_words

if TYPE_CHECKING:
    from indexer.build import BuildReport
    from models.encoder import Encoder

__all__ = ["encode", "index", "optimize", "verify"]

EncoderOption = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NAME_OR_PATH",
        help="packaged, fast, or a sentence-transformers model; else that of the index, else packaged.",
    ),
]

TokensOption = Annotated[
    bool,
    typer.Option("--tokens/--no-tokens", help="Keep a vector for each token: better order, 5 kB a unit."),
]


def index(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, and folders with their files.")
    ],
    index: IndexOption = DEFAULT_INDEX,
    encoder: EncoderOption = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove documents gone from the folders.")] = False,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Follow links that lead out of the folders.")
    ] = False,
    tokens: TokensOption = True,
    timeout: Annotated[
        int,
        typer.Option(
            "--timeout", envvar="YINZHENG_TIMEOUT", min=1, max=3600, help="Seconds to read one file."
        ),
    ] = 30,
    memory: Annotated[
        int,
        typer.Option(
            "--memory", envvar="YINZHENG_MEMORY", min=128, max=1 << 20, help="MiB of memory to read one file."
        ),
    ] = 1536,
    json: JsonOption = False,
) -> None:
    """Build or update an index: all or nothing, and only what changed is encoded."""
    from indexer.build import build
    from indexer.errors import NothingIndexed
    from indexer.reading.collect import is_gone
    from indexer.reading.limits import DEFAULT_LIMITS
    from models.segmenter import Segmenter

    for path in paths:
        if is_gone(path):
            raise BadPath(f"there is no file or folder {path}; give the files or folders to index")
    limits = DEFAULT_LIMITS.with_seconds(timeout).with_memory(memory)
    run = partial(build, paths, index, _encoder(index, encoder), Segmenter(), limits=limits)
    try:
        with output.progress() as say:
            report = run(prune=prune, follow_links=follow_links, tokens=tokens, progress=say)
    except NothingIndexed as error:
        output.message(f"yinzheng: {in_words(error, current())}")
        raise typer.Exit(_code_of_nothing(paths)) from error
    _warn(report, index)
    if json:
        output.print_json(_report_json(report))
    else:
        _print_report(report)
    if report.failures:
        raise typer.Exit(ExitCode.SOME_UNREAD)


def encode(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, and folders with their files.")
    ],
    index: IndexOption = DEFAULT_INDEX,
    encoder: EncoderOption = None,
    part: Annotated[
        str, typer.Option("--part", metavar="N/M", help="Only the Nth of M shares of the files.")
    ] = "1/1",
    json: JsonOption = False,
) -> None:
    """Encode ahead for an index on a Milvus server, beside others; `index` then finds the vectors."""
    from indexer.ahead import encode_ahead

    made = _encoder(index, encoder)
    with output.progress() as say:
        report = encode_ahead(paths, index, made, part=_share(part), progress=say)
    for failure in report.failures:
        output.message(f"not read: {failure.path}: {failure.error}: {failure.message}")
    if json:
        output.print_json(_with_paths(asdict(report)))
    else:
        typer.echo(f"{report.files} 个文件，{report.units} 个单元；编码 {report.encoded}")
    if report.failures:
        raise typer.Exit(ExitCode.SOME_UNREAD)


def _share(part: str) -> tuple[int, int]:
    """`2/5` as `(2, 5)`; raises BadInput."""
    number, _, of = part.partition("/")
    if all(each.isascii() and each.isdigit() for each in (number, of)) and 1 <= int(number) <= int(of):
        return int(number), int(of)
    raise BadInput(f"found the share {part!r:.40}; N/M was expected, as 2/5 for the second of five")


def _code_of_nothing(paths: list[Path]) -> ExitCode:
    """The exit code where no document was indexed: whether there was one that could not be read."""
    from indexer.reading.collect import collect_files

    files, failures = collect_files(paths)
    unread = bool(files) or not all(failure.is_notice for failure in failures)
    return ExitCode.SOME_UNREAD if unread else ExitCode.BAD_INPUT


def optimize(index: IndexOption = DEFAULT_INDEX, json: JsonOption = False) -> None:
    """Make one segment of all that updates have added; the ranking is that of an index built at once."""
    from indexer.build import optimize as merge
    from indexer.snapshot import committed_manifest
    from models.segmenter import Segmenter

    before = len(committed_manifest(index).segments)
    version = merge(index, _encoder(index, None), Segmenter())
    after = len(committed_manifest(index).segments)
    if json:
        output.print_json({"index_version": version, "segments_before": before, "segments": after})
    else:
        typer.echo(f"{version}：{before} 段合为 {after} 段")


def verify(index: IndexOption = DEFAULT_INDEX, json: JsonOption = False) -> None:
    """Check every file of the index: sizes, checksums, row counts, and every unit against its source."""
    from indexer.engine import verify as find_problems

    problems = find_problems(index)
    for problem in problems:
        output.message(f"{problem.where}: {problem.message}. Remedy: {problem.remedy}.")
    verdict = _verdict(index, [asdict(problem) for problem in problems])
    if json:
        output.print_json(verdict)
    elif not problems:
        typer.echo(f"{verdict['index_version']}：完好，已核对 {verdict['units']} 个单元")
    if problems:
        raise typer.Exit(ExitCode.BAD_INDEX)


def _verdict(index: Path, problems: list[dict[str, str]]) -> dict[str, Any]:
    """What `verify --json` answers; version and count are null where they cannot be relied on."""
    from indexer.snapshot import committed_manifest, committed_version

    return {
        "index_version": None if problems else committed_version(index),
        "sound": not problems,
        "units": None if problems else committed_manifest(index).counts.units,
        "problems": problems,
    }


def _encoder(index: Path, name: str | None) -> "Encoder":
    """The encoder asked for, else the one that made the index, else the packaged one."""
    from api.trust import remember_encoder
    from indexer.errors import SnapshotMissing
    from indexer.snapshot import committed_manifest
    from models.encoders.registry import NAMES, load_encoder, load_named
    from models.errors import ModelNotFound

    if name is None:
        try:
            name = committed_manifest(index).encoder.name
        except SnapshotMissing:
            name = "packaged"
        return load_named(name)
    if name not in NAMES and Path(name).is_dir():
        name = str(Path(name).resolve())  # the index remembers it, and may be asked from another folder
    try:
        encoder = load_encoder(name)
    except ModelNotFound as error:
        raise BadInput(str(error)) from error
    if name not in NAMES:
        remember_encoder(name)
    return encoder


def _warn(report: "BuildReport", index: Path) -> None:
    """Tell what failed and what looks wrong in the documents just read."""
    from indexer.snapshot import open_snapshot
    from search.library.units import anomalies_json

    for failure in report.failures:
        output.message(f"not read: {failure.path}: {failure.error}: {failure.message}")
    for notice in report.notices:
        output.message(f"note: {notice.path}: {notice.error}: {notice.message}")
    read = {*report.added, *report.updated}
    with open_snapshot(index) as snapshot:
        for id in sorted(read):
            stored = snapshot.documents.find(id)
            if stored is not None:
                output.print_anomalies(id, anomalies_json(stored.anomalies))


def _report_json(report: "BuildReport") -> dict[str, Any]:
    return _with_paths(asdict(report))


def _with_paths(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a report with paths as text."""
    for name in {"failures", "notices"} & fields.keys():
        fields[name] = [{**failure, "path": str(failure["path"])} for failure in fields[name]]
    return fields


def _print_report(report: "BuildReport") -> None:
    typer.echo(
        f"索引 {report.index_version}：{report.documents} 份文件，{report.units} 个可引单元；"
        f"新增 {len(report.added)}，更新 {len(report.updated)}，未变 {len(report.unchanged)}，"
        f"移除 {len(report.removed)}；编码 {report.encoded}，沿用 {report.reused}；{report.seconds:.1f} 秒"
    )
