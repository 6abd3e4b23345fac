"""The files of a folder that are not read: which kind each is, and what to do about it."""

from pathlib import Path

from indexer.report import Failure, Notice

__all__ = ["not_read"]

_EXPECTED = "text, markdown, DOCX, DOC, ODT, RTF, PDF or HTML"
# Files that hold documents of a kind that no reader here knows: leaving one out is a loss.
_DOCUMENTS = {
    "an e-book": ".epub .mobi .azw .azw3 .fb2",
    "a saved web page": ".mhtml .mht .maff .webarchive",
    "a document of WPS Office": ".wps .wpt",
    "a document of another office program": ".docm .dot .dotx .ott .fodt .sxw .wpd .pages .hwp .uof .uot",
    "a fixed page layout": ".ofd .caj .nh .kdh .djvu .xps .oxps .ps",
    "a spreadsheet": ".xls .xlsx .xlsm .ods .et .numbers",
    "a presentation": ".ppt .pptx .odp .dps .key",
    "an e-mail": ".eml .msg",
    "markup": ".tex .rst .org .adoc .asciidoc .textile .wiki .xml .jats .docbook",
    "an archive": ".zip .rar .7z .tar .gz .tgz .bz2 .xz",
}
_PICTURES = ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .svg .ico .emf .wmf .psd"
_KINDS = {suffix: kind for kind, suffixes in _DOCUMENTS.items() for suffix in suffixes.split()}


def not_read(path: Path) -> Failure:
    """What is told of a file that is passed over: a failure where it is a document, a notice where not.

    Example: `not_read(Path("a.epub")).error == "FormatNotRead"`, `not_read(Path("a.png")).is_notice`
    """
    suffix = path.suffix.lower()
    if suffix in _KINDS:
        message = (
            f"{path} is {_KINDS[suffix]} ({suffix}), a format that is not read; expected {_EXPECTED}. "
            "Save it as one of these, or leave it out of the folder."
        )
        return Failure(path, "FormatNotRead", message)
    if suffix in _PICTURES.split():
        message = (
            f"{path} is a picture; expected {_EXPECTED}. If it shows pages, run text recognition on it first."
        )
    elif suffix == ".toml":
        message = (
            f"{path} stands beside no document of its name; expected NAME.toml beside NAME.txt or the like. "
            "Rename it."
        )
    else:
        ending = f"the ending {suffix}" if suffix else "no ending"
        message = f"{path} has {ending}; expected {_EXPECTED}. If it holds such a text, rename it."
    return Failure(path, Notice.NOT_A_DOCUMENT, message)
