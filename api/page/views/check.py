"""A pasted text with each of its citations marked: exists, differs, not found; the right words beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from api.errors import BadInput
from api.page.marking import shown
from api.page.views.hits import unit
from corpus.citations.find import find_citations
from search.library import Library

if TYPE_CHECKING:
    from search.shapes.citations import CheckedCitation

__all__ = ["MOST", "check"]

MOST = 10_000
_MOST_CITED = 100


def check(library: Library, text: str) -> dict[str, Any]:
    """The text with its citations checked; without a text an empty form. Raises BadInput for a longer one."""
    context: dict[str, Any] = {
        "text": text,
        "index_version": library.index_version,
        "marked": None,
        "cited": [],
    }
    if not text.strip():
        return context
    if len(text) > MOST or len(find_citations(text)) > _MOST_CITED:
        raise BadInput(
            f"the text has {len(text):,} characters; at most {MOST:,} and {_MOST_CITED} citations are "
            "checked at once; paste it in parts"
        )
    answer = library.check_citations(text)
    cited = answer["citations"]
    listed = [(one, [unit(library, each, whole=False) for each in one["units"][:5]]) for one in cited]
    return context | {"marked": _marked(answer["text"], cited), "cited": listed}


def _marked(text: str, cited: "Sequence[CheckedCitation]") -> Markup:
    """The text, each citation a link to what is said of it below."""
    pieces, reached = [], 0
    for number, one in enumerate(cited, 1):
        start, end = one["span"]
        if start < reached:
            continue
        pieces.append(shown(text[reached:start]))
        link = '<a class="cited {}" href="#c{}">{}</a>'
        pieces.append(Markup(link).format(one["status"].value, number, shown(text[start:end])))
        reached = end
    return Markup("").join([*pieces, shown(text[reached:])])
