"""Reading the word lists under `corpus/data`: tab-separated, first line a comment with the source."""

from functools import cache
from importlib.resources import files

__all__ = ["read_rows"]


@cache
def read_rows(name: str, columns: int) -> tuple[tuple[str, ...], ...]:
    """Rows of a list; blank lines and lines starting with `#` are comments.

    Raises ValueError naming file and line where a row does not have `columns` columns.
    Example: `read_rows("traditional.tsv", 2)[0] == ("議", "议")`
    """
    rows = []
    text = files("corpus").joinpath("data", name).read_text(encoding="utf-8")
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = tuple(line.split("\t"))
        if len(row) != columns:
            raise ValueError(f"corpus/data/{name}, line {at}: {len(row)} columns, expected {columns}")
        rows.append(row)
    return tuple(rows)
