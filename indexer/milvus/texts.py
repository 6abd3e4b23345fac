"""Texts of any length in a collection whose values are short: cut into parts, joined again."""

from collections.abc import Iterator, Sequence

from indexer.milvus.server import Row, Server

__all__ = ["parts_of", "read_all", "read_rest", "read_texts", "rows_of"]

PART = 16_000  # characters, of at most four bytes


def parts_of(text: str) -> list[str]:
    """The parts of a text; there is always one. Example: `parts_of("甲") == ["甲"]`."""
    return [text[start : start + PART] for start in range(0, len(text), PART)] or [""]


def rows_of(key: str, kind: int, text: str) -> list[Row]:
    """The rows that hold a text under a key."""
    parts = parts_of(text)
    told = [f"{len(parts)}\n{parts[0]}", *parts[1:]]
    return [
        {"key": f"{key}/{number}", "kind": kind, "data": part, "filler": [0.0, 0.0]}
        for number, part in enumerate(told)
    ]


def read_texts(server: Server, name: str, keys: Sequence[str]) -> dict[str, str]:
    """The texts of some keys; a key that there is not is left out."""
    firsts = server.get(name, [f"{key}/0" for key in keys], ["key", "data"])
    return read_rest(server, name, {row["key"].removesuffix("/0"): row["data"] for row in firsts})


def read_all(server: Server, name: str, kind: int) -> Iterator[tuple[str, str]]:
    """Every text of a kind with its key, in no order that matters."""
    parts = {row["key"]: row["data"] for row in server.all(name, f"kind == {kind}", ["key", "data"])}
    for key in [key[:-2] for key in parts if key.endswith("/0")]:
        yield key, _joined(key, int(parts[f"{key}/0"].partition("\n")[0]), parts)


def read_rest(server: Server, name: str, firsts: dict[str, str]) -> dict[str, str]:
    """Texts whose first parts are at hand, by their keys; raises KeyError, ValueError."""
    counts = {key: int(first.partition("\n")[0]) for key, first in firsts.items()}
    more = [f"{key}/{number}" for key, count in counts.items() for number in range(1, count)]
    parts = {f"{key}/0": first for key, first in firsts.items()}
    parts |= {row["key"]: row["data"] for row in server.get(name, more, ["key", "data"])} if more else {}
    return {key: _joined(key, count, parts) for key, count in counts.items()}


def _joined(key: str, count: int, parts: dict[str, str]) -> str:
    """Raises KeyError where a part is missing."""
    first = parts[f"{key}/0"].partition("\n")[2]
    return "".join([first, *(parts[f"{key}/{number}"] for number in range(1, count))])
