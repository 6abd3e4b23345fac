"""Read HTML and XHTML as a browser shows it: which elements make lines, which are not shown.

The tokens come from `html.parser`, which reads any bytes in time linear to their number; elements left
open or closed in the wrong order are put right by the few rules of the HTML Standard (13.2.6) that change
what is shown. No tree is built: libraries that build one stop without a word at 256 (lxml) or 2,048
levels, or take minutes for 100,000 (selectolax); pages made to harm have as many.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from corpus.formats.html.lines import Lines
from corpus.formats.html.lists import OpenList, open_list
from corpus.types import OmissionKind

__all__ = ["PageReader"]


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_DELETED = _tags("del s strike")
_READINGS = _tags("rt rtc")
_STRUCK = re.compile(r"text-decoration[^:;]*:[^;]*line-through")
_VOID = _tags("area base br col embed hr img input link meta param source track wbr")
_UNSHOWN = _tags(
    "script style nav template head noscript svg iframe object audio video canvas select datalist "
    "textarea button dialog noembed noframes rp"
)
_APART = _tags(
    "p h1 h2 h3 h4 h5 h6 blockquote table ul ol dl section article pre header footer main aside "
    "figure form fieldset address hr"
)
_LINE = _tags("div li dt dd tr td th caption figcaption center details summary legend body html")
_BLOCK = _APART | _LINE
# A start tag closes an open element of these, up to the nearest of those (HTML Standard, 13.2.6.4.7).
_CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "body": (frozenset({"head"}), frozenset()),
}
_HEADING = re.compile(r"h([1-6])")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all")
_NOTE_ID = re.compile(r"_?(?:ftn|edn|fn|footnote|note)[:_\-]?\d+")
_NOTE_ROLES = frozenset({"doc-footnote", "doc-endnote", "doc-endnotes"})
_NOTES_CLASS = re.compile(r"\b(?:footnotes?|endnotes?)\b")
_REFERENCE = re.compile(r"#_?(?:ftn|edn|fn|footnote|note)[:_\-]?\d+")
_INTEGER = re.compile(r"\s*\d{1,9}")
_LOOK_BACK = 50  # open elements between a paragraph and what closes it


@dataclass(slots=True)
class _Element:
    tag: str
    hidden: bool = False  # this element hides what is in it
    unshown: bool = False  # as browsers show no such element
    note: bool = False
    raised: bool = False
    aside: OmissionKind | None = None  # deleted words, or how others are read
    list: OpenList | None = None


@dataclass(slots=True)
class _State:
    """Elements that are open, from outermost to innermost, and how many of them are of which kind."""

    stack: list[_Element] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)
    hidden: int = 0
    unshown: int = 0
    notes: int = 0
    aside: list[OmissionKind] = field(default_factory=list)
    lists: list[OpenList] = field(default_factory=list)


class PageReader(HTMLParser):
    """Feed it the text of a page, then `close` it; `lines`, `title`, `hidden`, `images` hold what was read.

    Example: `reader.feed("<ol><li>甲<li>乙</ol>")` makes the lines `1. 甲` and `2. 乙`.
    """

    def __init__(self, items: dict[int, int]) -> None:
        """`items` tells for each list in order (from 0) how many items it has, see `count_items`."""
        super().__init__(convert_charrefs=True)
        self.lines = Lines()
        self.title = ""
        self.hidden = 0
        self.images = 0
        self._items = items
        self._lists = 0
        self._state = _State()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        attributes = {name: value or "" for name, value in attrs}
        self._close_implied(tag)
        self._open_block(tag, attributes)
        if tag not in _VOID:
            self._push(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """An element ends; one that is not open is passed over."""
        state = self._state
        if tag in ("br", "p") and not state.tags[tag]:
            self.lines.end_line(apart=tag == "p")
            return
        if tag in _VOID or not state.tags[tag]:
            return
        while state.stack:
            if self._pop() == tag:
                return

    def handle_data(self, data: str) -> None:
        """Words, where they are shown."""
        state = self._state
        if state.tags["title"] and not state.tags["body"]:
            self.title += data
        elif state.unshown:
            return
        elif state.hidden:
            self.hidden += len("".join(data.split()))
        elif state.aside:
            self.lines.set_aside(state.aside[0], data)
        else:
            self.lines.add(data, as_is=state.tags["pre"] > 0)

    def parse_html_declaration(self, i: int) -> int:
        """`<!…>`; of `<![…` the CDATA sections of XHTML are words, the conditions of Word are passed over.

        The library raises AssertionError at conditions that it does not know.
        """
        if self.rawdata.startswith("<![CDATA[", i):
            end = self.rawdata.find("]]>", i)
            end = len(self.rawdata) if end < 0 else end
            self.handle_data(self.rawdata[i + 9 : end])
            return min(end + 3, len(self.rawdata))
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)

    def _open_block(self, tag: str, attributes: dict[str, str]) -> None:
        shown = not (self._state.hidden or self._state.unshown)
        if tag == "br":
            self.lines.end_line(keep=True)
        elif tag in ("td", "th") and shown:
            head = tag == "th" or self._state.tags["thead"] > 0
            across, down = (_span_of(attributes.get(name, "")) for name in ("colspan", "rowspan"))
            self.lines.open_cell(across, down, head=head)
        elif tag == "tr" and shown:
            self.lines.open_row()
        elif tag == "table" and shown:
            self.lines.open_table()
        elif tag in _BLOCK:
            self.lines.end_line(apart=tag in _APART)
        if tag == "img" and shown:
            self.images += 1
        if tag == "li" and shown:
            marker = self._state.lists[-1].marker(attributes) if self._state.lists else "- "
            self.lines.mark(marker)
        heading = _HEADING.fullmatch(tag)
        if heading and shown:
            self.lines.mark("#" * int(heading[1]) + " ")

    def _push(self, tag: str, attributes: dict[str, str]) -> None:
        state = self._state
        style = attributes.get("style", "").lower()
        words = f"{attributes.get('class', '')} {attributes.get('epub:type', '')}".lower()
        element = _Element(
            tag,
            hidden="hidden" in attributes or _HIDDEN_STYLE.search(style) is not None,
            unshown=tag in _UNSHOWN or attributes.get("role") == "navigation",
            note=_is_note(tag, attributes, words),
            raised=tag == "sup" or _is_reference(tag, attributes, words),
            aside=_aside(tag, style),
        )
        if tag in ("ol", "ul"):
            element.list = open_list(tag, attributes, self._items.get(self._lists, 0))
            self._lists += 1
            state.lists.append(element.list)
        if element.raised and not (state.hidden or state.unshown):
            self.lines.raise_words()
        if element.aside is not None:
            state.aside.append(element.aside)
            self.lines.set_aside(state.aside[0], " ")
        state.stack.append(element)
        state.tags[tag] += 1
        state.hidden += element.hidden
        state.unshown += element.unshown
        state.notes += element.note
        self.lines.kind = OmissionKind.FOOTNOTE if state.notes else None

    def _pop(self) -> str:
        state = self._state
        element = state.stack.pop()
        tag = element.tag
        shown = not (state.hidden or state.unshown)
        if element.raised:
            self.lines.lower_words()
        if tag == "li" and shown:
            self.lines.end_item()
        elif tag == "tr" and shown:
            self.lines.end_row()
        elif tag == "table" and shown:
            self.lines.close_table()
        elif tag in _BLOCK:
            self.lines.end_line(apart=tag in _APART)
        state.tags[tag] -= 1
        state.hidden -= element.hidden
        state.unshown -= element.unshown
        state.notes -= element.note
        if element.aside is not None:
            state.aside.pop()
        if element.list is not None:
            state.lists.pop()
        self.lines.kind = OmissionKind.FOOTNOTE if state.notes else None
        return tag

    def _close_implied(self, tag: str) -> None:
        """Close what a start tag ends without an end tag."""
        state = self._state
        if tag in _BLOCK and tag not in ("body", "html") and state.tags["p"]:
            self._close_to(frozenset({"p"}), _BLOCK - {"p"})
        closes = _CLOSES.get(tag)
        if closes is not None and any(state.tags[one] for one in closes[0]):
            self._close_to(*closes)
        if state.tags["head"] and not state.tags["body"] and tag in _BLOCK:
            self._close_to(frozenset({"head"}), frozenset())

    def _close_to(self, tags: frozenset[str], barriers: frozenset[str]) -> None:
        """Close the outermost of `tags` that no barrier stands around, and all within it."""
        stack = self._state.stack
        found = None
        for at in range(len(stack) - 1, max(-1, len(stack) - 1 - _LOOK_BACK), -1):
            if stack[at].tag in barriers:
                break
            if stack[at].tag in tags:
                found = at
        while found is not None and len(stack) > found:
            self._pop()


def _aside(tag: str, style: str) -> OmissionKind | None:
    """What is shown and yet no text: struck out, or the reading printed above characters (ruby)."""
    if tag in _DELETED or _STRUCK.search(style):
        return OmissionKind.DELETED
    return OmissionKind.RUBY if tag in _READINGS else None


def _span_of(value: str) -> int:
    """How many columns or rows a cell covers (HTML Standard, 4.9.11); 0 and nonsense count as 1."""
    number = _INTEGER.match(value)
    return min(max(int(number[0]), 1), 1000) if number else 1


def _is_note(tag: str, attributes: dict[str, str], words: str) -> bool:
    """Whether an element holds footnotes: by its role, its class, or the id that Word and Pandoc give."""
    if tag in ("a", "sup", "span"):
        return False
    by_id = _NOTE_ID.fullmatch(attributes.get("id", "").lower()) is not None
    return by_id or attributes.get("role") in _NOTE_ROLES or _NOTES_CLASS.search(words) is not None


def _is_reference(tag: str, attributes: dict[str, str], words: str) -> bool:
    """Whether a link is the mark of a note in the text, as Word and Pandoc write it."""
    if tag != "a":
        return False
    noteref = attributes.get("role") == "doc-noteref" or "noteref" in words or "footnote-ref" in words
    return noteref or _REFERENCE.fullmatch(attributes.get("href", "").lower()) is not None
