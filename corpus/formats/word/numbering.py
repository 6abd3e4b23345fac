"""Word's automatic numbers, counted and printed as Word does (ECMA-376 part 1, 17.9).

The standard leaves open what the counts belong to. As measured in Word by the authors of docx4j (17.1.1,
NumberingState and NumberingStates): instances of one abstract list go on counting together; an instance
that overrides the start of a level begins anew when it is first met at that level; body, margins, footnotes,
endnotes and each text box count for themselves. A level that was passed over counts as if it had been there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from corpus.formats.counting import format_number
from corpus.formats.word.ooxml import child, local, value
from corpus.formats.word.styles import NumberedBy, Styles, is_on, number

__all__ = ["Counts", "Numbering", "Printed"]

_PLACE = re.compile(r"%([1-9])")
_SUFFIX = {"space": " ", "nothing": ""}
_ZEROS = re.compile(r"(0+)1, \1[2], ")  # custom formats of Word 2010: "001, 002, 003, ..."
_BULLETS = frozenset("•●○◦▪■·∙–-*+→◆◇►▶√")
# What Word writes into the attribute `format` for formats that also have a name (MS-DOCX 2.4).
_CUSTOM = {"一, 十, 一○○(简), ...": "chineseCounting", "一, 十, 一百(简), ...": "chineseCountingThousand"}


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands before a paragraph; `text` is None where the number is in a format that is not known."""

    text: str | None
    suffix: str = ""
    form: str = "decimal"


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 0  # where w:start is absent (17.9.25)
    form: str = "decimal"
    zeros: int = 0
    text: str = ""
    suffix: str = "\t"
    restart: int | None = None
    legal: bool = False
    style: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _List:
    """An instance: the abstract list that counts for it, its levels, and those of them that it restarts."""

    id: str
    abstract: str
    levels: Mapping[int, _Level]
    overridden: frozenset[int]


@dataclass(slots=True)
class Counts:
    """How far each level of each abstract list has counted, and the restarts that are spent."""

    reached: dict[str, dict[int, int]] = field(default_factory=dict)
    restarted: set[tuple[str, int]] = field(default_factory=set)


@dataclass(slots=True)
class Numbering:
    """The lists of a document."""

    styles: Styles
    _lists: dict[str, _List] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Element | None, styles: Styles) -> "Numbering":
        """Of w:numbering; None where the document has no lists."""
        made = cls(styles)
        if root is None:
            return made
        instances = {value(one, "numId") or "": one for one in root if local(one) == "num"}
        abstracts = {value(one, "abstractNumId") or "": one for one in root if local(one) == "abstractNum"}
        for id, instance in instances.items():
            abstract = value(child(instance, "abstractNumId")) or ""
            behind = _behind_style(abstract, abstracts, instances, styles)
            if behind in abstracts:
                made._lists[id] = _instance(id, abstract, _levels(abstracts[behind]), instance)
        return made

    def of(self, direct: NumberedBy | None, style: str | None, counts: Counts) -> Printed | None:
        """Count a paragraph and say what is printed before it; None where it belongs to no list.

        `direct` is its own w:numPr, `style` the id of its style; paragraphs come in reading order.
        Example: `Printed("12.", "\\t")`
        """
        by_style = self.styles.numbered(style)
        list_id = direct.list_id if direct is not None else None
        linked = style
        if list_id is None and by_style is not None:
            list_id, linked = by_style[0].list_id, by_style[1]
        found = self._lists.get(list_id or "")
        if found is None:  # numId 0 takes a paragraph out of the list of its style
            return None
        level = direct.level if direct is not None else None
        if level is None:
            styled = (at for at, one in found.levels.items() if linked and one.style == linked)
            level = next(styled, (by_style[0].level if by_style is not None else None) or 0)
        if level not in found.levels:
            return None
        _count(found, level, counts)
        return _print(found.levels, level, counts.reached[found.abstract])


def _count(found: _List, level: int, counts: Counts) -> None:
    reached = counts.reached.setdefault(found.abstract, {})
    if level not in reached:
        for above in range(level - 1, -1, -1):
            if above in reached or above not in found.levels:
                break
            reached[above] = found.levels[above].start
            counts.restarted.add((found.id, above))
    anew = level in found.overridden and (found.id, level) not in counts.restarted
    counts.restarted.add((found.id, level))
    reached[level] = reached[level] + 1 if level in reached and not anew else found.levels[level].start
    for below in [below for below in reached if below > level]:
        after = found.levels[below].restart if below in found.levels else None
        if after is None or after > below or level < after:
            del reached[below]


def _print(levels: Mapping[int, _Level], at: int, counts: Mapping[int, int]) -> Printed:
    level = levels[at]
    if level.hidden:
        return Printed("")
    if level.form == "bullet":
        sign = level.text.strip()
        return Printed(sign if sign in _BULLETS else "•", " ", level.form)
    unknown = False

    def place(match: re.Match[str]) -> str:
        nonlocal unknown
        of = int(match[1]) - 1
        if of > at or of not in levels or levels[of].form == "bullet":
            return ""
        one = levels[of]
        count = counts.get(of, one.start)
        printed = format_number(count, "decimal" if level.legal and of != at else one.form)
        unknown = unknown or printed is None
        return (printed or "").rjust(one.zeros, "0")

    text = _PLACE.sub(place, level.text)
    return Printed(None if unknown else text, level.suffix if text else "", level.form)


def _behind_style(
    abstract: str, abstracts: Mapping[str, Element], instances: Mapping[str, Element], styles: Styles
) -> str:
    """The abstract list that holds the levels, where `abstract` only names a numbering style (17.9.21)."""
    for _ in range(5):
        link = value(child(abstracts.get(abstract), "numStyleLink"))
        if link is None:
            return abstract
        listed = styles.numbered(link)
        instance = instances.get((listed[0].list_id if listed is not None else None) or "")
        behind = value(child(instance, "abstractNumId"))
        if behind is None:
            linked = (id for id, one in abstracts.items() if value(child(one, "styleLink")) == link)
            behind = next(linked, None)
        if behind is None:
            return abstract
        abstract = behind
    return abstract


def _levels(abstract: Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for one in abstract:
        at = number(value(one, "ilvl")) if local(one) == "lvl" else None
        if at is not None:
            found[at] = _level(one)
    return found


def _instance(id: str, abstract: str, levels: dict[int, _Level], instance: Element) -> _List:
    overridden = set[int]()
    for one in instance:
        at = number(value(one, "ilvl")) if local(one) == "lvlOverride" else None
        if at is None:
            continue
        if (written := child(one, "lvl")) is not None:
            levels[at] = _level(written)
        start = number(value(child(one, "startOverride")))
        if start is not None and at in levels:
            levels[at] = replace(levels[at], start=start)
            overridden.add(at)
    return _List(id, abstract, levels, frozenset(overridden))


def _level(written: Element) -> _Level:
    form, zeros = _form(written)
    restart = number(value(child(written, "lvlRestart")))
    picture = child(written, "lvlPicBulletId") is not None
    return _Level(
        start=number(value(child(written, "start"))) or 0,
        form="bullet" if picture else form,
        zeros=zeros,
        text=value(child(written, "lvlText")) or "",
        suffix=_SUFFIX.get(value(child(written, "suff")) or "", "\t"),
        restart=restart,
        legal=is_on(written, "isLgl") or False,
        style=value(child(written, "pStyle")),
        hidden=is_on(child(written, "rPr"), "vanish") or False,
    )


def _form(written: Element) -> tuple[str, int]:
    """The format of a level and the digits it fills up with zeros."""
    plain = child(written, "numFmt")
    if plain is None:
        plain = child(written, "AlternateContent", "Choice", "numFmt")
    if plain is None:
        return "decimal", 0
    form, custom = value(plain) or "decimal", value(plain, "format") or ""
    if form != "custom":
        return form, 0
    if (match := _ZEROS.match(custom)) is not None:
        return "decimal", len(match[1]) + 1
    return _CUSTOM.get(custom, f"custom: {custom[:40]}"), 0
