"""Themes: which subjects a unit belongs to, by its words, its headings and the printed key topics."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from corpus.plain_text.folding import fold
from corpus.types import Unit
from search.errors import BadThemes

__all__ = ["UNCLASSIFIED", "Theme", "Themes", "load_themes"]

UNCLASSIFIED = "未归类"

_LATIN = re.compile(r"[0-9a-z]")
_NAME = re.compile(
    r"《[^》]*》"
)  # a protocol against trafficking 特别是妇女和儿童 is about neither by its name alone

_HEADING = 1.5  # the document's own classification weighs more than one word of the text, less than two
_TOPIC = 0.5  # key topics are printed for a whole section
_CELLS = 3


@dataclass(frozen=True, slots=True)
class Theme:
    """One line of a theme file; terms are folded, the name is as written.

    `terms` count in texts, headings and key topics; `titles`, among them the name, in the latter two only.
    Example: `Theme("器官", frozenset({"器官"}), frozenset({"器官"}))`
    """

    name: str
    terms: frozenset[str]
    titles: frozenset[str]


class Themes:
    """The themes of a file, in its order."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        """Keep the themes, whose names are different, and one pattern for all their terms."""
        self._themes = tuple(themes)
        self._in_text = _pattern(term for theme in themes for term in theme.terms)
        self._in_titles = _pattern(term for theme in themes for term in theme.terms | theme.titles)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the order of the file."""
        return tuple(theme.name for theme in self._themes)

    def of(self, unit: Unit) -> tuple[str, ...]:
        """Every theme that a unit belongs to, best first, ties in the order of the file; empty: none.

        A unit belongs to a theme where its text prints a term of it; a word that counts in titles only is
        enough where the innermost heading or the key topics name the theme too. Headings alone are not: they
        stand over a whole section. A term inside a longer one of any theme does not count (偷运移民 is
        not 移民), nor do titles in 《》, which name instruments. More terms make a theme better.
        Example: `load_themes().of(unit) == ("器官", "刑事司法对策")`
        """
        text = _NAME.sub(" ", fold(unit.text))
        printed = _found(self._in_text, text)
        titled = _found(self._in_titles, text)
        inner = _found(self._in_titles, fold("\n".join(unit.headings[-1:])))
        topics = _found(self._in_titles, fold("\n".join(unit.topics)))
        weights = []
        for theme in self._themes:
            named = theme.terms | theme.titles
            heading = _HEADING * bool(named & inner) + _TOPIC * bool(named & topics)
            terms = len(theme.terms & printed)
            if terms or (heading and theme.titles & titled):
                weights.append((terms + heading, theme.name))
        best = sorted(weights, key=lambda pair: -pair[0])  # stable, hence ties in the order of the file
        return tuple(name for _, name in best)


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    """The terms that stand in a text, without those inside a longer one."""
    reached, found = 0, set[str]()
    for match in pattern.finditer(text):  # by rising start, at each the longest
        if match.end(1) > reached:
            found.add(match[1])
            reached = match.end(1)
    return found


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Finds the longest term at every place; a term in Latin letters must be whole words."""
    longest = sorted(set(terms), key=lambda term: (-len(term), term))
    return re.compile(f"(?=({'|'.join(map(_whole, longest)) or '(?!)'}))")


def _whole(term: str) -> str:
    before = r"(?<![0-9a-z])" if _LATIN.match(term[0]) else ""
    after = r"(?![0-9a-z])" if _LATIN.match(term[-1]) else ""
    return before + re.escape(term) + after


def load_themes(path: Path | None = None) -> Themes:
    """The packaged themes, or those of a user's file in their place; raises BadThemes, naming the line.

    A line has a name, a tab and the terms with | between them; after another tab may stand terms that
    count in headings and key topics only. Lines that begin with # and empty lines are comments.
    Example: `load_themes(Path("own.tsv"))`, own.tsv with 押金⇥押金返还|退还率⇥生产者责任
    """
    text = files("search").joinpath("data/themes.tsv").read_text("utf-8") if path is None else _read(path)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if _is_theme(line)]
    source = "search/data/themes.tsv" if path is None else str(path)
    themes = [_parse(source, number, line) for number, line in lines]
    _check(source, [theme.name for theme in themes])
    return Themes(themes)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadThemes(
            f"the theme file {path} cannot be read ({error}); a UTF-8 file was expected; "
            "give the path of one, or leave the option out"
        ) from error


def _is_theme(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _parse(source: str, number: int, line: str) -> Theme:
    cells = [cell.strip() for cell in line.split("\t")]
    terms, titles = (_terms(cells[at]) if len(cells) > at else frozenset() for at in (1, 2))
    if not cells[0] or len(cells) > _CELLS or not (terms or titles):
        raise BadThemes(
            f"{source}, line {number}: found {line!r:.80}; a name, a tab and terms with | between them were "
            "expected, after another tab terms for headings only; write for example: 器官⇥切除器官|器官移植"
        )
    return Theme(cells[0], terms, titles | {fold(cells[0])})


def _terms(cell: str) -> frozenset[str]:
    return frozenset(fold(term.strip()) for term in cell.split("|") if term.strip())


def _check(source: str, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice or UNCLASSIFIED in names:
        found = f"twice the theme {', '.join(twice)}" if twice else "no theme" if not names else UNCLASSIFIED
        raise BadThemes(
            f"{source} holds {found}; one line for each theme was expected, and none called {UNCLASSIFIED}, "
            "where everything else is put; give each theme one line"
        )
