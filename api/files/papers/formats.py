"""The formats of a paper, and the writer of each."""

from enum import StrEnum

from api.files.papers.model import Paper

__all__ = ["PaperFormat", "render"]


class PaperFormat(StrEnum):
    """How a paper is written."""

    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"


def render(paper: Paper, format: PaperFormat) -> bytes:
    """The paper as a file; only the writer that is needed is loaded. Raises ExportUnavailable.

    Example: `render(Paper("甲", ()), PaperFormat.MARKDOWN) == "# 甲\\n".encode()`
    """
    if format is PaperFormat.MARKDOWN:
        from api.files.papers.markdown import to_markdown

        return to_markdown(paper)
    if format is PaperFormat.HTML:
        from api.files.papers.web import to_html

        return to_html(paper)
    from api.files.papers.word import to_docx

    return to_docx(paper)
