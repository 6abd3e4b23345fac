"""The engine on a server, as far as it needs none: addresses, impacts, texts in parts, what is told without a client."""

import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.content.lexical import saturations
from indexer.errors import BadAddress, EngineFailed, EngineMissing
from indexer.milvus.address import MilvusAddress, milvus_address
from indexer.milvus.impacts import most_growth, packed, unpacked
from indexer.milvus.reading.codes import chosen
from indexer.milvus.reading.documents import _numbers
from indexer.milvus.tables import key_of, own_collections
from indexer.milvus.texts import PART, rows_of
from tests.api_support import yinzheng
from tests.milvus_server import require_milvus


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("milvus://db:19531/reports", MilvusAddress("db", 19531, "reports")),
        ("milvus://10.0.0.7/un_reports", MilvusAddress("10.0.0.7", 19530, "un_reports")),
        ("milvus://[::1]:19530/r", MilvusAddress("[::1]", 19530, "r")),
        ("milvus+tls://u:p@db:443/r", MilvusAddress("db", 443, "r", "u:p", tls=True)),
        ("reports", None),
        ("milvus", None),
        ("C:/milvus", None),
    ],
)
def test_an_address_is_told_from_a_folder(written: str, read: MilvusAddress | None) -> None:
    assert milvus_address(Path(written)) == read
    if read is not None and not read.token and ":195" in written:
        assert str(read) == written


@pytest.mark.parametrize(
    "written",
    [
        "milvus://db:0/r",
        "milvus://db:99999/r",
        "milvus://db",
        "milvus://db/a__b",
        "milvus://db/1a",
        "milvus:/x:y/",
    ],
)
def test_an_address_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(BadAddress, match="expected milvus://HOST:PORT/NAME"):
        milvus_address(Path(written))


def test_a_password_is_in_no_message() -> None:
    address = milvus_address(Path("milvus+tls://me:secret@db:443/reports"))
    assert address is not None
    assert address.token == "me:secret"
    assert "secret" not in f"{address} {address!r}"
    with pytest.raises(BadAddress) as refused:
        milvus_address(Path("milvus://me:secret@db:x/reports"))
    assert "secret" not in str(refused.value)


def test_an_index_never_takes_the_collections_of_another() -> None:
    names = [
        "a",
        "a_b",
        "a__0123456789abcdef__units",
        "a_b__0123456789abcdef__units",
        "a__writer",
        "a__cache__00",
    ]
    assert own_collections("a", names) == {"0123456789abcdef": ["a__0123456789abcdef__units"]}


def test_codes_are_packed_and_read_again() -> None:
    dimensions, codes = np.array([2**32 - 1, 8, 17, 12]), np.array([65_535, 256, 300, 0])
    known, told = unpacked(packed(dimensions, codes))
    assert known.tolist() == [8, 12, 17, 2**32 - 1]
    assert told.tolist() == [256, 0, 300, 65_535]
    assert [each.tolist() for each in unpacked(packed(dimensions[:0], codes[:0]))] == [[], []]
    with pytest.raises(ValueError, match="4 bytes of codes"):
        unpacked("AAAAAA==")


def test_codes_are_chosen_by_dimension() -> None:
    units = [
        (np.array([8, 12, 17]), np.array([256, 0, 300])),
        (np.array([], np.int64), np.array([], np.int64)),
    ]
    assert chosen(units, np.array([17, 9, 8, 99])).tolist() == [[300, 0, 256, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(("before", "now"), [(10.0, 14.0), (14.0, 10.0), (3.0, 3.0), (1.0, 900.0)])
def test_no_score_grows_by_more_than_the_means(before: float, now: float) -> None:
    growth = most_growth((before,) * 4, (now,) * 4, [0])
    assert (saturations(now)[256:] <= saturations(before)[256:] * growth * (1 + 1e-12)).all()
    assert growth <= max(1.0, now / before)


def test_a_long_text_stands_in_parts_that_the_server_takes() -> None:
    text = "𠀀甲" * PART
    rows = rows_of("line/7", 6, text)
    assert [row["key"] for row in rows] == ["line/7/0", "line/7/1"]
    assert all(len(row["data"].encode()) <= 65_535 for row in rows)
    assert "".join([rows[0]["data"].partition("\n")[2], rows[1]["data"]]) == text
    assert rows_of("x", 0, "")[0]["data"] == "1\n"


def test_keys_need_no_escaping_and_stay_apart() -> None:
    odd = ['"', "\\", "'", "a b", "", "汉" * 99, "汉" * 100, "汉" * 101, "汉" * 102, "\n", "%"]
    keys = [key_of(text) for text in odd]
    assert len(set(keys)) == len(odd)
    assert all(len(key) <= 400 and set(key) <= set(".-_") | set(map(chr, range(48, 123))) for key in keys)


def test_filters_on_many_documents_are_runs() -> None:
    assert _numbers([1, 2, 3, 9]) == "document in [1,2,3,9]"
    many = [*range(100), 200, 300, *range(400, 402)]
    assert _numbers(many) == (
        "((document >= 0 and document <= 99) or (document >= 400 and document <= 401) or document in [200,300])"
    )


def test_without_the_client_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    from indexer.milvus.server import Server

    with pytest.raises(EngineMissing, match=r"pip install 'yinzheng\[milvus\]'"):
        Server.connect(MilvusAddress("127.0.0.1", 1, "r"))
    ended = yinzheng("search", "押金", "--engine", "milvus://127.0.0.1:1/r")
    assert ended.returncode == 3
    assert "pip install 'yinzheng[milvus]'" in ended.stderr


def test_a_server_that_is_not_there_is_told_in_time() -> None:
    require_milvus()
    from indexer.snapshot import open_snapshot

    with pytest.raises(EngineFailed, match="See that it runs"):
        open_snapshot(Path("milvus://127.0.0.1:9/r"))
    assert yinzheng("search", "押金", "--engine", "milvus://x:y/r").returncode == 2


def test_nothing_of_the_client_is_imported_for_a_folder() -> None:
    import subprocess

    code = "import sys, indexer.build, indexer.snapshot, api.cli; sys.exit('pymilvus' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_is_not_encoded_ahead(tmp_path: Path) -> None:
    ended = yinzheng("encode", tmp_path, "--index", tmp_path / "index", "--encoder", "hash")
    assert ended.returncode == 2
    assert "expected milvus://HOST:PORT/NAME" in ended.stderr
