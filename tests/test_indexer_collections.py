"""Folders as people have them: names that come twice, one document in two formats, files that nobody reads, links."""

from pathlib import Path

import pytest

from indexer.build import build
from indexer.claims import Claims
from indexer.reading.collect import SourceFile, collect_files
from indexer.reading.skipped import not_read
from indexer.report import BuildReport, Failure
from tests.indexer_fakes import CountingEncoder, SplitSegmenter
from tests.word_files import docx, p

CASES = Path(__file__).parent / "data" / "cases"
SENTENCES = [
    f"工作组第{n}次审议了第{n * 7}号文件，并请秘书处在第{n + 30}天以前答复各国。" for n in range(1, 30)
]


def text_of(sentences: list[str]) -> str:
    return "\n\n".join(f"{n}. {sentence}" for n, sentence in enumerate(sentences, 1))


def indexed(*paths: Path, prune: bool = False, follow_links: bool = False) -> BuildReport:
    index = paths[0].parent / "index"
    return build(
        list(paths), index, CountingEncoder(), SplitSegmenter(), prune=prune, follow_links=follow_links
    )


def told(found: list[Failure]) -> list[tuple[str, str]]:
    return [(one.path.name, one.error) for one in found]


def write(place: Path, text: str = "1. 甲乙。") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    return place


def test_ids_are_paths_below_the_folder_given(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("report.txt", "2030/report.txt", "2031/甲/report.txt", "2031/a.b.txt"):
        write(folder / name)
    report = indexed(folder)
    assert report.added == ["2030/report", "2031/a.b", "2031/甲/report", "report"]
    assert not report.failures
    again = indexed(folder)
    assert (len(again.unchanged), again.encoded) == (4, 0)


def test_two_folders_given_with_files_of_one_name(tmp_path: Path) -> None:
    one, other = write(tmp_path / "2030" / "report.txt"), write(tmp_path / "2031" / "report.txt", "1. 丙丁。")
    report = indexed(one.parent, other.parent)
    assert (report.added, report.failures) == (["2031/report", "report"], [])
    assert indexed(other.parent).unchanged == ["2031/report", "report"]


def test_one_document_in_two_formats_is_indexed_once_from_the_better_source(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "A.txt", text_of(SENTENCES))
    (folder / "A.docx").write_bytes(docx("".join(p(f"{n}. {one}") for n, one in enumerate(SENTENCES, 1))))
    report = indexed(folder)
    assert (report.added, report.failures) == (["A"], [])
    assert told(report.notices) == [("A.txt", "SameDocument")]
    assert str(folder / "A.docx") in report.notices[0].message
    again = indexed(folder)
    assert (again.unchanged, again.added, told(again.notices)) == (["A"], [], [("A.txt", "SameDocument")])


def test_a_better_source_that_comes_later_takes_the_place_of_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "A.txt", text_of(SENTENCES))
    assert indexed(folder).added == ["A"]
    (folder / "A.docx").write_bytes(docx("".join(p(f"{n}. {one}") for n, one in enumerate(SENTENCES, 1))))
    report = indexed(folder)
    assert (report.updated, report.removed, told(report.notices)) == (["A"], [], [("A.txt", "SameDocument")])


def test_two_documents_of_one_name_are_both_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "A.txt", text_of(SENTENCES[:12]))
    write(folder / "A.md", text_of(SENTENCES[15:]))
    report = indexed(folder)
    assert (report.added, report.failures, report.notices) == (["A", "A.txt"], [], [])
    assert indexed(folder).unchanged == ["A", "A.txt"]


def test_every_file_that_is_not_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    names = [
        "a.mhtml",
        "c.epub",
        "纪要.wps",
        "x.xlsx",
        "扫描.jpg",
        "logo.PNG",
        "README",
        "other.toml",
        "list.csv",
    ]
    for name in [*names, "report.txt", "report.toml", ".hidden", "~$port.docx"]:
        write(folder / name, "" if name.endswith(".toml") else "1. 甲乙。")
    report = indexed(folder)
    assert report.added == ["report"]
    assert {name for name, error in told(report.failures) if error == "FormatNotRead"} == set(names[:4])
    assert {name for name, error in told(report.notices) if error == "NotADocument"} == set(names[4:])
    assert all("expected" in one.message for one in [*report.failures, *report.notices])


def test_the_case_of_a_folder_with_files_that_are_not_read() -> None:
    files, failures = collect_files([CASES / "folder-skips" / "in"])
    assert {file.path.name for file in files} == {"report.txt", "d.odt", "e.rtf"}
    assert {name for name, error in told(failures) if error == "FormatNotRead"} == {
        "a.mhtml",
        "c.epub",
        "纪要.wps",
    }


@pytest.mark.parametrize("name", ["a", "a.zip", "a.tif", "a.toml", "a.xyz"])
def test_what_is_told_says_what_to_do(name: str) -> None:
    assert not_read(Path(name)).message.rstrip(".").split(". ")[-1].split(",")[0].split(" ")[0] in (
        "If",
        "Save",
        "Rename",
    )


def test_a_file_that_is_gone_is_told_without_prune_and_removed_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "a.txt")
    write(folder / "sub" / "b.txt")
    indexed(folder)
    (folder / "sub" / "b.txt").unlink()
    kept = indexed(folder)
    assert (kept.unchanged, told(kept.notices)) == (["a", "sub/b"], [("b.txt", "FileGone")])
    assert "--prune" in kept.notices[0].message
    pruned = indexed(folder, prune=True)
    assert (pruned.removed, pruned.notices) == (["sub/b"], [])


def test_links_that_lead_out_are_followed_only_when_asked(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "outside"
    write(folder / "a.txt")
    write(folder / "sub" / "b.txt", "1. 丙丁。")
    write(outside / "c.txt", "1. 戊己。")
    write(outside / "deep" / "d.txt", "1. 庚辛。")
    (folder / "out.txt").symlink_to(outside / "c.txt")
    (folder / "away").symlink_to(outside / "deep")
    (folder / "again").symlink_to(folder / "sub")
    (outside / "deep" / "round").symlink_to(outside / "deep")
    report = indexed(folder)
    assert report.added == ["a", "sub/b"]
    assert told(report.notices) == [("away", "LinkLeadsOut"), ("out.txt", "LinkLeadsOut")]
    assert "--follow-links" in report.notices[0].message
    assert indexed(folder, follow_links=True).added == ["away/d", "out"]


def test_claims_do_not_compare_files_that_stand_alone() -> None:
    from corpus.reader import parse_document

    claims = Claims(lambda id: None)
    file = SourceFile(Path("/x/a.txt"), name="a")
    assert claims.place(parse_document("1. 甲。", "a"), file) is not None
    assert not claims._pieces
