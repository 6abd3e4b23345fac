"""Where the pages of a Word document begin, if Word has left it in the file."""

from corpus.formats.word.ooxml import Package, local
from corpus.formats.word.styles import number

__all__ = ["page_starts", "stated_pages"]


def stated_pages(package: Package) -> int | None:
    """How many pages the program that saved the document counted: Pages in its extended properties."""
    part = package.target("", "extended-properties")
    if part is None or part not in package:
        return None
    found = next((one for one in package.root(part) if local(one) == "Pages"), None)
    return number(found.text) if found is not None else None


def page_starts(text: str, breaks: list[int], stated: int | None) -> tuple[int, ...]:
    """The offsets at which pages begin, from 0 on; none where the marks are not all the pages stated.

    Word marks where pages began when it last laid the document out, at times twice, and where its author
    asked for a new page. Other programs leave out some of these marks. A page counted wrongly would make
    a wrong citation, so the number of pages that the file states must come out.
    Example: `page_starts("甲\\n乙\\n", [2, 2], 2) == (0, 2)`
    """
    starts = [0]
    for at in sorted(breaks):
        if text[starts[-1] : at].strip() and text[at:].strip():
            starts.append(at)
    return tuple(starts) if len(starts) == stated else ()
