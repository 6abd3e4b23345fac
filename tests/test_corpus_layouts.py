"""The same units come out of any layout: drawn at random, over the samples and, where present, the seeds."""

import json
import random
import re
from pathlib import Path

import opencc
import pytest

from corpus.coverage import coverage_of, unplaced_spans
from corpus.reader import parse_document, read_document
from corpus.types import Document, UnitKind
from corpus.units import find_units
from tests.layouts import Element, draw, render

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
UNITS = ROOT.parent / "shared" / "eval" / "units.jsonl"
SAMPLES = sorted(path for path in (ROOT / "corpus" / "samples").iterdir() if path.suffix in {".txt", ".md"})
HEAD = (
    "联合国某公约\n缔约方会议\nDistr.: General\n25 September 2031\nChinese\nOriginal: English\n"
    "某问题工作组\n2031年9月9日至11日，维也纳\n2031年9月9日至11日在维也纳举行的某问题工作组会议的报告"
)
NEEDS_SEEDS = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the seed documents lie beside the repository only"
)


def bare(text: str) -> str:
    """Without white space and the marks that the golden table leaves open."""
    return re.sub(r"[\s*#\-\[\]()]", "", re.sub(r"\]\([^()\s]*\)", "]", text))


def elements(document: Document) -> list[Element]:
    found: list[Element] = []
    before: tuple[str, ...] = ()
    for unit in document.units:
        if unit.part is not None or unit.kind is UnitKind.BLOCK:
            continue
        found += [Element("heading", heading) for heading in unit.headings if heading not in before]
        before = unit.headings
        found.append(Element(unit.kind.value, unit.text.replace("\n", ""), unit.number))
    return found


def check(document: Document, seed: int) -> None:
    rng = random.Random(seed)
    parts = elements(document)
    layout = draw(rng, [part.number for part in parts if part.what == "paragraph" and part.number])
    source = render(HEAD, parts, layout)
    units = [unit for unit in find_units(source, "d").units if unit.kind is not UnitKind.BLOCK]
    found = {(unit.kind.value, unit.number): bare(unit.text) for unit in units}
    wanted = {(part.what, part.number): bare(part.text) for part in parts if part.number}
    assert found == wanted, layout


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", range(25))
def test_samples_in_random_layouts(path: Path, seed: int) -> None:
    check(read_document(path), seed)


# Not among them: layouts in which a column of 24 characters or less cuts a symbol so that one piece
# is itself a symbol beside a page number. There is no telling the two apart.
UNDECIDABLE = {208, 283, 611, 699, 860, 893, 985}


@NEEDS_SEEDS
@pytest.mark.parametrize("seed", [seed for seed in range(160) if seed not in UNDECIDABLE])
def test_seeds_in_random_layouts(seed: int) -> None:
    paths = sorted(SEEDS.glob("*.txt"))
    check(read_document(paths[seed % len(paths)]), seed)


@NEEDS_SEEDS
def test_all_units_of_the_seeds() -> None:
    golden = [json.loads(line) for line in UNITS.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = {
        (unit.document, unit.kind.value, unit.number): bare(unit.text)
        for path in sorted(SEEDS.glob("*.txt"))
        for unit in read_document(path).units
        if unit.kind is not UnitKind.BLOCK
    }
    assert found == {(row["document"], row["kind"], row["number"]): bare(row["text"]) for row in golden}


@NEEDS_SEEDS
def test_seeds_in_traditional_characters() -> None:
    convert = opencc.OpenCC("s2t").convert
    for path in sorted(SEEDS.glob("*.txt")):
        document = read_document(path)
        again = parse_document(convert(document.source), document.id)
        assert [(unit.kind, unit.number) for unit in again.units] == [
            (unit.kind, unit.number) for unit in document.units
        ]


def sources() -> list[Path]:
    return [*SAMPLES, *(sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else [])]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_every_unit_is_verbatim_at_its_place(path: Path) -> None:
    document = read_document(path)
    for unit in document.units:
        covered = [" "] * len(unit.text)
        for run in unit.runs:
            piece = document.source[run.source_start : run.source_start + run.length]
            covered[run.text_start : run.text_start + run.length] = piece
            assert unit.span.start <= run.source_start <= unit.span.end - run.length
        assert "".join(covered).split() == unit.text.split()


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_every_character_of_a_source_is_accounted_for(path: Path) -> None:
    document = read_document(path)
    coverage = coverage_of(document)
    assert unplaced_spans(document) == []
    assert coverage.characters == len("".join(document.source.split()))
    assert coverage.characters == coverage.units + coverage.blocks + sum(coverage.aside.values())
