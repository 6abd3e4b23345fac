"""Reading: windows of whole sentences, rows of pieces, logits to spans, the fake, probabilities."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from models.errors import DamagedModel
from models.reader import Passage
from models.reading.calibration import (
    FILE,
    Calibration,
    answer_features,
    openness,
    order,
    passage_features,
    read_alone,
    span_features,
)
from models.reading.decoding import decode, trim
from models.reading.layout import LONGEST, Layout
from models.reading.onnx_reader import OnnxReader, join
from models.reading.overlap_reader import OverlapReader
from models.reading.windows import cut, sentences

TEXT = "会议在维也纳举行。有23个国家出席；主席是张三。"


def characters() -> Tokenizer:
    """A tokenizer of single characters."""
    known = {mark: number for number, mark in enumerate(["<s>", "<pad>", "</s>", "<unk>"])}
    for character in sorted(set(TEXT + "多少哪里？")):
        known[character] = len(known)
    tokenizer = Tokenizer(models.BPE(known, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    return tokenizer


def test_sentences_are_the_whole_text_in_order() -> None:
    found = sentences(TEXT)
    assert "".join(TEXT[a:b] for a, b in found) == TEXT
    assert [TEXT[b - 1] for _, b in found] == ["。", "；", "。"]
    long = "甲，" * 200
    assert "".join(long[a:b] for a, b in sentences(long)) == long
    assert len(sentences(long)) == 2


def test_windows_hold_whole_sentences_and_lose_nothing() -> None:
    layout = Layout(characters())
    windows = cut(TEXT, layout.pieces(TEXT)[1], 20)
    assert "".join(TEXT[a:b] for a, b in windows) == TEXT
    assert len(windows) == 2
    assert all(TEXT[b - 1] in "。；" for _, b in windows)


def test_a_row_is_question_context_passage() -> None:
    row = Layout(characters()).row("多少？", "张三", TEXT)
    assert row.segments == [0] * 5 + [1] * 3 + [2] * (len(TEXT) + 1)
    assert row.first == 8
    assert [TEXT[a:b] for a, b in row.offsets] == list(TEXT)
    assert len(Layout(characters()).row("多" * 300, "", TEXT * 40).ids) == LONGEST


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("，维也纳）", "维也纳"),
        ("《议定书》", "《议定书》"),
        ("（甲）", "（甲）"),
        ("23个。", "23个"),
        ("。；", ""),
    ],
)
def test_spans_end_in_no_punctuation(text: str, kept: str) -> None:
    start, end = trim(text, 0, len(text))
    assert text[start:end] == kept


def test_logits_become_spans_members_and_sentences() -> None:
    row = Layout(characters()).row("哪里？", "", TEXT)
    tokens = np.full((len(row.ids), 4), -6.0, np.float32)
    first = row.first + TEXT.index("维")
    tokens[first, 0] = tokens[first + 2, 1] = 5.0
    tokens[first : first + 3, 2] = 4.0
    tokens[row.first : row.first + TEXT.index("。"), 3] = 4.0
    reading = join([(0, decode(TEXT, row, tokens, np.array([3.0, 2.0, 5.0, 0.0, 0.0], np.float32)))])
    best = reading.spans[0]
    assert TEXT[best.start : best.end] == "维也纳"
    assert reading.margin == best.score == pytest.approx(22.0)
    assert [TEXT[one.start : one.end] for one in reading.members] == ["维也纳"]
    assert (reading.kind, reading.answers) == ("fact", 3.0)
    assert reading.sentences[0].evidence > 0.8 > 0.1 > reading.sentences[1].evidence


@pytest.mark.parametrize(
    ("text", "said", "members"),
    [
        ("在2024年1月举行。", "2024年 月", ["2024年1月"]),  # one piece between is less likely
        ("有甲国、乙国和丙国。", "甲国乙国 丙国", ["甲国", "乙国", "丙国"]),
        ("甲国派出了许多代表的乙国", "甲国乙国", ["甲国", "乙国"]),
    ],
)
def test_members_are_whole_and_apart(text: str, said: str, members: list[str]) -> None:
    row = Layout(characters()).row("哪些？", "", text)
    tokens = np.full((len(row.ids), 4), -6.0, np.float32)
    at = 0
    for character in said.replace(" ", ""):
        at = text.index(character, at)
        tokens[row.first + at, 2] = 4.0
        at += 1
    reading = decode(text, row, tokens, np.zeros(5, np.float32))
    assert [text[one.start : one.end] for one in reading.members] == members


def test_a_span_has_the_probability_of_its_edges() -> None:
    row = Layout(characters()).row("哪里？", "", TEXT)

    def edges(rivals: int) -> float:
        tokens = np.full((len(row.ids), 4), -6.0, np.float32)
        first = row.first + TEXT.index("维")
        tokens[first, 0] = tokens[first + 2, 1] = 5.0
        tokens[first + 3 : first + 3 + rivals, 1] = 5.0  # ends as likely
        return decode(TEXT, row, tokens, np.zeros(5, np.float32)).spans[0].edges

    assert edges(0) == pytest.approx(0.0, abs=1e-3)
    assert edges(1) == pytest.approx(np.log(1 / 2), abs=1e-3)
    assert edges(2) == pytest.approx(np.log(1 / 3), abs=1e-3)


def test_the_fake_marks_the_sentence_that_shares_most() -> None:
    with_answer, without = OverlapReader().read("有多少个国家出席？", [Passage(TEXT), Passage("别的事情。")])
    best = with_answer.spans[0]
    assert TEXT[best.start : best.end] == "23个"
    assert with_answer.answers > without.answers
    assert max(with_answer.sentences, key=lambda one: one.evidence).start == TEXT.index("有")


def test_curves_turn_scores_into_probabilities(tmp_path: Path) -> None:
    reading, other = OverlapReader().read("有多少个国家出席？", [Passage(TEXT), Passage("别的事情。")])
    curve = {"bias": 0.0, "weights": {"answers": 1.0}}
    span = {"bias": 0.0, "weights": {"margin": 1.0}}
    stored = {"passage": curve, "answers": curve, "span": span, "answer_from": 0.5, "mark_from": 0.8}
    (tmp_path / FILE).write_text(json.dumps(stored), encoding="utf-8")
    calibration = Calibration.open(tmp_path)
    readings, texts = [other, reading], ["别的事情。", TEXT]
    ordered = order(readings, calibration.passage)
    assert [place for place, _ in ordered] == [1, 0]
    assert 1 > calibration.answers(answer_features(readings, ordered)) > 0.5
    alone = read_alone(OverlapReader(), "有多少个国家出席？", Passage(TEXT), reading)
    assert alone.text == "有23个国家出席；"
    features = span_features(readings, texts, ordered, alone)
    assert (features["alone_same"], features["agreed"]) == (1.0, 0.0)
    assert 1 > calibration.span(features) > 0.5
    assert 0.5 > calibration.passage(passage_features(other, 0, openness(readings))) > 0
    (tmp_path / FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(DamagedModel, match="restore the folder"):
        Calibration.open(tmp_path)


def test_a_folder_without_its_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedModel, match="tokenizer"):
        OnnxReader.open(tmp_path)
