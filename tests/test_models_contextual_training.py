"""Training of the transformer: what a step sees, that it learns, and that a stopped run ends as a whole one."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.training.contextual.batches import Lengths, Sizes, Terms, draw_step
from models.training.progress import rate_share
from models.training.texts.pairs import Corpus, tokenize_sources
from models.training.texts.passages import PASSAGE_LENGTH, answering_part, split_sentences
from models.training.texts.sources import Article, Gloss, Question, Sources, Translation
from models.training.texts.terms import Concept, Mention
from tests.test_models_contextual import ROWS, tiny_teacher, tiny_tokenizer

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="training needs the extra: pip install yinzheng[transformers]",
)
SIZES = Sizes(questions=3, contexts=2, translations=4, english=2)
LENGTHS = Lengths(query=3, document=6, translation=4)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    texts = ["船海船。海船海。船船海。", "茶山茶。山茶山。茶茶山。", "船茶。茶船船。", "山海。海山山。"]
    sources = Sources(
        questions=[Question(text[0] * 2, text) for text in texts],
        translations=[Translation(text[:3], "boat sea") for text in texts] * 2,
        glosses=[Gloss("船", "boat")],
        articles=[Article("", text * 3) for text in texts],
        held_out_questions=[],
        held_out_translations=[],
        held_out_articles=[],
    )
    return tokenize_sources(sources, tiny_tokenizer())


def test_the_part_that_answers_holds_the_answer() -> None:
    before, after = "这是前面的一句话。" * 40, "后面还有一句话。" * 40
    part = answering_part(before + "会议于五月举行。" + after, ["五月"])
    assert part.startswith("这是前面的一句话。会议于五月举行。后面还有一句话。")
    assert len(part) <= PASSAGE_LENGTH
    assert answering_part("甲。乙。", ["不在其中"]) == "甲。乙。"
    long = "很" * 500 + "。"
    assert answering_part("甲。" + long + "乙。", ["很"]) == "甲。" + long  # a sentence is never cut
    assert answering_part("", []) == ""


def test_a_step_is_bounded_and_drawn_alike(corpus: Corpus) -> None:
    first, second = (draw_step(corpus, SIZES, LENGTHS, np.random.default_rng((0, 7))) for _ in range(2))
    for name, longest in (("queries", 3), ("documents", 6), ("chinese", 4), ("english", 4)):
        one, other = getattr(first, name), getattr(second, name)
        assert [text.tolist() for text in one] == [text.tolist() for text in other]
        assert 0 < max(map(len, one)) <= longest
    assert len(first.queries) == len(first.documents)
    assert len(first.english) == 2
    for row, text in zip(first.translation_rows.tolist(), first.chinese, strict=True):
        assert text.tolist() == corpus.chinese[row][:4].tolist()
    assert split_sentences("甲。乙") == ["甲。", "乙"]


def tokens(text: str) -> Any:
    return np.array(tiny_tokenizer().encode(text).ids, np.int32)


CONCEPTS = [
    Concept(("船船",), ("海",), ("boat",)),
    Concept(("茶茶",), ("山",), ("tea",)),
    Concept(("山山",), (), ()),
]
BANK = Terms(
    CONCEPTS, [Mention(0, "茶", "船船", "山", "茶船船山"), Mention(0, "", "船船", "", "船船")], tokens
)


def test_a_step_has_of_a_bank_what_is_asked_for(corpus: Corpus) -> None:
    sizes = Sizes(questions=3, contexts=2, translations=4, english=2, terms=3, mentions=5)
    plain, first, second = (
        draw_step(corpus, sizes, LENGTHS, np.random.default_rng((0, 7)), bank) for bank in (None, BANK, BANK)
    )
    assert plain.words == plain.terms == []
    assert len(first.queries) == len(plain.queries) + 1  # the concept of both mentions once
    assert [text.tolist() for text in first.words] == [text.tolist() for text in second.words]
    assert sorted(text.tolist() for text in first.terms) == [tokens("船船").tolist(), tokens("茶茶").tolist()]
    assert 0 < max(map(len, first.words)) <= LENGTHS.query


@needs_torch
def test_two_names_of_a_thing_come_together(corpus: Corpus, tmp_path: Path) -> None:
    from models.training.contextual.network import load_network
    from models.training.contextual.train import Settings, train

    sizes = Sizes(questions=0, contexts=0, translations=1, english=1, terms=3, mentions=1)
    settings = Settings(
        steps=80,
        steps_per_epoch=80,
        table_rate=5e-2,
        layer_rate=1e-2,
        threads=1,
        sizes=sizes,
        lengths=LENGTHS,
    )
    network = load_network(tiny_tokenizer(), ROWS, tiny_teacher(tmp_path / "teacher"))

    def apart() -> float:
        words, terms = (
            network.vectors([tokens(text) for text in texts]) for texts in (("海", "山"), ("船船", "茶茶"))
        )
        cosines = words @ terms.T
        return float(np.trace(cosines) - cosines[0, 1] - cosines[1, 0])

    before = apart()
    teacher = np.eye(16, dtype=np.float32)[np.arange(8) % 4]
    train(network, corpus, teacher, settings, tmp_path / "run", lambda network: {}, BANK)
    assert apart() > before + 0.2


class StoppedError(Exception):
    """Stands for a run that is killed after its first checkpoint."""


@needs_torch
def test_a_stopped_run_ends_as_a_whole_one(corpus: Corpus, tmp_path: Path) -> None:
    from models.training.contextual.network import load_network
    from models.training.contextual.train import Settings, train

    settings = Settings(steps=4, steps_per_epoch=2, warm_up=1, threads=1, sizes=SIZES, lengths=LENGTHS)
    teacher = np.eye(16, dtype=np.float32)[np.arange(8) % 4]
    folder = tiny_teacher(tmp_path / "teacher")

    def run(place: str, stop: bool) -> Any:
        def measure(network: Any) -> Mapping[str, float]:
            if stop:
                raise StoppedError
            return {"norm": float(network.table.detach().norm())}

        network = load_network(tiny_tokenizer(), ROWS, folder)
        train(network, corpus, teacher, settings, tmp_path / place, measure)
        return network

    whole = run("whole", stop=False)
    with pytest.raises(StoppedError):
        run("stopped", stop=True)
    resumed = run("stopped", stop=False)
    np.testing.assert_allclose(resumed.table.detach(), whole.table.detach(), atol=1e-6)
    steps = [
        [json.loads(line)["step"] for line in (tmp_path / place / "training.jsonl").read_text().splitlines()]
        for place in ("whole", "stopped")
    ]
    assert steps == [[2, 4], [4]]


@needs_torch
def test_it_learns_what_the_teacher_says(corpus: Corpus, tmp_path: Path) -> None:
    from models.training.contextual.network import load_network
    from models.training.contextual.train import Settings, train

    settings = Settings(
        steps=150,
        steps_per_epoch=150,
        table_rate=5e-2,
        layer_rate=1e-2,
        threads=1,
        sizes=SIZES,
        lengths=LENGTHS,
    )
    teacher = np.eye(16, dtype=np.float32)[np.arange(8) % 4]
    network = load_network(tiny_tokenizer(), ROWS, tiny_teacher(tmp_path / "teacher"))

    def right() -> float:
        vectors = network.vectors([corpus.chinese[row] for row in range(4)])
        return float((vectors * teacher[:4]).sum(axis=1).mean())

    before = right()
    train(network, corpus, teacher, settings, tmp_path / "run", lambda network: {})
    assert right() > before + 0.3


@pytest.mark.parametrize(
    ("given", "run"),
    [
        ([], "build/contextual"),
        (["--start", "model", "--terms", "bank.tsv"], "build/contextual-terms"),
        (["--run", "mine"], "mine"),
        (["--terms", "bank.tsv"], None),
        (["--start", "model"], None),
    ],
)
def test_a_second_run_needs_a_bank_and_a_folder_of_its_own(
    given: list[str], run: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from models.training.contextual.__main__ import _options

    monkeypatch.setattr("sys.argv", ["contextual", "--data", "texts", "--out", "model", *given])
    if run is None:
        with pytest.raises(SystemExit, match="2"):
            _options()
        assert "--start and --terms go together" in capsys.readouterr().err
    else:
        assert _options().run == Path(run)


def test_the_rate_rises_and_falls() -> None:
    shares = [rate_share(step, 10, 100) for step in range(1, 101)]
    assert shares[4] == 0.5
    assert shares[9] == 1.0
    assert shares[-1] == pytest.approx(0.05)
    assert shares[:10] == sorted(shares[:10])
    assert shares[9:] == sorted(shares[9:], reverse=True)
