"""Reading term banks: the packaged one, and a user's own laid over it."""

from importlib.resources import files
from pathlib import Path

from corpus.plain_text.folding import fold
from search.errors import BadTermBank
from search.terms.termbank import SEPARATOR, TermBank

__all__ = ["load_term_bank"]

_CELLS = 4
_COMMENT = "#"


def load_term_bank(path: Path | None = None) -> TermBank:
    """The packaged bank, with the concepts of a user's file laid over it.

    A line of the file takes the place of the packaged line with the same official term, and takes
    over each of its terms that another packaged line holds. Lines that begin with # and empty lines
    are comments. Nothing is encoded: a changed file counts from the next time it is loaded.
    Raises BadTermBank, which names the line.
    Example: `load_term_bank(Path("own.tsv"))`, own.tsv with 切除器官⇥摘取器官⇥卖肾|割肾⇥organ removal
    """
    # The packaged file is kept folded but for case, which a test holds: folding it takes longer than reading.
    packaged = _concept_lines(files("search").joinpath("data/termbank.tsv").read_text("utf-8"))
    if path is None:
        return TermBank(packaged, [line.casefold() for line in packaged])
    own = _read(path)
    replaced = {_official(line) for line in own}
    kept = [line for line in packaged if _official(line) not in replaced]
    folded = [*(line.casefold() for line in kept), *fold("\n".join(own)).split("\n")]
    return TermBank([*kept, *own], folded[: len(kept) + len(own)])


def _read(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTermBank(
            f"the term bank {path} cannot be read ({error}); a UTF-8 file was expected; "
            "give the path of one, or leave the option out"
        ) from error
    numbered = enumerate(text.splitlines(), start=1)
    return [_checked(path, number, line) for number, line in numbered if _is_concept(line)]


def _checked(path: Path, number: int, line: str) -> str:
    """The line with its terms trimmed; raises BadTermBank."""
    cells = line.split("\t")
    if len(cells) != _CELLS:
        raise BadTermBank(
            f"{path}, line {number} has {len(cells)} cells; {_CELLS} with tabs between them were expected: "
            f"official term, variants, everyday words, English, with {SEPARATOR} between terms; "
            "leave a cell empty where there is nothing to say"
        )
    terms = [[term.strip() for term in cell.split(SEPARATOR)] for cell in cells]
    short = next((term for cell in terms for term in cell if len(term) == 1), None)
    if not terms[0][0] or len(terms[0]) > 1 or short is not None:
        found = f"the term {short!r} of one character" if short else f"{cells[0]!r} as its official term"
        raise BadTermBank(
            f"{path}, line {number} has {found}; one official term, and terms of two characters and more "
            "were expected, since one character stands in every other query; write a longer term"
        )
    return "\t".join(SEPARATOR.join(filter(None, cell)) for cell in terms)


def _concept_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if _is_concept(line)]


def _is_concept(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(_COMMENT)


def _official(line: str) -> str:
    return line.split("\t", 1)[0]
