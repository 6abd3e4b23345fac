"""Command watch: what is new for the queries of a file since the last run."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption
from api.errors import BadInput

if TYPE_CHECKING:
    from search.query import Query
    from search.shapes.news import NewsAnswer

__all__ = ["NewsFormat", "watch"]

MOST_BYTES = 1 << 20
FILTERS = ("kind", "document", "year", "type", "facet")
NOTHING_NEW = 1


class NewsFormat(StrEnum):
    """How news are written."""

    MARKDOWN = "md"
    JSON = "json"
    MAIL = "eml"


def watch(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A query a line; filters follow after tabs, as kind=recommendation."
        ),
    ],
    index: IndexOption = DEFAULT_INDEX,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Since this day or time, not since the last run."),
    ] = None,
    format: Annotated[NewsFormat, typer.Option("--format", help="md, json or eml.")] = NewsFormat.MARKDOWN,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="Where the last run is noted; FILE.seen without it."),
    ] = None,
) -> None:
    """Tell what came in since the last run and fits a query; exit code 1 where nothing did."""
    from api.files.news import count_news, news_as_mail, news_as_markdown
    from search.library import open_library
    from search.library.news import parse_since

    queries = read_watched(file)
    noted = state or file.with_name(file.name + ".seen")
    last = since if since is not None else _last(noted)
    after = None if last is None else parse_since(last)
    library = open_library(index)
    try:
        answers: list[NewsAnswer] = [library.news(query, since=after) for query in queries]
    finally:
        library.close()
    if format is NewsFormat.JSON:
        output.print_json({"since": last, "queries": answers})
    else:
        written = news_as_mail(answers) if format is NewsFormat.MAIL else news_as_markdown(answers)
        typer.echo(written, nl=False)
    _note(noted, answers[0]["until"] if answers else None)
    if not count_news(answers):
        raise typer.Exit(NOTHING_NEW)


def read_watched(path: Path) -> "list[Query]":
    """The queries of a file: one a line, filters after tabs, empty lines and lines with # left out.

    Raises BadInput with the line's number. Example line: `跨国调查\tkind=recommendation\tyear=2031`
    """
    from search.query import parse_query

    found = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words, *filters = line.split("\t")
        held = _filters(path, number, filters)
        found.append(
            parse_query(
                words.strip(),
                k=50,
                kinds=held["kind"],
                documents=held["document"],
                years=_years(path, number, held["year"]),
                types=held["type"],
                facets=held["facet"],
            )
        )
    if not found:
        raise BadInput(f"{path} holds no query; write one a line")
    return found


def _filters(path: Path, number: int, said: list[str]) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {name: [] for name in FILTERS}
    for one in filter(None, map(str.strip, said)):
        name, equals, value = one.partition("=")
        if name not in held or not equals or not value:
            raise BadInput(
                f"{path}, line {number}: found the filter {one!r:.60}; one of "
                f"{', '.join(FILTERS)} with a value was expected, such as kind=recommendation"
            )
        held[name].append(value)
    return held


def _years(path: Path, number: int, said: list[str]) -> list[int]:
    try:
        return [int(year) for year in said]
    except ValueError as error:
        raise BadInput(
            f"{path}, line {number}: found the year {said!r:.60}; such as 2031 was expected"
        ) from error


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}; name a file with a query a line") from error
    if len(data) > MOST_BYTES:
        raise BadInput(f"{path} has {len(data):,} bytes; at most {MOST_BYTES:,} were expected")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8; save it as UTF-8") from error


def _last(noted: Path) -> str | None:
    """When the newest of what the last run saw came in; None where there was none."""
    try:
        told = orjson.loads(noted.read_bytes())
        return None if told["until"] is None else str(told["until"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{noted} does not say when the last run was; remove it to be told everything, or give --since"
        ) from error


def _note(noted: Path, until: str | None) -> None:
    aside = noted.with_name(f"{noted.name}.{os.getpid()}")
    try:
        aside.write_bytes(orjson.dumps({"until": until}, option=orjson.OPT_APPEND_NEWLINE))
        aside.replace(noted)
    except OSError as error:
        raise BadInput(
            f"{noted} cannot be written: {error.strerror}; name another file with --state"
        ) from error
