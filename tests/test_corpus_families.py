"""Families of documents: what is found by symbol, title and text, what is not, and how long it takes."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.families.fingerprint import Fingerprint, fingerprint_of, likeness
from corpus.families.relations import Families, find_families
from corpus.families.versions import Step, read_symbol, read_title
from corpus.reader import read_document
from corpus.types import Metadata, Relation

KINDS = Path(__file__).parent / "data" / "kinds"
WORDS = [
    "押金",
    "容器",
    "河流",
    "拾荒者",
    "登记",
    "数据",
    "缔约方",
    "秘书处",
    "监测",
    "公布",
    "报告",
    "会议",
    "回收",
    "塑料",
    "标准",
    "培训",
    "渔民",
    "河长",
    "清淤",
    "补偿",
]


def text(seed: int, length: int = 120) -> str:
    """Words in an order that the seed decides."""
    value, words = seed * 2654435761 + 1, []
    for _ in range(length):
        value = value * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        words.append(WORDS[value >> 40 % 24 & 0xF] + WORDS[(value >> 50) % len(WORDS)])
    return "，".join(words)


def card(body: str = "", **fields: object) -> Metadata:
    found = fingerprint_of([body]) if body else None
    return replace(Metadata(**fields), fingerprint=None if found is None else str(found))  # type: ignore[arg-type]


def kin(families: Families, document: str) -> list[tuple[str, str]]:
    return [(str(one.relation), one.document) for one in families.of(document)]


@pytest.mark.parametrize(
    ("symbol", "parent", "step", "number", "draft"),
    [
        ("RIV/7", "RIV/7", None, 0, False),
        ("RIV/7/Corr.1", "RIV/7", Step.CORRIGENDUM, 1, False),
        ("A/C.3/7/L.2/Rev.1", "A/C.3/7/L.2", Step.REVISION, 1, True),
        ("RIV/7/Add.2/Rev.3", "RIV/7/Add.2", Step.REVISION, 3, False),
        ("RIV/2031/CRP.4", "RIV/2031/CRP.4", None, 0, True),
    ],
)
def test_symbols(symbol: str, parent: str, step: Step | None, number: int, draft: bool) -> None:
    found = read_symbol(symbol)
    assert (found.parent, found.step, found.number, found.draft) == (parent, step, number, draft)


@pytest.mark.parametrize(
    ("title", "plain", "draft", "edition", "year"),
    [
        ("河道保护法（修订草案）", "河道保护法", True, True, None),
        ("河道保护法（2018年修正）", "河道保护法", False, True, 2018),
        ("7/4. 河岸拾荒者的登记和保护", "河岸拾荒者的登记和保护", False, False, None),
        ("决议草案：河岸拾荒者的登记和保护", "河岸拾荒者的登记和保护", True, False, None),
        ("《河道保护法》（征求意见稿）", "河道保护法", True, False, None),
        ("会议报告（附件）", "会议报告(附件)", False, False, None),
    ],
)
def test_titles(title: str, plain: str, draft: bool, edition: bool, year: int | None) -> None:
    found = read_title(title)
    assert (found.plain, found.draft, found.edition, found.year) == (plain, draft, edition, year)


def test_likeness_is_about_the_share_of_common_shingles() -> None:
    def shingles(of: str) -> set[str]:
        return {of[at : at + 6] for at in range(len(of) - 5)}

    for seed in range(12):
        one = text(seed, 300).replace("，", "")
        other = one[: len(one) * seed // 12] + text(99 + seed, 300 - 25 * seed).replace("，", "")
        left, right = shingles(one), shingles(other)
        found = (fingerprint_of([one]), fingerprint_of([other]))
        assert found[0] is not None
        assert found[1] is not None
        assert likeness(found[0], found[1]) == pytest.approx(len(left & right) / len(left | right), abs=0.15)
        assert Fingerprint.read(str(found[0])) == found[0]
    assert fingerprint_of(["  \n"]) is None
    assert Fingerprint.read("damaged") is None


def test_the_resolution_its_draft_its_corrigendum_and_its_revision() -> None:
    names = ["", "-l3", "-corr1", "-rev1"]
    ids = [f"resolution-wastepickers{name}" for name in names]
    documents = [read_document(KINDS / id / f"{id}.txt") for id in ids]
    families = find_families((document.id, document.metadata) for document in documents)
    base, draft, corrigendum, revision = ids
    assert kin(families, base) == [
        ("superseded_by", revision),
        ("corrected_by", corrigendum),
        ("final_of", draft),
    ]
    assert kin(families, draft) == [("draft_of", base)]
    assert kin(families, corrigendum) == [("corrects", base)]
    assert kin(families, revision) == [("supersedes", base)]
    assert {families.in_force(id) for id in ids} == {revision}
    assert families.folded == {base, draft, corrigendum}
    assert families.same_text(draft) == set(ids)
    assert families.preferred([base, draft]) == {base, draft}
    assert families.preferred(ids) == {revision}


def test_no_two_other_documents_of_many_kinds_are_a_family() -> None:
    paths = [path for path in sorted(KINDS.glob("*/*.txt")) if "wastepickers" not in path.name]
    assert len(paths) > 10
    found = [(document.id, document.metadata) for document in map(read_document, paths)]
    families = find_families(found)
    assert [id for id, _ in found if families.of(id)] == []


def test_chains_of_revisions_lead_to_the_last() -> None:
    symbols = {
        "a": "RIV/7",
        "b": "RIV/7/Rev.1",
        "c": "RIV/7/Rev.2",
        "d": "RIV/7/Rev.1/Corr.1",
        "e": "RIV/7/Add.1",
    }
    families = find_families((id, card(symbol=symbol)) for id, symbol in symbols.items())
    assert kin(families, "b") == [("supersedes", "a"), ("superseded_by", "c"), ("corrected_by", "d")]
    assert [families.in_force(id) for id in "abcd"] == ["c"] * 4
    assert kin(families, "e") == [("adds_to", "a")]
    assert families.in_force("e") == "e", "an addendum says something of its own"


def test_editions_of_a_law_and_its_draft() -> None:
    body = text(1)
    families = find_families(
        [
            ("draft", card(body + text(2, 20), title="河道保护法（修订草案征求意见稿）")),
            ("old", card(body, title="河道保护法（2012年修正）")),
            ("new", card(body + text(3, 30), title="河道保护法（2018年修正）")),
            ("other", card(text(4), title="河道保护法实施办法")),
        ]
    )
    assert families.in_force("old") == families.in_force("draft") == "new"
    assert ("supersedes", "old") in kin(families, "new")
    assert kin(families, "other") == []


def test_copies_keep_the_one_that_says_more_of_itself() -> None:
    body = text(5)
    families = find_families(
        [
            ("a", card(body, title="监测指南")),
            ("b", card(body + "，河", title="监测指南", symbol="RIV/2031/7")),
            ("c", card(body + "，三十天 30", title="监测指南")),
        ]
    )
    assert kin(families, "a") == [("duplicate_of", "b")]
    assert families.in_force("a") == "b"
    assert kin(families, "c") == [], (
        "copies whose figures differ may be versions, and nothing says which is later"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"symbol": "A/RES/71/167"}, {"symbol": "A/RES/73/146"}),
        ({"session": 8}, {"session": 9}),
        (
            {"meeting": (date(2031, 5, 1), date(2031, 5, 2))},
            {"meeting": (date(2032, 5, 1), date(2032, 5, 2))},
        ),
    ],
)
def test_what_recurs_every_year_is_no_version(one: dict[str, object], other: dict[str, object]) -> None:
    body = text(6)
    families = find_families(
        [("a", card(body, title="拾荒者", **one)), ("b", card(body + text(7, 20), title="拾荒者", **other))]
    )
    assert kin(families, "a") == kin(families, "b") == []


def test_an_owner_has_the_last_word() -> None:
    body = text(8)
    plain = [
        ("a", card(body, title="标准")),
        ("b", card(body, title="标准")),
        ("c", card(title="别的", symbol="RIV/9")),
    ]
    assert kin(find_families(plain), "b") == [("duplicate_of", "a")]
    said = [
        plain[0],
        ("b", replace(plain[1][1], relations=((Relation.UNRELATED_TO, "a"), (Relation.SUPERSEDES, "RIV/9")))),
        plain[2],
    ]
    families = find_families(said)
    assert kin(families, "a") == []
    assert kin(families, "b") == [("supersedes", "c")]
    assert kin(families, "c") == [("superseded_by", "b")]


def test_a_circle_that_owners_say_ends() -> None:
    said = [(one, card(relations=((Relation.SUPERSEDES, other),))) for one, other in (("a", "b"), ("b", "a"))]
    families = find_families(said)
    assert {families.in_force("a"), families.in_force("b")} <= {"a", "b"}


def test_time_is_about_linear_in_documents_and_in_text() -> None:
    def seconds(count: int) -> float:
        cards = [(f"d{n}", card(text(n, 12), title="年度报告", symbol=f"RIV/{n}/7")) for n in range(count)]
        started = time.process_time()
        find_families(cards)
        return time.process_time() - started

    seconds(50)
    assert seconds(1600) < 12 * seconds(400) + 0.5
