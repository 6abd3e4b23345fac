"""Documents of many kinds, written apart from the grammar: places are right, and every character is counted."""

import json
import random
from pathlib import Path

import pytest

from corpus.coverage import coverage_of, unplaced_spans
from corpus.reader import parse_document, read_document
from corpus.types import Document, OmissionKind, UnitKind
from search.errors import SearchError
from search.references.resolve import resolve
from tests.search_library import opened

KINDS = Path(__file__).parent / "data" / "kinds"
NAMES = sorted(path.name for path in KINDS.iterdir() if path.is_dir())

# Where blank lines stand between all lines, an unnumbered paragraph stays with the number before it.
NOT_YET: set[tuple[str, str]] = set()


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


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[tuple[UnitKind, str]]]:
    """What each place and each reference that is no place gives."""
    folder = tmp_path_factory.mktemp("kinds")
    found: dict[tuple[str, str], list[tuple[UnitKind, str]]] = {}
    with opened(folder, [KINDS / name / f"{name}.txt" for name in NAMES]) as (snapshot, _):
        for name in NAMES:
            expected = json.loads((KINDS / name / "expected.json").read_text(encoding="utf-8"))
            for ref in [*(place["ref"] for place in expected["places"]), *expected["not_places"]]:
                try:
                    rows = [one.row for one in resolve(snapshot, ref, document=name)]
                except SearchError:
                    rows = []
                found[name, ref] = [
                    (unit.kind, unit.text) for row in rows for unit in [snapshot.units.get(row)]
                ]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_places_are_found_and_others_are_not(
    name: str, resolved: dict[tuple[str, str], list[tuple[UnitKind, str]]]
) -> None:
    expected = json.loads((KINDS / name / "expected.json").read_text(encoding="utf-8"))
    wanted = [
        place
        for place in expected["places"]
        if (name, place["ref"]) not in NOT_YET
        and place.get("language") != "en"  # the translation is set aside
    ]
    assert [place["ref"] for place in wanted if not resolved[name, place["ref"]]] == []
    for place in wanted:
        whole = "".join("".join(text for _, text in resolved[name, place["ref"]]).split())
        for radical, character in expected.get("radicals", {}).items():
            whole = whole.replace(radical, character)
        begins = "".join(place.get("in_txt", place["text"]).split())[:8]
        assert begins in whole, place["ref"]
    assert [ref for ref in expected["not_places"] if resolved[name, ref]] == []


def test_names_and_addresses_in_turn_are_no_translation() -> None:
    people = "\n\n".join(f"{n}. 第{n}机构\n\nInstitute of Rivers, Main Street {90 + n}" for n in range(1, 9))
    document = parse_document(people, "people")
    assert not any(one.kind is OmissionKind.TRANSLATION for one in document.omissions)
