"""The compilation: nothing lost, nothing twice in a theme, every entry verbatim, in every format."""

import csv
import json
from collections import Counter
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import docx
import pytest

from api.files.compilation import CompilationFormat, write_compilation
from corpus.types import UnitKind
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.library import Library, open_library, operations
from search.library.compilation import compile_index
from search.wording.strength import strength_of
from tests.api_support import ROOT, SAMPLES, build_samples, one_object, yinzheng
from tests.test_api_papers import markdown_text, read_html

SEEDS = ROOT.parent / "shared" / "seeds"
THEMES = ROOT / "tests" / "data" / "sample_themes.tsv"
EVERY = frozenset({UnitKind.RECOMMENDATION, UnitKind.PARAGRAPH})
Key = tuple[str, str, int, str | None]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("compile") / "index")


@pytest.fixture(scope="module")
def library(index: Path) -> Library:
    return open_library(index)


def key(unit: dict[str, Any]) -> Key:
    return unit["document"], unit["kind"], unit["number"], unit.get("part")


def entries(compiled: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for group in compiled["groups"] for entry in group["entries"]]


def check(library: Library, kinds: frozenset[UnitKind], **options: Any) -> dict[str, Any]:
    """The union of entries is the units asked for; none twice in a group; what is said is the unit's."""
    units = {key(unit): unit for unit in operations.units(library)["units"] if unit["kind"] in kinds}
    compiled = compile_index(library, kinds=kinds, **options)
    listed = entries(compiled)
    assert {key(entry) for entry in listed} == units.keys()
    assert compiled["units"] == len(units)
    for group in compiled["groups"]:
        assert [k for k, n in Counter(map(key, group["entries"])).items() if n > 1] == []
        assert group["entries"] != []
    for entry in listed:
        unit = units[key(entry)]
        assert {name: entry[name] for name in unit} == unit
    by = compiled["by"]
    assert compiled["facets"][by] == {group["name"]: len(group["entries"]) for group in compiled["groups"]}
    return compiled


@pytest.mark.parametrize("by", ["theme", "addressee", "strength"])
@pytest.mark.parametrize(
    "kinds", [frozenset({UnitKind.RECOMMENDATION}), EVERY], ids=["recommendations", "all"]
)
@pytest.mark.parametrize("themes", [None, THEMES], ids=["packaged", "own"])
def test_nothing_is_lost_and_nothing_stands_twice(
    library: Library, kinds: frozenset[UnitKind], by: str, themes: Path | None
) -> None:
    check(library, kinds, by=by, theme_file=themes)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="no ../shared/seeds beside the repository: nothing to compile")
@pytest.mark.parametrize("by", ["theme", "addressee", "strength"])
def test_the_seeds_lose_none_of_53_recommendations(by: str, tmp_path: Path) -> None:
    build([SEEDS], tmp_path / "i", load_encoder("hash"), Segmenter())
    library = open_library(tmp_path / "i")
    compiled = check(library, frozenset({UnitKind.RECOMMENDATION}), by=by)
    assert compiled["units"] == 53
    assert check(library, EVERY, by=by)["units"] == 350
    library.close()


def test_own_themes_hold_every_recommendation_of_the_sample(library: Library) -> None:
    compiled = compile_index(library, theme_file=THEMES)
    found = {
        group["name"]: [
            entry["number"] for entry in group["entries"] if entry["document"] == "meeting-report-2031"
        ]
        for group in compiled["groups"]
    }
    assert found["押金返还"] == [1, 3]
    assert found["生产者责任"] == [2, 4]
    assert found["非正规拾荒者"] == [3, 9, 10]
    assert "未归类" not in found


def test_facets_of_the_sample(library: Library) -> None:
    compiled = compile_index(library, by="addressee")
    by_number = {entry["number"]: entry for entry in entries(compiled)}
    assert by_number[12]["addressees"] == ["毒品和犯罪问题办公室和秘书处"]
    assert all(by_number[n]["addressees"] == ["缔约国"] for n in range(1, 12))
    strengths = {n: str(strength_of(entry["text"])) for n, entry in by_number.items()}
    assert {n: entry["strength"] for n, entry in by_number.items()} == strengths
    assert (strengths[1], strengths[2], strengths[4], strengths[12]) == (
        *("shall_consider", "encourage", "may_wish", "request"),
    )


def test_documents_come_by_date_and_years_are_chosen(library: Library) -> None:
    compiled = compile_index(library, kinds=EVERY, theme_file=THEMES)
    for group in compiled["groups"]:
        years = [int(entry["document"][-4:]) for entry in group["entries"]]
        assert years == sorted(years)
    chosen = compile_index(library, kinds=EVERY, years=[2030, 2032])
    assert {entry["document"][-4:] for entry in entries(chosen)} == {"2030", "2032"}


def test_csv_holds_every_entry(library: Library) -> None:
    compiled = compile_index(library, kinds=EVERY)
    data = write_compilation(compiled, CompilationFormat.CSV, bom=True)
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    expected = [
        (group["name"], entry["citation"], entry["text"], "；".join(entry["themes"]))
        for group in compiled["groups"]
        for entry in group["entries"]
    ]
    assert [(row["group"], row["citation"], row["quote"], row["themes"]) for row in rows] == expected


def test_markdown_html_and_docx_quote_every_entry(library: Library) -> None:
    compiled = compile_index(library)
    quotes = [entry["text"] for entry in entries(compiled)]
    reader = read_html(write_compilation(compiled, CompilationFormat.HTML))
    assert reader.texts["blockquote"] == quotes
    assert "script" not in reader.tags
    assert not {"src", "href"} & reader.attributes
    shown, _ = markdown_text(write_compilation(compiled, CompilationFormat.MARKDOWN).decode())
    assert [text for text in shown if text in quotes] == quotes
    document = docx.Document(BytesIO(write_compilation(compiled, CompilationFormat.DOCX)))
    styled = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Quote"]
    assert styled == quotes


def test_json_is_the_compilation(library: Library) -> None:
    compiled = compile_index(library)
    assert json.loads(write_compilation(compiled, CompilationFormat.JSON)) == json.loads(json.dumps(compiled))


def test_the_command(index: Path, tmp_path: Path) -> None:
    done = yinzheng("compile", "--index", index, "--json", "--kind", "recommendation", "--year", "2031")
    assert (done.returncode, one_object(done)["units"]) == (0, 12)
    done = yinzheng(
        "compile", "--index", index, "--theme-file", THEMES, "--paragraphs", "--output", tmp_path / "c.html"
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "c.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert yinzheng("compile", "--index", index).stdout.startswith("# 建议索引\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--by", "colour"], 2),
        (["--bom"], 2),
        (["--json", "--format", "csv"], 2),
        (["--output", "c.pdf"], 2),
        (["--theme-file", SAMPLES / "none.tsv"], 2),
        (["--year", "1999"], 1),
    ],
)
def test_what_cannot_be_compiled_is_told(index: Path, arguments: list[object], code: int) -> None:
    done = yinzheng("compile", "--index", index, *arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr
