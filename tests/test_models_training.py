"""The training script: its parts against plain computation, and one tiny run from end to end."""

import gzip
import importlib.util
import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.encoders.static import StaticEncoder
from models.training.texts import pairs
from models.training.texts.passages import held_out_passages
from models.training.texts.sources import Article, Gloss, Question, Sources, Translation, read_sources
from models.training.words.evaluate import evaluate, recall_at
from models.training.words.vocabulary import UNKNOWN, build_tokenizer, choose_vocabulary

PACKAGED = Path(__file__).parents[1] / "models" / "packaged" / "fast"
DATA = Path(__file__).parents[2] / "shared" / "data"
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="training needs the extra: pip install yinzheng[transformers]",
)

TOPICS = {
    "渔船": ("fishing boat", "渔船清晨离开港口", "傍晚带着鲜鱼归来", "船长记录当天的海浪"),
    "茶园": ("tea garden", "茶园建在向阳的山坡", "春天采下第一批嫩叶", "老人用铁锅炒制茶叶"),
    "图书馆": ("library", "图书馆每周六开门", "孩子们在阅览室读故事", "管理员修补破损的旧书"),
    "火车": ("train", "火车穿过漫长的隧道", "乘客在车窗边喝热水", "列车员检查每一张车票"),
    "医院": ("hospital", "医院新添了两间病房", "护士为病人测量体温", "医生在走廊讨论手术"),
    "面包": ("bread", "面包在烤箱里慢慢膨胀", "厨师揉好雪白的面团", "顾客排队购买早餐"),
    "雪山": ("snow mountain", "雪山顶上常年寒冷", "登山队搭起橙色帐篷", "向导提醒大家防备雪崩"),
    "乐团": ("orchestra", "乐团排练新的交响曲", "小提琴手调准琴弦", "指挥举起手中的短棒"),
}


@pytest.fixture(scope="module")
def sources() -> Sources:
    questions = [Question(f"{topic}怎么样？", "。".join(lines)) for topic, (_, *lines) in TOPICS.items()]
    return Sources(
        questions=questions,
        translations=[Translation(line, en) for en, *lines in TOPICS.values() for line in lines],
        glosses=[Gloss(topic, en) for topic, (en, *_) in TOPICS.items()],
        articles=[Article(topic, "。".join(lines) + "。") for topic, (_, *lines) in TOPICS.items()] * 6,
        held_out_questions=questions,
        held_out_translations=[Translation(lines[0], en) for en, *lines in TOPICS.values()],
        held_out_articles=[],
    )


def test_tokenizer_cuts_along_the_most_probable_path(sources: Sources) -> None:
    vocabulary = choose_vocabulary(sources, han_words=200, latin_words=20)
    tokenizer = build_tokenizer(vocabulary)
    assert vocabulary.tokens[0] == UNKNOWN
    assert len(set(vocabulary.tokens)) == len(vocabulary.tokens) == tokenizer.get_vocab_size()
    assert tokenizer.encode("火车穿过！ＴＲＡＩＮ，hospitals 2019").tokens == [
        "火车", "穿过", "train", "hospital", "s", "2", "0", "1", "9",
    ]  # fmt: skip
    assert tokenizer.encode("かな…").ids == []
    assert vocabulary == choose_vocabulary(sources, han_words=200, latin_words=20)


def test_recall_by_hand() -> None:
    documents = np.eye(3, dtype=np.float32)
    queries = np.array([[0.9, 0.1, 0], [0.1, 0.8, 0.5], [0, 1, 0.5], [1, 1, 0]], dtype=np.float32)
    answers = np.array([0, 1, 2, 0])
    assert recall_at(queries, documents, answers, 1) == 0.5  # third is second best, fourth is a tie
    assert recall_at(queries, documents, answers, 2) == 1.0


@needs_torch
def test_contrastive_loss_equals_numpy() -> None:
    import torch

    from models.training.words.student import TEMPERATURE, contrastive_loss, cosine_loss

    random = np.random.default_rng(3)
    left, right = (_unit(random.standard_normal((5, 7))) for _ in range(2))
    scores = left @ right.T / TEMPERATURE
    rows = -np.mean([scores[i, i] - np.log(np.exp(scores[i]).sum()) for i in range(5)])
    columns = -np.mean([scores[i, i] - np.log(np.exp(scores[:, i]).sum()) for i in range(5)])
    tensors = torch.from_numpy(left), torch.from_numpy(right)
    assert float(contrastive_loss(*tensors)) == pytest.approx((rows + columns) / 2)
    assert float(cosine_loss(*tensors)) == pytest.approx(1 - np.mean([left[i] @ right[i] for i in range(5)]))


@needs_torch
def test_word_row_is_itself_plus_half_the_mean_of_its_characters() -> None:
    from models.training.words.student import FREQUENCY_WEIGHT, new_student
    from models.training.words.vocabulary import Vocabulary

    vocabulary = Vocabulary([UNKNOWN, "人", "人口", "口", "ab"], [-20.0, -1, -1, -1, -1], [0.0, 0, 0, 0, 0.1])
    rows = np.arange(10, dtype=np.float32).reshape(5, 2)
    table = new_student(vocabulary, rows).table().detach().numpy()
    np.testing.assert_allclose(table[:4], [rows[0], rows[1], rows[2] + (rows[1] + rows[3]) / 4, rows[3]])
    np.testing.assert_allclose(table[4], rows[4] * FREQUENCY_WEIGHT / (FREQUENCY_WEIGHT + 0.1), rtol=1e-5)


@needs_torch
def test_cooccurrence_brings_words_of_one_topic_together(sources: Sources) -> None:
    from models.training.texts.read import tokenize
    from models.training.words.cooccurrence import cooccurrence_vectors

    vocabulary = choose_vocabulary(sources, 200, 20)
    texts = tokenize(build_tokenizer(vocabulary), (article.body for article in sources.articles))
    vectors = cooccurrence_vectors(texts, len(vocabulary.tokens), 16, seed=0)
    ship, harbour, doctor = (vectors[vocabulary.tokens.index(word)] for word in ("渔船", "港口", "医生"))
    assert ship @ harbour > ship @ doctor + 0.2
    np.testing.assert_array_equal(vectors, cooccurrence_vectors(texts, len(vocabulary.tokens), 16, seed=0))


@needs_torch
def test_tiny_run_lowers_the_loss_and_exports_a_folder_that_opens(sources: Sources, tmp_path: Path) -> None:
    from models.training.words.export import export
    from models.training.words.student import new_student
    from models.training.words.train import Settings, TeacherRows, train

    vocabulary = choose_vocabulary(sources, 200, 20)
    tokenizer = build_tokenizer(vocabulary)
    corpus = pairs.tokenize_sources(sources, tokenizer)
    random = np.random.default_rng(0)
    topics = _unit(random.standard_normal((len(TOPICS), 16))).astype(np.float32)
    teacher = TeacherRows(np.repeat(topics, 3, axis=0), topics)
    start = random.standard_normal((len(vocabulary.tokens), 16)).astype(np.float32)
    settings = Settings(
        steps=60,
        steps_per_epoch=20,
        learning_rate=0.02,
        warm_up=5,
        threads=1,
        sizes=pairs.BatchSizes(8, 8, 8, 8),
    )
    logs = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    first, second = (
        train(new_student(vocabulary, start), corpus, teacher, settings, log,
              lambda rows: evaluate(rows, tokenizer, sources))
        for log in logs
    )  # fmt: skip
    np.testing.assert_array_equal(first, second)
    lines = [json.loads(line) for line in logs[0].read_text().splitlines()]
    assert [line["step"] for line in lines] == [20, 40, 60]
    assert lines[-1]["losses"]["total"] < 0.6 * lines[0]["losses"]["total"]
    assert lines[-1]["figures"]["cmrc_recall_1"] == 1.0
    export(tmp_path / "model", tokenizer, first)
    encoder = StaticEncoder.open(tmp_path / "model", "tiny")
    query, near, far = encoder.encode_documents(["火车", "乘客在车窗边喝热水", "厨师揉好雪白的面团"])
    assert query @ near > query @ far


def test_held_out_text_is_not_trained_on(tmp_path: Path) -> None:
    _write_sources(tmp_path)
    sources = read_sources(tmp_path, seed=0)
    assert len(sources.held_out_translations) == 1_000
    trained = {t.zh for t in sources.translations} | {s for a in sources.articles for s in a.body.split("。")}
    assert not trained & {t.zh for t in sources.held_out_translations}
    assert [q.question for q in sources.questions] == [
        "训练问题",
        "繁体问题",
    ]  # not the one on a measured text
    assert [q.question for q in sources.held_out_questions] == ["测量问题"]
    assert sources.glosses == [Gloss("走私", "to smuggle, smuggling")]
    assert Article("刑法 第一章", "甲条\n乙条") in sources.articles


def test_one_news_text_in_45_and_one_law_in_45_are_held_out_whole(tmp_path: Path) -> None:
    _write_sources(tmp_path)
    laws = [
        {"law": f"法{law}", "chapter": chapter, "text": f"{law}{chapter}条"}
        for law in range(1, 91)
        for chapter in "总分附"
    ]
    texts = {
        "text/news.jsonl.gz": [{"text": f"新闻{number}"} for number in range(1, 91)] + [{"text": "新闻90"}],
        "text/cn_law.jsonl.gz": laws,
    }
    for name, records in texts.items():
        _write(tmp_path / name, "".join(json.dumps(record) + "\n" for record in records))
    sources = read_sources(tmp_path, seed=0)
    assert sources.held_out_articles == [
        Article("", "新闻45"),  # the 90th is held out too, but printed again among those trained on
        *(Article(f"法{law} {chapter}", f"{law}{chapter}条") for law in (45, 90) for chapter in "总分附"),
    ]
    titles = {article.title.split(" ")[0] for article in sources.articles if article.title}
    assert titles == {f"法{law}" for law in range(1, 91)} - {"法45", "法90"}
    assert not {article.body for article in sources.articles} & {a.body for a in sources.held_out_articles}


def test_held_out_sentence_and_the_rest_of_its_passage_by_hand() -> None:
    filler = "长" * 100
    first = f"短。只有这一句可以用来提问！{filler}。{filler}。"
    body = f"{first}{filler}；第二段的提问也只有这一句？\n{filler}。剩下的不足一段。"
    assert held_out_passages([Article("", body)]) == [
        Question("只有这一句可以用来提问！", f"短。{filler}。{filler}。"),
        Question("第二段的提问也只有这一句？", f"{filler}；{filler}。"),
    ]
    assert len(held_out_passages([Article("", body * 9)])) == 4
    assert held_out_passages([Article("", "一句。两句。")]) == []


@needs_torch
def test_questions_of_one_step_ask_different_paragraphs(sources: Sources) -> None:
    twice = replace(sources, questions=[*sources.questions, *sources.questions])
    corpus = pairs.tokenize_sources(twice, build_tokenizer(choose_vocabulary(sources, 200, 20)))
    batch = pairs.draw_batch(corpus, pairs.BatchSizes(16, 0, 0, 0), np.random.default_rng(0))
    assert batch.pairs == len(TOPICS)


@pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no evaluation text at {DATA}: CMRC 2018 dev is not in the repository"
)
def test_packaged_model_stays_above_its_floor() -> None:
    """Dense search alone over the 848 paragraphs of CMRC 2018 dev: measured figures less some 0.02."""
    with gzip.open(DATA / "qa/cmrc2018_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    paragraphs = list(dict.fromkeys(record["paragraph"] for record in records))
    encoder = StaticEncoder.open(PACKAGED, "fast")
    asked = encoder.encode_queries([record["question"] for record in records])
    found = encoder.encode_documents(paragraphs)
    answers = np.array([paragraphs.index(record["paragraph"]) for record in records])
    assert recall_at(asked, found, answers, 1) >= 0.76
    assert recall_at(asked, found, answers, 10) >= 0.93


def test_query_and_context_make_up_one_passage(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    for share in ("DROPPED_TOKENS", "KEPT_SENTENCE_SHARE", "TITLE_SHARE"):
        monkeypatch.setattr(pairs, share, 0.0)
    corpus = pairs.tokenize_sources(sources, build_tokenizer(choose_vocabulary(sources, 200, 20)))
    batch = pairs.draw_batch(corpus, pairs.BatchSizes(0, 30, 0, 0), np.random.default_rng(0))
    assert 20 <= batch.pairs <= 30
    passages = {
        tuple(sorted(np.concatenate([corpus.sentences[row] for row in range(begin, end)])))
        for first, last in itertools.pairwise(corpus.articles)
        for begin, end in itertools.combinations(range(first, last + 1), 2)
    }
    sentences = {tuple(corpus.sentences[row]) for row in range(len(corpus.sentences))}
    queries, contexts = batch.texts[: batch.pairs], batch.texts[batch.pairs :]
    for query, context in zip(queries, contexts, strict=True):
        assert tuple(query) in sentences
        assert tuple(sorted([*query, *context])) in passages


def _write_sources(folder: Path) -> None:
    def question(text: str, paragraph: str) -> dict[str, str]:
        return {"question": text, "paragraph": paragraph}

    law = {"law": "刑法", "chapter": "第一章"}
    un = [{"zh": f"句{i}", "en": f"s{i}", "document": f"d{i // 7}"} for i in range(2_100)]
    tables: dict[str, list[dict[str, str]]] = {
        "zh_en/un_dev.jsonl.gz": un,
        "zh_en/tw_law.jsonl.gz": [{"zh": "法" * 600, "en": "law " * 150}],
        "zh_en/tatoeba.jsonl.gz": [],
        "zh_en/ntrex.jsonl.gz": [],
        "qa/cmrc2018_train.jsonl.gz": [question("训练问题", "训练段落"), question("泄漏问题", "测量段落")],
        "qa/drcd_dev.jsonl.gz": [question("繁体问题", "另一段落")],
        "qa/cmrc2018_dev.jsonl.gz": [question("测量问题", "测量段落")],
        "text/news.jsonl.gz": [{"text": "2023-08-1618:24:57，正文：新闻一则。"}],
        "text/cn_law.jsonl.gz": [{**law, "text": "甲条"}, {**law, "text": "乙条"}],
    }
    for name, records in tables.items():
        _write(folder / name, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    entries = (
        "# comment\n走私 走私 [zou3 si1] /to smuggle/smuggling/CL:個|个[ge4]/\n趙 赵 [Zhao4] /surname Zhao/\n"
    )
    _write(folder / "lexicon/cedict.txt.gz", entries)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
