"""One table of metadata for a folder, and the keys that sidecars, front matter and tables share."""

from pathlib import Path

import pytest

from corpus.errors import BadMetadata
from corpus.metadata.front_matter import split_front_matter
from corpus.metadata.listed import read_table, supplied_by
from corpus.metadata.supplied import read_supplied, supplied_from
from corpus.reader import read_document
from corpus.types import Metadata, Relation
from indexer.build import build
from indexer.reading.codec import metadata_from_json, metadata_to_json
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports

KNOWN = Metadata(
    type="judgment",
    country=("林泽", "澜汀"),
    topics=("押金",),
    facets=(("court", "最高法院"), ("stage", "一审"), ("stage", "二审")),
    stated_year=2031,
    relations=((Relation.CORRECTS, "RIV/7"), (Relation.DRAFT_OF, "b")),
)
TOML = """type = "judgment"
country = ["林泽", "澜汀"]
topics = "押金"
year = 2031
corrects = "RIV/7"
draft_of = ["b"]
facets = { court = "最高法院", stage = ["一审", "二审"] }
"""
TABLE = """file,类型,国家,专题,年份,corrects,draft_of,court,stage
2031/a.txt,judgment,林泽; 澜汀,押金,2031,RIV/7,b,最高法院,一审; 二审
./b.txt,report,,,,,,,
"""


def table(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "metadata.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_a_sidecar_a_table_and_the_store_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TOML, encoding="utf-8")
    assert read_supplied(tmp_path / "a.txt").metadata == KNOWN
    rows = read_table(table(tmp_path, TABLE))
    assert rows.keys() == {"2031/a.txt", "b.txt"}
    assert supplied_by(rows["2031/a.txt"], "t").metadata == KNOWN
    assert supplied_by(rows["b.txt"], "t").metadata == Metadata(type="report")
    assert metadata_from_json(metadata_to_json(KNOWN)) == KNOWN


def test_front_matter_says_them_too() -> None:
    text = "---\ntype: judgment\ncountry: 林泽、澜汀\nyear: 2031\nsupersedes: RIV/1, RIV/2\n---\n一. 导言\n"
    told = supplied_from(split_front_matter(text)[1], "a.txt").metadata
    assert (told.type, told.country, told.year) == ("judgment", ("林泽", "澜汀"), 2031)
    assert told.relations == ((Relation.SUPERSEDES, "RIV/1"), (Relation.SUPERSEDES, "RIV/2"))


def test_what_is_stored_without_them_is_read() -> None:
    old = '{"title":"甲","body":null,"session":null,"meeting":null,"date":null,"place":null,'
    old += '"distribution":null,"language":null,"symbol":null}'
    assert metadata_from_json(old) == Metadata(title="甲")


def test_values_of_a_facet() -> None:
    assert KNOWN.values("year") == ("2031",)
    assert KNOWN.values("country") == ("林泽", "澜汀")
    assert KNOWN.values("stage") == ("一审", "二审")
    assert KNOWN.values("body") == KNOWN.values("nothing") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,type\na.txt,x\n", "a column file"),
        ("file,type,type\n", "twice the column type"),
        ("file,kind\n", "other"),
        ("file,type\na.txt,x\na.txt,y\n", "line 3: found the file a.txt twice"),
        ("file,type\na.txt,x,y\n", "line 2"),
        ("file,type\n,x\n", "line 2"),
        ('file,type\na.txt,"x\n', "comma-separated"),
    ],
)
def test_a_table_that_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadMetadata, match=told):
        read_table(table(tmp_path, text))


@pytest.mark.parametrize(
    "line", ["year = 0", "year = true", "country = [1]", "facets = 3", "facets = {year = 1}"]
)
def test_a_value_of_another_kind_is_told(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(line, encoding="utf-8")
    with pytest.raises(BadMetadata, match="expected"):
        read_supplied(tmp_path / "a.txt")


def test_a_table_serves_folders_below_it_and_a_sidecar_goes_before_it(tmp_path: Path) -> None:
    write_reports(tmp_path / "given" / "2031", 2)
    table(tmp_path / "given", "file,type,country,id\n2031/a.txt,judgment,林泽,first\n2031/b.txt,law,,\n")
    (tmp_path / "given/2031/a.toml").write_text('type = "report"', encoding="utf-8")
    encoder, segmenter = CountingEncoder(), SplitSegmenter()

    def run() -> dict[str, tuple[str | None, tuple[str, ...]]]:
        report = build([tmp_path / "given"], tmp_path / "index", encoder, segmenter)  # type: ignore[arg-type]
        assert report.failures == []
        with open_snapshot(tmp_path / "index") as snapshot:
            return {one.id: (one.metadata.type, one.metadata.country) for one in snapshot.documents}

    assert run() == {"first": ("report", ("林泽",)), "2031/b": ("law", ())}
    before = len(encoder.texts)
    table(tmp_path / "given", "file,type,country,id\n2031/a.txt,judgment,澜汀,first\n2031/b.txt,law,,\n")
    assert run() == {"first": ("report", ("澜汀",)), "2031/b": ("law", ())}
    assert len(encoder.texts) == before, "a changed row changes no text"
    table(tmp_path / "given", "nothing\n")
    report = build([tmp_path / "given"], tmp_path / "index", encoder, segmenter)  # type: ignore[arg-type]
    assert ["BadMetadata" in str(failure) for failure in report.failures] == [True]


def test_a_row_is_read_with_its_document(tmp_path: Path) -> None:
    path = write_reports(tmp_path, 1)[0]
    assert read_document(path, row=(("country", "林泽"),)).metadata.country == ("林泽",)
    with pytest.raises(BadMetadata, match=r"metadata\.csv"):
        read_document(path, row=(("session", "九"),))
