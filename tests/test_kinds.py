"""Documents of many kinds, written apart from the grammar: places are right, and every character is counted."""

import json
import random
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from corpus.coverage import coverage_of, unplaced_spans
from corpus.reader import parse_document, read_document
from corpus.types import Document, OmissionKind, Unit
from search.errors import SearchError
from search.references.resolve import resolve
from tests.search_library import opened

KINDS = Path(__file__).parent / "data" / "kinds"
NAMES = sorted(path.name for path in KINDS.iterdir() if path.is_dir())

FORMATS = ("txt", "docx", "html", "pdf")

# A text without marks prints the number of a note as a figure among the words; it is served as printed.
NOTE_MARKS = {
    ("observations-songze", "第1段"),
    ("observations-songze", "第9段"),
    ("observations-songze", "第9段(c)"),
    ("resolution-wastepickers", "序言部分第4段"),
    ("report-group8", "第4段"),
    ("report-group8", "附件二第2段"),
}


LABEL = re.compile(r"^[(（][a-z一-十]+[)）]\s*|^\d+[.．]\s*")


class Found(NamedTuple):
    """The documents of one format, and the texts of each place by document and reference."""

    format: str
    paths: list[Path]
    texts: dict[tuple[str, str], list[str]]


def expected_of(name: str) -> dict[str, Any]:
    return json.loads((KINDS / name / "expected.json").read_text(encoding="utf-8"))


def words_of(unit: Unit, item: str | None) -> str:
    """The text that a reference names: a unit, or an item of it without its label."""
    if item is None:
        return unit.text
    (found,) = (one for one in unit.items if ".".join(one.path) == item)
    words = unit.text[found.start : found.end]
    return words if item.endswith("款") else LABEL.sub("", words, count=1)


def bare(text: str, radicals: Mapping[str, str] = {}) -> str:
    """Without white space, and with one form of each character that prints alike."""
    for radical, character in radicals.items():
        text = text.replace(radical, character)
    return "".join(unicodedata.normalize("NFKC", text).replace("〔…〕", "").split())


def adds_up(document: Document) -> None:
    coverage = coverage_of(document)
    assert unplaced_spans(document) == []
    assert coverage.characters == len("".join(document.source.split()))
    assert coverage.characters == coverage.units + coverage.blocks + sum(coverage.aside.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_character_has_a_place_also_in_a_mutated_document(name: str) -> None:
    document = read_document(KINDS / name / f"{name}.txt")
    adds_up(document)
    rng = random.Random(name)
    for _ in range(4):
        lines = document.source.split("\n")
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(lines))
            if rng.random() < 0.5 and len(lines) > 3:
                del lines[at]
            else:
                lines.insert(at, rng.choice(lines))
        adds_up(parse_document("\n".join(lines), name))


@pytest.fixture(scope="module", params=FORMATS)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What each place, and each reference that is no place, gives in all documents of one format."""
    paths = [path for name in NAMES if (path := KINDS / name / f"{name}.{request.param}").is_file()]
    texts: dict[tuple[str, str], list[str]] = {}
    with opened(tmp_path_factory.mktemp("kinds"), paths) as (snapshot, _):
        for path in paths:
            told = expected_of(path.stem)
            for ref in [*(place["ref"] for place in told["places"]), *told["not_places"]]:
                try:
                    rows = [words_of(snapshot.units.get(one.row), one.item)
                            for one in resolve(snapshot, ref, document=path.stem)]  # fmt: skip
                except SearchError:
                    rows = []
                texts[path.stem, ref] = rows
    return Found(request.param, paths, texts)


def test_each_place_holds_its_whole_text_in_every_format(found: Found) -> None:
    wrong = []
    for path in found.paths:
        told = expected_of(path.stem)
        for place in told["places"]:
            if place.get("language") == "en":  # the translation is set aside
                continue
            text = bare("".join(found.texts[path.stem, place["ref"]]), told.get("radicals", {}))
            words = place.get(f"in_{found.format}", place["text"])
            if found.format == "txt" and place["ref"].startswith("表"):
                words = "".join(
                    part.split("：")[-1] for part in words.split("；")
                )  # cells without their heads
            if found.format == "txt" and (path.stem, place["ref"]) in NOTE_MARKS:
                text = re.sub("(?<=[\u4e00-\u9fff)。])[12](?=[,。]|$)", "", text)
            if bare(words, told.get("radicals", {})) != text:
                wrong.append((path.name, place["ref"], text))
    assert wrong == [], wrong
    assert sum(len(expected_of(path.stem)["places"]) for path in found.paths) > 300


def test_what_a_document_does_not_hold_is_not_found_in_any_format(found: Found) -> None:
    held = [(path.name, ref) for path in found.paths for ref in expected_of(path.stem)["not_places"]
            if found.texts[path.stem, ref]]  # fmt: skip
    assert held == []


def test_titles_are_whole_and_end_where_they_end(found: Found) -> None:
    titles = {path.name: bare(read_document(path).metadata.title or "") for path in found.paths}
    wanted = {path.name: bare(title) for path in found.paths if (title := expected_of(path.stem)["title"])}
    assert {name: titles[name] for name in wanted} == wanted


def test_names_and_addresses_in_turn_are_no_translation() -> None:
    people = "\n\n".join(f"{n}. 第{n}机构\n\nInstitute of Rivers, Main Street {90 + n}" for n in range(1, 9))
    document = parse_document(people, "people")
    assert not any(one.kind is OmissionKind.TRANSLATION for one in document.omissions)
