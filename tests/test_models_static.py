"""The static encoder against sentence-transformers, against a naive mean, and against damaged folders."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from models.encoders.static import StaticEncoder
from models.errors import DamagedModel

ROOT = Path(__file__).parents[1]
PACKAGED = ROOT / "models" / "packaged" / "fast"
TOKENIZER = "0_StaticEmbedding/tokenizer.json"
WEIGHTS = "0_StaticEmbedding/model.safetensors"
TEXTS = [
    "工作组建议缔约国不惩罚被贩运的受害人。",
    "全球变暖与气候变化",
    "trafficking in persons for the removal of organs",
    "联合国毒品和犯罪问题办公室（UNODC）于2019年10月发布了Global Report。",
    "ＣＴＯＣ／ＣＯＰ／ＷＧ．４／２０１５／４",
    "。，！？",
    "",
    "かな",
    "受害人" * 700,
]


MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "0_StaticEmbedding",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]


@pytest.fixture(scope="module")
def packaged() -> StaticEncoder:
    return StaticEncoder.open(PACKAGED, "fast")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with four tokens and rows that can be averaged by hand."""
    from tokenizers import models, pre_tokenizers

    folder = tmp_path / "small"
    (folder / "0_StaticEmbedding").mkdir(parents=True)
    (folder / "modules.json").write_text(json.dumps(MODULES))
    tokenizer = Tokenizer(models.WordLevel({"?": 0, "a": 1, "b": 2, "c": 3}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    rows = np.array([[0, 0], [3, 0], [0, 4], [-3, 0]], dtype=np.float32)
    save_file({"embedding.weight": rows}, str(folder / WEIGHTS))
    return folder


def test_vectors_equal_those_of_sentence_transformers(packaged: StaticEncoder) -> None:
    sentence_transformers = pytest.importorskip(
        "sentence_transformers", reason="needs the extra: pip install yinzheng[transformers]"
    )
    model = sentence_transformers.SentenceTransformer(str(PACKAGED), device="cpu", local_files_only=True)
    theirs = model.float().encode(TEXTS)
    assert theirs.dtype == np.float32
    assert theirs.shape == (len(TEXTS), packaged.dim)
    np.testing.assert_allclose(packaged.encode_documents(TEXTS), theirs, rtol=1e-4, atol=1e-6)


def test_vectors_equal_a_mean_written_out_one_token_at_a_time(packaged: StaticEncoder) -> None:
    tokenizer = Tokenizer.from_file(str(PACKAGED / TOKENIZER))
    rows = load_file(PACKAGED / WEIGHTS)["embedding.weight"].astype(np.float64)
    for text, vector in zip(TEXTS, packaged.encode_queries(TEXTS), strict=True):
        total = np.zeros(rows.shape[1])
        for token in tokenizer.encode(text).ids:
            total += rows[token]
        norm = np.sqrt((total**2).sum())
        np.testing.assert_allclose(vector, total / norm if norm else total, atol=1e-5)


def test_norm_is_one_or_zero(packaged: StaticEncoder) -> None:
    norms = np.linalg.norm(packaged.encode_documents(TEXTS), axis=1)
    np.testing.assert_allclose(norms, [1, 1, 1, 1, 1, 0, 0, 0, 1], atol=1e-6)


def test_order_and_batch_do_not_change_a_vector(packaged: StaticEncoder) -> None:
    order = np.random.default_rng(0).permutation(len(TEXTS))
    whole = packaged.encode_documents(TEXTS)
    np.testing.assert_array_equal(packaged.encode_documents([TEXTS[i] for i in order]), whole[order])
    many = packaged.encode_documents(TEXTS * 150)  # more than one batch
    np.testing.assert_array_equal(many, np.tile(whole, (150, 1)))
    assert packaged.encode_documents([]).shape == (0, packaged.dim)


def test_by_hand(small: Path) -> None:
    encoder = StaticEncoder.open(small, "small")
    vectors = encoder.encode_documents(["a b", "b b", "a c", "z", ""])
    by_hand = np.array([[0.6, 0.8], [0, 1], [0, 0], [0, 0], [0, 0]])
    np.testing.assert_allclose(vectors, by_hand, atol=1e-7)
    assert (encoder.name, encoder.dim) == ("small", 2)


def test_lone_surrogates_are_encoded_and_not_fatal(packaged: StaticEncoder) -> None:
    vectors = packaged.encode_queries(["器官\ud800", "器官"])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_words_are_found_as_jieba_would_cut_them() -> None:
    tokenizer = Tokenizer.from_file(str(PACKAGED / TOKENIZER))
    assert tokenizer.encode("打击人口贩运，第９条").tokens == ["打击", "人口", "贩运", "第", "9", "条"]


def test_fingerprint_follows_every_file(small: Path) -> None:
    before = StaticEncoder.open(small, "small").fingerprint
    assert StaticEncoder.open(small, "other").fingerprint == before
    for change in (_change_weights, _change_tokenizer, _change_configuration):
        change(small)
        after = StaticEncoder.open(small, "small").fingerprint
        assert after != before
        before = after


def _change_weights(folder: Path) -> None:
    rows = load_file(folder / WEIGHTS)["embedding.weight"]
    save_file({"embedding.weight": rows + 1}, str(folder / WEIGHTS))


def _change_tokenizer(folder: Path) -> None:
    content = json.loads((folder / TOKENIZER).read_text())
    content["pre_tokenizer"] = None
    (folder / TOKENIZER).write_text(json.dumps(content))


def _change_configuration(folder: Path) -> None:
    (folder / "modules.json").write_text(json.dumps(MODULES[:1]))


@pytest.mark.parametrize("part", ["modules.json", TOKENIZER, WEIGHTS])
def test_missing_file_is_named(small: Path, part: str) -> None:
    (small / part).unlink()
    with pytest.raises(DamagedModel, match=rf"has no {part}.*restore the folder"):
        StaticEncoder.open(small, "small")


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ("[]", "not a list of modules"),
        ("{", "not a list of modules"),
        (
            '[{"type": "x.Transformer", "path": ""}]',
            "begins with a x.Transformer, expected a StaticEmbedding",
        ),
    ],
)
def test_configuration_of_another_model(small: Path, modules: str, message: str) -> None:
    (small / "modules.json").write_text(modules)
    with pytest.raises(DamagedModel, match=message):
        StaticEncoder.open(small, "small")


def test_module_may_lie_in_the_folder_itself(small: Path) -> None:
    for name in ("tokenizer.json", "model.safetensors"):
        (small / "0_StaticEmbedding" / name).rename(small / name)
    (small / "modules.json").write_text(json.dumps([{**MODULES[0], "path": ""}]))
    np.testing.assert_allclose(StaticEncoder.open(small, "small").encode_queries(["a b"]), [[0.6, 0.8]])


@pytest.mark.parametrize("part", [TOKENIZER, WEIGHTS])
def test_truncated_file_is_damaged(small: Path, part: str) -> None:
    whole = (small / part).read_bytes()
    (small / part).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedModel, match="restore the model folder"):
        StaticEncoder.open(small, "small")


def test_rows_that_do_not_fit_the_tokenizer(small: Path) -> None:
    save_file({"embedding.weight": np.ones((3, 2), np.float32)}, str(small / WEIGHTS))
    with pytest.raises(DamagedModel, match="4 tokens, the weights have 3 rows"):
        StaticEncoder.open(small, "small")


def test_weights_of_another_kind(small: Path) -> None:
    save_file({"other": np.ones((4, 2), np.float32)}, str(small / WEIGHTS))
    with pytest.raises(DamagedModel, match=r"expected 'embedding\.weight'"):
        StaticEncoder.open(small, "small")
    save_file({"embedding.weight": np.ones((4, 2), np.int8)}, str(small / WEIGHTS))
    with pytest.raises(DamagedModel, match="is int8"):
        StaticEncoder.open(small, "small")


def test_opening_and_encoding_imports_no_torch() -> None:
    program = (
        "import sys; from pathlib import Path; from models.encoders.static import StaticEncoder; "
        "StaticEncoder.open(Path('models/packaged/fast'), 'fast').encode_queries(['器官']); "
        "print({'torch', 'sentence_transformers', 'transformers', 'scipy'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"
