"""Training of the reader: attention, the table in four bits, and a network made ready for eight bits."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

torch = pytest.importorskip("torch", reason="torch is in the extra `transformers`")

from torch.nn import functional  # noqa: E402

from models.errors import DamagedModel  # noqa: E402
from models.reading.layout import LONGEST, Row  # noqa: E402
from models.reading.onnx_reader import GRAPH  # noqa: E402
from models.training.backbone.network import Backbone, Shape, attend  # noqa: E402
from models.training.reader.eight_bits import Parted, ease  # noqa: E402
from models.training.reader.export import BLOCK, export, pack_table  # noqa: E402
from models.training.reader.network import ReaderNetwork  # noqa: E402
from models.training.reader.shipped import open_shipped  # noqa: E402

SHAPE = Shape(words=50, width=64, layers=2, heads=4, inner=96, positions=32)


def network(**changed: float) -> ReaderNetwork:
    torch.manual_seed(0)
    return ReaderNetwork(Backbone(Shape(**{**SHAPE.__dict__, **changed})))


def rows() -> list[Row]:
    draw = torch.Generator().manual_seed(1)
    ids = [torch.randint(0, 50, (12,), generator=draw).tolist() for _ in range(3)]
    return [Row(one, [0, 0, *[2] * 10], 2, [(n, n + 1) for n in range(10)]) for one in ids]


def test_attention_is_that_of_torch() -> None:
    query, key, value = (torch.randn(2, 4, 9, 16) for _ in range(3))
    mask = torch.ones(2, 1, 1, 9, dtype=torch.bool)
    mask[1, ..., 6:] = False
    theirs = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    assert torch.allclose(attend(query, key, value, mask), theirs, atol=1e-5)


def test_features_are_left_out_in_training_alone() -> None:
    reader = network(dropped=0.5)
    ids, segments = torch.tensor([rows()[0].ids]), torch.tensor([rows()[0].segments])
    one, other = (reader(ids, segments)[0] for _ in range(2))
    assert not torch.allclose(one, other)
    reader.eval()
    one, other = (reader(ids, segments)[0] for _ in range(2))
    assert torch.equal(one, other)


def test_a_table_in_four_bits_is_near() -> None:
    table = torch.randn(20, 2 * BLOCK)
    packed, scales = pack_table(table)
    low, high = packed % 16, packed // 16
    numbers = torch.cat([low, high], dim=1).float().reshape(20, -1, BLOCK) - 8
    unpacked = (numbers * scales.float()[:, :, None]).reshape(20, -1)
    step = scales.float().abs().repeat_interleave(BLOCK, dim=1)
    # Half a step off; the far end, of the sign that the scale leaves seven steps to, a whole one.
    assert (unpacked - table).abs().le(1.01 * step).all()
    assert (unpacked - table).abs().mean() < 0.1


def test_an_eased_network_computes_the_same() -> None:
    reader = network().eval()
    with torch.no_grad():
        reader.backbone.layers[1].wide.bias[5] = 60.0  # one feature that drowns the rest
    eased = ease(reader, rows())
    assert isinstance(eased.backbone.layers[1].narrow, Parted)
    assert eased.backbone.layers[1].narrow.apart.tolist() == [5]
    ids, segments = torch.tensor([rows()[1].ids]), torch.tensor([rows()[1].segments])
    for ours, theirs in zip(eased(ids, segments), reader(ids, segments), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_an_export_can_be_gone_on_from(tmp_path: Path) -> None:
    """What `open_shipped` reads back computes what the exported network did, its rounding aside."""
    reader = network(positions=LONGEST, heads=12, width=384).eval()  # the sizes of what ships
    with torch.no_grad():
        for weight in reader.parameters():
            weight.add_(0.02 * torch.randn_like(weight))  # equal ones would be stored once
        reader.backbone.layers[1].wide.bias[5] = 60.0  # so that `ease` parts a layer
    export(reader, Tokenizer(WordLevel({"<pad>": 0}, "<pad>")), tmp_path, rows(), {})
    back = open_shipped(tmp_path).eval()
    ids, segments = torch.tensor([rows()[1].ids]), torch.tensor([rows()[1].segments])
    for found, expected in zip(back(ids, segments), reader(ids, segments), strict=True):
        assert (found - expected).abs().mean() < 0.1 * expected.abs().mean()


def test_a_graph_of_another_make_is_refused(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "none", [], [])), str(tmp_path / GRAPH))
    with pytest.raises(DamagedModel, match=r"is it an export of models\.training"):
        open_shipped(tmp_path)
