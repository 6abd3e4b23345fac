"""An answer with a summary by the operator's model."""

from typing import TYPE_CHECKING

from api.writer.view import summary_json, writer_json
from search.library import Library
from search.library.operations import answer_json
from search.shapes.answers import AskAnswer

if TYPE_CHECKING:
    from api.writer.writer import Writer
    from search.query import Query

__all__ = ["ask"]


def ask(library: Library, question: "str | Query", writer: "Writer | None" = None) -> AskAnswer:
    """What `library.ask` gives; with a writer also `summary`, each sentence checked, and how it fared."""
    if writer is None:
        return library.ask(question)
    from search.answer import ask as asking

    answer = asking.answer(library, question)
    text = question if isinstance(question, str) else question.text
    written = writer.write(library, text, answer)
    return {
        **answer_json(library, answer),
        "summary": summary_json(written),
        "writer": writer_json(written),
    }
