"""User dictionaries: `word frequency` lines, UTF-8, comment lines starting with `#`."""

from typing import NamedTuple

from models.errors import BadDictionary

__all__ = ["Term", "parse_terms"]


class Term(NamedTuple):
    """A word to keep whole, and the frequency it competes with, e.g. `Term("缔约方", 300)`."""

    word: str
    frequency: int


def parse_terms(data: bytes, name: str) -> tuple[Term, ...]:
    """Terms of a dictionary file in file order; `name` is what error messages call it.

    The frequency is required: jieba and rjieba would each suggest one of their own. Raises
    BadDictionary with the line number. Example line: `缔约方会议 300`
    """
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadDictionary(
            f"{name}: byte {error.start} is not UTF-8; save the dictionary as UTF-8"
        ) from error
    numbered = enumerate(lines, 1)
    return tuple(_term(line, f"{name}, line {at}") for at, line in numbered if _holds_term(line))


def _holds_term(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _term(line: str, place: str) -> Term:
    match line.split():
        case [word, frequency] if frequency.isascii() and frequency.isdigit() and int(frequency) > 0:
            return Term(word, int(frequency))
    raise BadDictionary(
        f"{place}: found {line.strip()!r}, expected a word, one space and a positive frequency, "
        "such as '缔约方会议 300'; correct the line, or start it with # to make it a comment"
    )
