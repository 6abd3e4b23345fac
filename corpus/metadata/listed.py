"""One table for a folder: `metadata.csv`, a line for each document, with what a sidecar would say of it.

file,title,type,country,year,court
2031/a.txt,林泽案判决书,judgment,林泽; 澜汀,2031,最高法院

`file` is the path below the folder of the table. A column that is no key of a sidecar is a facet.
"""

import csv
import io
from pathlib import Path

from corpus.errors import BadMetadata
from corpus.metadata.supplied import KEYS, RESERVED, Supplied, read_value, supplied_from

__all__ = ["TABLE", "Row", "read_table", "supplied_by"]

TABLE = "metadata.csv"
Row = tuple[tuple[str, str], ...]
"""The filled cells of a line by column: `(("country", "林泽; 澜汀"), ("year", "2031"))`."""

_NAMES = {  # column heads as people write them
    "文件": "file",
    "文件名": "file",
    "path": "file",
    "标识": "id",
    "题名": "title",
    "标题": "title",
    "文号": "symbol",
    "机构": "body",
    "类型": "type",
    "国家": "country",
    "国别": "country",
    "主题": "topics",
    "专题": "topics",
    "topic": "topics",
    "年份": "year",
    "日期": "date",
    "届次": "session",
}
_MOST_BYTES = 64 << 20


def read_table(path: Path) -> dict[str, Row]:
    """Each line of a table by the path in its column `file`, with / between folders.

    Raises BadMetadata naming the line: no column `file`, a file twice, more cells than columns, no UTF-8.
    Example: `read_table(Path("cases/metadata.csv"))["2031/a.txt"]` is `(("title", "林泽案判决书"), …)`
    """
    reader = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    rows: dict[str, Row] = {}
    try:
        heads = [_NAMES.get(head.strip().casefold(), head.strip()) for head in next(reader, [])]
        _check_heads(path, heads)
        for cells in reader:
            filled = tuple(
                (head, cell.strip()) for head, cell in zip(heads, cells, strict=False) if cell.strip()
            )
            if not filled:
                continue
            name = dict(filled).get("file", "").replace("\\", "/").removeprefix("./")
            if not name or name in rows or any(cell.strip() for cell in cells[len(heads) :]):
                found = f"the file {name} twice" if name in rows else f"{cells!r:.200}"
                raise BadMetadata(
                    f"{path}, line {reader.line_num}: found {found}; one line a file was expected, its "
                    "path in the column file and no more cells than columns: correct the line"
                )
            rows[name] = tuple(pair for pair in filled if pair[0] != "file")
    except csv.Error as error:
        raise BadMetadata(
            f"{path}, line {reader.line_num}: {error}; comma-separated values were expected: correct the line"
        ) from error
    return rows


def supplied_by(row: Row, where: str) -> Supplied:
    """What a line says of its document; `where` names the table in messages. Raises BadMetadata.

    Example: `supplied_by((("court", "法院"),), "metadata.csv").metadata.facets == (("court", "法院"),)`
    """
    values: dict[str, object] = {key: read_value(key, text) for key, text in row if key in KEYS}
    facets = {key: _several(text) for key, text in row if key not in KEYS}
    return supplied_from({**values, **({"facets": facets} if facets else {})}, where)


def _several(text: str) -> list[str]:
    """The values of a facet: a comma may belong to one, a semicolon or bar stands between two."""
    return [part.strip() for part in text.replace("；", ";").replace("|", ";").split(";") if part.strip()]


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadMetadata(
                f"{path} has over {_MOST_BYTES:,} bytes; a table of metadata was expected: split it"
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMetadata(f"{path}: {error}; a CSV file in UTF-8 was expected: save it as UTF-8") from error


def _check_heads(path: Path, heads: list[str]) -> None:
    twice = sorted({head for head in heads if heads.count(head) > 1})
    taken = sorted(RESERVED & set(heads))
    if "file" not in heads or twice or taken or "" in heads:
        found = (
            f"twice the column {', '.join(twice)}" if twice else f"the columns {', '.join(heads) or 'none'}"
        )
        raise BadMetadata(
            f"{path}: found {found}; a column file, and others of different names "
            f"than {', '.join(sorted(RESERVED))} were expected: correct the first line"
        )
