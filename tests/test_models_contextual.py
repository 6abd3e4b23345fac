"""The contextual encoder: against the network that was exported, part by part, and against damaged folders."""

import gzip
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from models.encoder import TokenEncoder
from models.encoders import contextual
from models.encoders.contextual import TOKENIZER, ContextualEncoder, ContextualTokenEncoder
from models.encoders.model_files import WEIGHTS
from models.encoders.registry import FAST, QUALITY, load_encoder, word_encoder
from models.encoders.static import StaticEncoder
from models.errors import DamagedModel

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
TEXTS = [
    "工作组建议缔约国不惩罚被贩运的受害人。",
    "trafficking in persons for the removal of organs",
    "联合国毒品和犯罪问题办公室（UNODC）于2019年10月发布了Global Report。",
    "",
    "。，！？",
    "受害人" * 700,
]
needs_training = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("onnx") is None,
    reason="exporting needs torch and onnx: pip install yinzheng[transformers,dev]",
)


@pytest.fixture(scope="module")
def quality() -> ContextualTokenEncoder:
    encoder = ContextualEncoder.open(QUALITY, "quality")
    assert isinstance(encoder, ContextualTokenEncoder)
    return encoder


def test_it_is_what_ships_as_packaged(quality: ContextualEncoder) -> None:
    packaged = load_encoder()
    assert isinstance(packaged, ContextualEncoder)
    assert packaged.name == "packaged"
    assert packaged.fingerprint == quality.fingerprint
    assert isinstance(load_encoder("fast"), StaticEncoder)


def test_encoding_leaves_nothing_behind(tmp_path: Path) -> None:
    """onnxruntime would write an id of the machine and a queue of reports, and send them, if nobody forbade it."""
    environment = {
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = "from models.encoders.registry import load_encoder; load_encoder().encode_queries(['器官'])"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == []


def test_opening_and_encoding_imports_no_torch() -> None:
    program = (
        "import sys; from models.encoders.registry import load_encoder; load_encoder().encode_queries(['器官']); "
        "print({'torch', 'sentence_transformers', 'transformers', 'onnx'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"


def test_the_runtime_reports_to_nobody(tmp_path: Path) -> None:
    """From 1.29 on onnxruntime makes an identifier and sends usage data when it is imported."""
    run = subprocess.run(
        [sys.executable, "-c", "import onnxruntime; print(onnxruntime.__file__)"],
        env={"PATH": "", "TMPDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert list(tmp_path.iterdir()) == []
    libraries = list((Path(run.stdout.strip()).parent / "capi").glob("*.so*"))
    assert libraries
    assert not any(b"events.data.microsoft.com" in library.read_bytes() for library in libraries)


def test_a_vector_does_not_depend_on_its_neighbours(quality: ContextualEncoder) -> None:
    many = [*TEXTS, *reversed(TEXTS)]
    assert len(many) > contextual.FEW  # so that threads are used
    alone = np.concatenate([quality.encode_queries([text]) for text in many])
    np.testing.assert_array_equal(quality.encode_documents(many), alone)
    assert quality.encode_documents([]).shape == (0, quality.dim)


def test_norm_is_one_or_zero_and_surrogates_are_read(quality: ContextualEncoder) -> None:
    norms = np.linalg.norm(quality.encode_documents(TEXTS), axis=1)
    np.testing.assert_allclose(norms, [1, 1, 1, 0, 0, 1], atol=1e-6)
    broken, whole = quality.encode_queries(["器官\ud800", "器官"])
    np.testing.assert_array_equal(broken, whole)


def test_a_long_text_is_the_mean_of_its_parts(quality: ContextualEncoder) -> None:
    words = ["受害人"] * 90 + ["器官"] * 90
    parts = quality.encode_documents(["".join(words[:90]), "".join(words[90:])])
    mean = parts.sum(axis=0) / np.linalg.norm(parts.sum(axis=0))
    np.testing.assert_allclose(quality.encode_documents(["".join(words)])[0], mean, atol=1e-6)


def test_meaning_goes_beyond_words(quality: ContextualEncoder) -> None:
    asked, near, far = quality.encode_queries(
        ["people forced to sell a kidney", "为摘取器官而贩运人口", "会议于下午五时结束"]
    )
    assert asked @ near > asked @ far + 0.2


def test_a_token_has_a_vector_and_a_spelling(quality: ContextualTokenEncoder) -> None:
    spelled, vectors = quality.encode_query_tokens("器官，organs 2019年")
    assert spelled == ["器官", "organs", "2019", "年"]
    assert vectors.shape == (4, quality.token_dim)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)  # kept in float16
    (stored,) = quality.encode_tokens(["器官，organs 2019年"])
    np.testing.assert_array_equal(stored, vectors)
    assert isinstance(quality, TokenEncoder)
    assert not isinstance(load_encoder("fast"), TokenEncoder)


def test_token_vectors_do_not_depend_on_what_was_read_before(
    quality: ContextualTokenEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, among others, kept from a reading for the whole vectors, and after it was forgotten."""
    fresh = ContextualEncoder.open(QUALITY, "quality")
    assert isinstance(fresh, ContextualTokenEncoder)
    alone = [fresh.encode_tokens([text])[0] for text in TEXTS]
    quality.encode_documents([*TEXTS, *TEXTS])
    kept = quality.encode_tokens(TEXTS)
    monkeypatch.setattr(contextual, "KEPT", 3)
    quality.encode_documents(["一年", "二年", "三年"])
    read_again = quality.encode_tokens(TEXTS)
    for own, second, third in zip(alone, kept, read_again, strict=True):
        np.testing.assert_array_equal(second, own)
        np.testing.assert_array_equal(third, own)
    assert [len(each) for each in alone[3:]] == [0, 0, 700]


def test_token_vectors_are_kept_of_so_many_tokens(
    quality: ContextualTokenEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept by texts alone, four thousand of ten thousand tokens would take gigabytes."""
    texts = [character * 90 for character in "甲乙丙丁戊己"]
    wanted = quality.encode_tokens(texts)
    monkeypatch.setattr(contextual, "KEPT_TOKENS", 2 * len(wanted[0]))
    quality.encode_documents(texts)
    assert list(quality._kept) == texts[-2:]
    for own, other in zip(quality.encode_tokens(texts), wanted, strict=True):
        np.testing.assert_array_equal(own, other)
    quality.encode_documents(["庚" * 500])
    assert not quality._kept
    assert quality._held == 0


def test_a_token_knows_its_context(quality: ContextualTokenEncoder) -> None:
    """开发 of a drug against 开发 of a district, both against the production of medicine."""
    drug, district, medicine = quality.encode_tokens(["企业开发新药", "市政府开发新区", "企业研制药品"])
    (place,) = (
        at for at, word in enumerate(quality.encode_query_tokens("企业开发新药")[0]) if word == "开发"
    )
    (other,) = (
        at for at, word in enumerate(quality.encode_query_tokens("市政府开发新区")[0]) if word == "开发"
    )
    assert (drug[place] @ medicine.T).max() > (district[other] @ medicine.T).max()


def test_words_stand_beside_it(quality: ContextualEncoder) -> None:
    words = word_encoder(quality)
    assert words is not None
    assert words.name == "fast"
    static = load_encoder("fast")
    assert word_encoder(static) is static
    assert word_encoder(load_encoder("hash")) is None


def test_a_damaged_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedModel, match=r"has no tokenizer\.json"):
        ContextualEncoder.open(tmp_path, "x")
    (tmp_path / TOKENIZER).write_bytes((QUALITY / TOKENIZER).read_bytes())
    (tmp_path / WEIGHTS).parent.mkdir()
    (tmp_path / WEIGHTS).write_bytes((QUALITY / WEIGHTS).read_bytes()[:5_000_000])
    with pytest.raises(DamagedModel, match="restore the folder"):
        ContextualEncoder.open(tmp_path, "x")


def tiny_teacher(folder: Path) -> Path:
    """An English model of random weights: two layers, four heads, sixteen numbers wide."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "boat", "sea", "tea", "hill", "net"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def tiny_tokenizer() -> Tokenizer:
    words = ["[UNK]", "船", "海", "茶", "山", "boat", "sea", "tea", "hill"]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return tokenizer


ROWS = np.eye(9, dtype=np.float32)
ROWS[1:5] += 0.9 * ROWS[5:9]  # 船 lies nearest to boat, 海 to sea …


@pytest.fixture
def network(tmp_path: Path) -> Any:
    from models.training.contextual.network import load_network

    return load_network(tiny_tokenizer(), ROWS, tiny_teacher(tmp_path / "teacher"))


def test_a_word_enters_as_its_english_neighbours() -> None:
    from models.training.contextual.words import TEMPERATURE, input_vectors

    rows = np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)
    own = np.array([[2, 0, 0], [0, 4, 0]], np.float32)
    mapped = input_vectors({"boat": 0, "sea": 1, "船": 2}, rows, {"boat": 0, "sea": 1}, own)
    weight = 1 / (1 + np.exp((0.6 - 0.8) / TEMPERATURE))
    np.testing.assert_allclose(mapped, [*own, weight * own[0] + (1 - weight) * own[1]], atol=1e-6)


@needs_training
def test_the_exported_graph_is_the_network(network: Any, tmp_path: Path) -> None:
    from models.training.contextual.export import export

    export(tmp_path / "model", tiny_tokenizer(), network)
    encoder = ContextualEncoder.open(tmp_path / "model", "tiny")
    texts = ["船海", "茶山山茶", "海" * 60, "山船"]
    ids = [np.array(tiny_tokenizer().encode(text).ids, np.int32) for text in texts]
    trained = network.encode(ids).detach().numpy()
    cosines = (encoder.encode_documents(texts) * trained).sum(axis=1)
    assert cosines.min() > 0.98  # eight bits against thirty-two
    assert (encoder.encode_documents(texts) @ trained.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


@needs_training
def test_tokens_are_the_last_hidden_states_projected(network: Any, tmp_path: Path) -> None:
    from models.training.contextual.export import export
    from models.training.contextual.tokens import add_tokens, principal_directions

    export(tmp_path / "model", tiny_tokenizer(), network)
    before = ContextualEncoder.open(tmp_path / "model", "tiny").encode_documents(["茶山海"])
    directions = np.eye(16, dtype=np.float32)
    for kept in (directions[:, :4], directions):  # the second replaces the first
        add_tokens(tmp_path / "model" / WEIGHTS, kept)
    encoder = ContextualEncoder.open(tmp_path / "model", "tiny")
    assert isinstance(encoder, ContextualTokenEncoder)
    np.testing.assert_array_equal(encoder.encode_documents(["茶山海"]), before)
    (tokens,) = encoder.encode_tokens(["茶山海"])
    assert tokens.shape == (3, 16)
    np.testing.assert_allclose(np.linalg.norm(tokens, axis=1), 1, atol=1e-3)

    rows = np.diag([3.0, 2.0, 1.0]).astype(np.float32)[[0, 0, 0, 1, 1, 2]]
    best, share = principal_directions(rows, 2)
    np.testing.assert_allclose(best, np.eye(3)[:, :2], atol=1e-6)
    assert share == pytest.approx(5 / 6)


@needs_training
def test_an_export_is_read_back(network: Any, tmp_path: Path) -> None:
    """But for what eight bits rounded away; what is exported again is the same to a bit of eight."""
    import torch

    from models.training.contextual.export import export
    from models.training.contextual.shipped import open_shipped

    with torch.no_grad():
        for weight in network.layers.parameters():
            weight.add_(torch.randn(weight.shape) / 20)  # as training does: equal tensors are written once
    export(tmp_path / "model", tiny_tokenizer(), network)
    read = open_shipped(tmp_path / "model")
    ids = [np.array(row, np.int32) for row in ([1, 2], [3, 4, 4, 3], [2] * 60, [4, 1])]
    cosines = (read.encode(ids).detach().numpy() * network.encode(ids).detach().numpy()).sum(axis=1)
    assert cosines.min() > 0.99
    assert read.table.requires_grad
    export(tmp_path / "again", tiny_tokenizer(), read)
    first, second = (ContextualEncoder.open(tmp_path / name, name) for name in ("model", "again"))
    texts = ["船海", "茶山山茶"]
    assert (first.encode_queries(texts) * second.encode_queries(texts)).sum(axis=1).min() > 0.999


@needs_training
def test_a_graph_that_is_no_export_is_refused(network: Any, tmp_path: Path) -> None:
    import onnx

    from models.training.contextual.export import export
    from models.training.contextual.shipped import open_shipped

    export(tmp_path / "model", tiny_tokenizer(), network)
    graph = onnx.load(str(tmp_path / "model" / WEIGHTS))
    graph.graph.node.remove(
        next(node for node in graph.graph.node if node.op_type == "DynamicQuantizeMatMul")
    )
    onnx.save(graph, str(tmp_path / "model" / WEIGHTS))
    with pytest.raises(DamagedModel, match=r"lacks encoder\.layer"):
        open_shipped(tmp_path / "model")


@needs_training
def test_the_layers_written_out_equal_those_of_transformers(network: Any) -> None:
    """Export writes attention and the rest out by hand; without eight bits both give the same."""
    import torch

    from models.training.contextual.export import _graph

    ids = [1, 2, 3, 4, 4]
    marks = [len(network.table) - 2, *ids, len(network.table) - 1]
    with torch.inference_mode():
        graph = _graph(network)
        graph.table, graph.scales = network.table.detach(), torch.ones(len(network.table), 1)
        written = graph(torch.tensor([marks])).numpy()
        taken = network.encode([np.array(ids, np.int32)]).numpy()
    np.testing.assert_allclose(written, taken, atol=2e-6)


@needs_training
def test_padding_and_order_do_not_change_a_vector(network: Any) -> None:
    texts = [np.array(ids, np.int32) for ids in ([1], [2, 3, 4, 1, 2], [3, 3], [4, 2, 1])] * 20
    together = network.encode(texts).detach().numpy()
    alone = np.concatenate([network.encode([text]).detach().numpy() for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6)


@pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no evaluation text at {DATA}: CMRC 2018 dev is not in the repository"
)
def test_packaged_model_stays_above_its_floor(quality: ContextualEncoder) -> None:
    """Dense search alone over 80 paragraphs of CMRC 2018 dev, whose questions are about 300."""
    with gzip.open(DATA / "qa/cmrc2018_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    paragraphs = list(dict.fromkeys(record["paragraph"] for record in records))[:80]
    asked = [record for record in records if record["paragraph"] in paragraphs]
    queries = quality.encode_queries([record["question"] for record in asked])
    nearest = (queries @ quality.encode_documents(paragraphs).T).argmax(axis=1)
    right = [paragraphs[row] == record["paragraph"] for row, record in zip(nearest, asked, strict=True)]
    assert np.mean(right) >= 0.89


def test_both_packaged_encoders_fit_their_bound() -> None:
    """60 MB, because everyone who clones the repository fetches them."""
    held = sum(file.stat().st_size for folder in (FAST, QUALITY) for file in folder.rglob("*"))
    assert held <= 60_000_000
