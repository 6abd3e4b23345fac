"""A hit list as BibTeX, through bibtexparser: entries @techreport, which biblatex knows too."""

import re

from api.files.exports.reference import HitList, Reference
from api.files.extras import need

__all__ = ["escaped", "write_bibtex"]

# The ten characters that TeX reads as commands (The TeXbook, chapter 7), and the ligatures that would
# print others in their place. Chinese stays as it is: biber, XeTeX and LuaTeX read UTF-8.
_COMMANDS = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_LIGATURES = re.compile(r"(?<=([-`',<>?!]))(?=[-`',<>])")


def write_bibtex(hits: HitList) -> bytes:
    """The entries in UTF-8; raises ExportUnavailable where bibtexparser is not installed.

    The pinpoint stands under `note`, the quotation under `abstract`; white space is single spaces, as
    BibTeX reads it. Titles are in braces twice, so that no style changes their letters.
    """
    with need("BibTeX", "bibtexparser"):
        from bibtexparser.entrypoint import write_string
        from bibtexparser.library import Library
        from bibtexparser.model import Block, Entry, Field

    entries: list[Block] = [
        Entry("techreport", each.key, [Field(name, text) for name, text in _fields(each).items()])
        for each in hits.references
    ]
    return write_string(Library(entries)).encode()


def escaped(text: str) -> str:
    """The text as TeX prints it, on one line: `escaped("A_1 & 50%") == r"A\\_1 \\& 50\\%"`."""
    separate = _LIGATURES.sub("\0", " ".join(text.split()).replace("\0", ""))
    return "".join(_COMMANDS.get(character, character) for character in separate).replace("\0", "{}")


def _fields(of: Reference) -> dict[str, str]:
    year = of.date.year if of.date else of.year
    fields = {
        "title": f"{{{escaped(of.title)}}}",
        "author": of.body and f"{{{escaped(of.body)}}}",
        "institution": of.body and escaped(of.body),
        "number": of.symbol and escaped(of.symbol),
        "year": None if year is None else str(year),
        "date": of.date and of.date.isoformat(),
        "langid": of.language and of.language.lower(),
        "note": escaped(of.pinpoint),
        "abstract": escaped(of.quote),
    }
    return {name: text for name, text in fields.items() if text}
