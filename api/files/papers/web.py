"""A paper as one HTML file: no script, nothing loaded from elsewhere, every text escaped."""

from html import escape

from api.files.papers.model import Block, Facts, Heading, Paper, Quotation
from api.visible import visible

__all__ = ["to_html"]

_STYLE = (
    "body{font-family:serif;line-height:1.7;max-width:46em;margin:2em auto;padding:0 1em}"
    "blockquote{margin:.3em 0;padding-left:1em;border-left:.2em solid #888;white-space:pre-line}"
    "article{margin:1.2em 0;break-inside:avoid}.cited{font-weight:bold}"
    ".note,th{color:#444;font-weight:normal}th,td{text-align:left;vertical-align:top;padding:.1em 1em .1em 0}"
)

_MARKED = {"kept": "{}", "dropped": "<del>{}</del>", "added": "<ins>{}</ins>"}

# A page that may load and run nothing, should an escape ever be missing (W3C Content Security Policy).
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(paper: Paper) -> bytes:
    """The paper in UTF-8; the line ends of a quotation are kept in the text.

    Example: `b"<h2>&lt;b&gt;</h2>" in to_html(Paper("甲", (Heading("<b>"),)))`
    """
    head = (
        '<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{_text(paper.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    body = "\n".join([f"<h1>{_text(paper.title)}</h1>", *map(_block, paper.blocks)])
    return f"{head}{body}\n</body>\n</html>\n".encode()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        level = min(block.level + 1, 6)
        return f"<h{level}>{_text(block.text)}</h{level}>"
    if isinstance(block, Facts):
        rows = "\n".join(
            f'<tr><th scope="row">{_text(name)}</th><td>{_text(value)}</td></tr>'
            for name, value in block.rows
        )
        return f"<table>\n{rows}\n</table>"
    if isinstance(block, Quotation):
        return _quotation(block)
    return f"<p>{_text(block.text)}</p>"


def _row(name: str, value: str) -> str:
    return f'<tr><th scope="row">{_text(name)}</th><td>{_text(value)}</td></tr>'


def _quotation(block: Quotation) -> str:
    pieces = "".join(_MARKED[piece.kind].format(_text(piece.text)) for piece in block.wording)
    compared = f'\n<div class="note">对照：{pieces}</div>' if pieces else ""
    notes = compared + "".join(f'\n<div class="note">{_text(note)}</div>' for note in block.notes)
    return (
        f'<article>\n<div class="cited">{_text(block.label)}</div>\n'
        f"<blockquote>{_text(block.text)}</blockquote>{notes}\n</article>"
    )


def _text(text: str) -> str:
    return escape(visible(text))
