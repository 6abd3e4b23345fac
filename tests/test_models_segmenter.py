"""The Segmenter: golden tokens, what its dictionary is for, isolation, and its fingerprint."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.plain_text.folding import fold
from models.errors import BadDictionary
from models.segmentation.dictionary import Term, parse_terms
from models.segmentation.runs import HAN
from models.segmenter import Segmenter

GOLDEN = Path(__file__).parent / "data" / "models_segmentation.tsv"
TERMS = Path(__file__).parents[1] / "models" / "data" / "un_terms.txt"


@cache
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.mark.parametrize("line", GOLDEN.read_text(encoding="utf-8").splitlines()[1:])
def test_golden(line: str) -> None:
    sentence, tokens = line.split("\t")
    assert segmenter().words(sentence) == tokens.split(" ")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("《贩运人口》，（一）。", ["贩运", "人口", "贩运人口", "一"]),
        ("补\r\n\r\n充议定书", ["补充", "议定", "议定书", "补充议定书"]),
        ("人口 贩运", ["人口", "贩运"]),
        (" \n\t，。", []),
        ("_ ____ ‿⁀ ﹏﹏", []),
        ("人口____贩运", ["人口", "贩运"]),
        ("_a __init__ 000_1e99 a-_b", ["_a", "__init__", "000", "_1e99", "a-_b"]),
        ("", []),
    ],
)
def test_punctuation_and_lines(text: str, tokens: list[str]) -> None:
    words = segmenter().words(text)
    assert [word for word in words if word in tokens] == words
    assert set(words) == set(tokens)


def test_traditional_full_width_and_numeral_variants_give_the_same_words() -> None:
    for variant in (
        "《禁止販運人口議定書》第九條",
        "《禁止贩运人口议定书》第９条",
        "《禁止贩运人口议定书》第9条",
    ):
        assert segmenter().words(variant) == segmenter().words("《禁止贩运人口议定书》第九条")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("受害人", "贩运受害者", "受害"),
        ("受害者", "儿童受害人", "受害"),
        ("贩运人口", "人口贩运", "贩运"),
        ("议定书", "《禁止贩运人口议定书》", "议定书"),
        ("缔约方", "缔约方会议", "缔约方"),
        ("转介机制", "国家转介机制", "转介"),
        ("联合调查", "联合调查组", "联合"),
        ("毒品", "毒品和犯罪问题办公室", "毒品"),
    ],
)
def test_variants_and_compounds_find_each_other(one: str, other: str, shared: str) -> None:
    assert shared in segmenter().words(one)
    assert shared in segmenter().words(other)


def test_every_packaged_term_is_kept_whole() -> None:
    terms = parse_terms(TERMS.read_bytes(), TERMS.name)
    assert len(terms) >= 500
    assert len({term.word for term in terms}) == len(terms)
    assert [term.word for term in terms if segmenter().words(term.word)[-1] != term.word] == []


def test_packaged_terms_are_folded_han() -> None:
    words = [term.word for term in parse_terms(TERMS.read_bytes(), TERMS.name)]
    assert [word for word in words if fold(word) != word or not all("一" <= c <= "龥" for c in word)] == []


def test_user_dictionary_replaces_the_packaged_terms(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("# mine\n\n夏洛克数据库 50\n", encoding="utf-8")
    own = Segmenter(path)
    assert own.words("夏洛克数据库")[-1] == "夏洛克数据库"
    assert "缔约方会议" not in own.words("缔约方会议")
    assert "夏洛克数据库" not in segmenter().words("夏洛克数据库")


@pytest.mark.parametrize(
    "line", ["缔约方会议", "缔约方会议 many", "缔约方会议 0", "缔约方会议 -3", "缔约 方 3", "词 ３"]
)
def test_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "terms.txt"
    path.write_text(f"# mine\n{line}\n", encoding="utf-8")
    with pytest.raises(BadDictionary, match=r"terms\.txt, line 2: found .* expected a word, one space"):
        Segmenter(path)


def test_unreadable_dictionaries(tmp_path: Path) -> None:
    with pytest.raises(BadDictionary, match="No such file"):
        Segmenter(tmp_path / "none.txt")
    path = tmp_path / "gbk.txt"
    path.write_bytes("缔约方 3".encode("gb18030"))
    with pytest.raises(BadDictionary, match="save the dictionary as UTF-8"):
        Segmenter(path)


def test_dictionary_lines() -> None:
    data = "\ufeff# source\r\n缔约方  300\r\n\r\n会议 1\n".encode()
    assert parse_terms(data, "x") == (Term("缔约方", 300), Term("会议", 1))


def test_fingerprint_covers_the_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes(TERMS.read_bytes())
    assert Segmenter(path).fingerprint == segmenter().fingerprint
    path.write_bytes(TERMS.read_bytes() + "夏洛克数据库 50\n".encode())
    assert Segmenter(path).fingerprint != segmenter().fingerprint


@given(st.text())
def test_words_are_tokens(text: str) -> None:
    for word in segmenter().words(text):
        assert word
        assert not any(character.isspace() for character in word)
        assert any(character.isalnum() or re.match(f"[{HAN}]", character) for character in word)


@given(st.text("器官切除的受害人，。 a1"))
def test_bigrams_cover_each_pair_of_neighbouring_han(text: str) -> None:
    han = set("器官切除的受害人")
    pairs = [text[at : at + 2] for at in range(len(text) - 1) if set(text[at : at + 2]) <= han]
    alone = [
        c
        for at, c in enumerate(text)
        if c in han and not han & set(text[max(at - 1, 0) : at] + text[at + 1 : at + 2])
    ]
    assert sorted(segmenter().bigrams(text)) == sorted(pairs + alone)


def test_bigrams() -> None:
    assert segmenter().bigrams("器官，腎ABC第12段\n落") == ["器官", "肾", "第", "段落"]


ISOLATION = """
import logging, sys, tempfile
from pathlib import Path
tempfile.tempdir = {folder!r}
from models.segmenter import Segmenter
assert not {{"torch", "jieba", "numpy", "cn2an"}} & set(sys.modules), sys.modules.keys()
Segmenter().words("COVID-19期间的贩运人口")
assert not {{"torch", "jieba", "numpy", "cn2an", "rjieba"}} & set(sys.modules)
root = logging.getLogger()
before = (root.level, list(root.handlers))
Segmenter(engine="jieba").words("贩运人口")
import jieba, rjieba
assert (root.level, root.handlers) == before
assert not jieba.dt.initialized and not jieba.dt.FREQ
assert "贩运人口" not in rjieba.cut("贩运人口")
assert "贩运人口" in Segmenter().words("贩运人口")
assert not list(Path({folder!r}).iterdir())
"""


def test_no_global_engine_no_log_no_cache_file(tmp_path: Path) -> None:
    """In a process of its own: modules that are loaded, files in the temporary directory, standard error."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ISOLATION.format(folder=str(tmp_path))],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
