"""The fake encoder against a by-hand computation; names to encoders; what each error says."""

import json
import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from models.encoder import Encoder
from models.encoders import registry
from models.encoders.hashing import HashEncoder
from models.encoders.registry import load_encoder
from models.encoders.static import StaticEncoder
from models.encoders.transformer import model_fingerprint
from models.errors import DamagedModel, ExtraMissing, ModelNotFound

PACKAGED = registry.FAST


def hashed_by_hand(text: str, dim: int) -> list[float]:
    """Written with a Counter and plain floats."""
    grams = Counter(text[at : at + size] for size in (1, 2, 3) for at in range(len(text) - size + 1))
    cells: Counter[int] = Counter()
    for gram, count in grams.items():
        digest = xxhash.xxh3_64(gram.encode()).intdigest()
        cells[digest % dim] += count if digest >> 63 else -count
    norm = math.sqrt(sum(value * value for value in cells.values()))
    return [cells[cell] / norm if norm else 0.0 for cell in range(dim)]


@given(st.lists(st.text("贩运人口受害者的器官切除"), max_size=4))
def test_hash_encoder_by_hand(texts: list[str]) -> None:
    encoder = HashEncoder(32)
    vectors = encoder.encode_documents(texts)
    assert vectors.shape == (len(texts), 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(
        vectors, np.array([hashed_by_hand(t, 32) for t in texts]).reshape(-1, 32), atol=1e-6
    )
    np.testing.assert_array_equal(vectors, encoder.encode_queries(texts))


def test_hash_encoder_folds_and_knows_likeness() -> None:
    encoder = HashEncoder()
    simplified, traditional, other, empty = encoder.encode_documents(
        ["贩运人口", "販運 人口", "气候变化", " \n"]
    )
    assert (simplified == traditional).all()
    assert simplified @ simplified == pytest.approx(1)
    assert abs(simplified @ other) < 0.2
    assert not empty.any()
    assert encoder.encode_queries(["\ud800"]).any()


def test_hash_encoder_fingerprint_and_dimension() -> None:
    assert HashEncoder().fingerprint == load_encoder("hash").fingerprint != HashEncoder(128).fingerprint
    assert load_encoder("hash").name == "hash"
    with pytest.raises(ValueError, match="expected 1 or more"):
        HashEncoder(0)


def test_packaged_is_opened_without_torch() -> None:
    if not (PACKAGED / "modules.json").is_file():
        pytest.skip("the packaged encoder has not been trained in this checkout")
    encoder = load_encoder("fast")
    assert isinstance(encoder, StaticEncoder)
    assert encoder.name == "fast"


@pytest.mark.parametrize("name", ["nothing", "a/b/c", "./none", "", "贩运/人口"])
def test_unknown_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotFound, match="none of packaged, quality, fast, hash"):
        load_encoder(name)


STATIC = {
    "idx": 0,
    "name": "0",
    "path": "0_StaticEmbedding",
    "type": "sentence_transformers.models.StaticEmbedding",
}
NORMALIZE = {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}
POOLING = {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}


@pytest.mark.parametrize(
    ("modules", "config", "opened_by"),
    [
        ([STATIC], None, "static"),
        ([STATIC, NORMALIZE], {"prompts": {"query": "", "document": ""}}, "static"),
        ([STATIC, NORMALIZE], {"prompts": {"query": "query: "}}, "transformer"),
        ([STATIC, POOLING], None, "transformer"),
        ([], None, "transformer"),
    ],
)
def test_who_opens_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules: list[object], config: object, opened_by: str
) -> None:
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    if config is not None:
        (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(config))
    opened: list[str] = []

    def static(folder: Path, name: str) -> Encoder:
        opened.append("static")
        return HashEncoder()

    def transformer(name: str) -> Encoder:
        opened.append("transformer")
        return HashEncoder()

    monkeypatch.setattr("models.encoders.static.StaticEncoder.open", static)
    monkeypatch.setattr("models.encoders.transformer.SentenceTransformerEncoder.open", transformer)
    load_encoder(str(tmp_path))
    assert opened == [opened_by]


@pytest.mark.parametrize("content", ["{", '{"a": 1}'])
def test_damaged_configuration_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "modules.json").write_text(content)
    with pytest.raises(DamagedModel, match=r"modules\.json .*restore"):
        load_encoder(str(tmp_path))


def test_missing_extra_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ExtraMissing, match=r'run: pip install "yinzheng\[transformers\]"'):
        load_encoder(str(tmp_path))


def test_model_fingerprint_covers_what_decides(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "1_Pooling").mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(b"weights")
        (folder / "1_Pooling" / "config.json").write_text("{}")
    assert model_fingerprint(one) == model_fingerprint(two)
    (two / "README.md").write_text("anything")
    assert model_fingerprint(one) == model_fingerprint(two)
    (two / "1_Pooling" / "config.json").write_text("[]")
    assert model_fingerprint(one) != model_fingerprint(two)
    (two / "1_Pooling" / "config.json").rename(two / "config.json")
    (two / "config.json").write_text("{}")
    assert model_fingerprint(one) != model_fingerprint(two)
