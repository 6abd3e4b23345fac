"""Words that ask, address or connect, and name no subject."""

from functools import cache
from importlib.resources import files

__all__ = ["function_words"]


@cache
def function_words() -> frozenset[str]:
    """The packaged list, folded; its first line states its source. Holds `什么`, `请问`, `which`."""
    text = files("search").joinpath("data/function_words.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines()[1:] if line)
