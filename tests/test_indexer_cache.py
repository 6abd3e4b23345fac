"""The vector cache: nothing twice, and nothing that is damaged."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Unit
from indexer.cache import VectorCache
from indexer.encode import NoCache, encode_units
from indexer.engine import EmbeddedEngine
from indexer.errors import WriteFailed
from models.encoder import is_instant
from models.encoders.registry import load_encoder
from tests.indexer_fakes import CountingEncoder, make_document


def encode(path: Path, encoder: CountingEncoder, units: tuple[Unit, ...], generation: int = 1) -> np.ndarray:
    """The vectors of units; `encoder.texts` then holds what this call encoded."""
    encoder.texts.clear()
    with VectorCache(path, fingerprint=encoder.fingerprint, dim=encoder.dim, generation=generation) as cache:
        encoded = encode_units(units, encoder, cache, lambda message: None)
        cache.trim(units=0, spare=0 if generation > 1 else 1 << 30)
    assert encoded.encoded == len(encoder.texts)
    return encoded.vectors


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    encoder, path = CountingEncoder(), tmp_path / "cache" / "vectors.sqlite3"
    first = encode(path, encoder, make_document("a", ["甲", "乙", "甲"]).units)
    assert encoder.texts == ["甲", "乙"]
    np.testing.assert_array_equal(first, encoder.encode_queries(["甲", "乙", "甲"]))
    second = encode(path, encoder, make_document("b", ["丙", "乙"]).units)
    assert encoder.texts == ["丙"]
    np.testing.assert_array_equal(second, encoder.encode_queries(["丙", "乙"]))


def test_another_encoder_gets_its_own_vectors(tmp_path: Path) -> None:
    units, path = make_document("a", ["甲", "乙"]).units, tmp_path / "vectors.sqlite3"
    encode(path, CountingEncoder("one"), units)
    other = CountingEncoder("two")
    vectors = encode(path, other, units)
    np.testing.assert_array_equal(vectors, other.encode_queries(["甲", "乙"]))


def test_a_poisoned_row_is_encoded_again(tmp_path: Path) -> None:
    encoder, path = CountingEncoder(), tmp_path / "vectors.sqlite3"
    units = make_document("a", ["甲", "乙", "丙"]).units
    clean = encode(path, encoder, units)
    with sqlite3.connect(path) as connection:
        (key, vector) = connection.execute("SELECT key, vector FROM vectors LIMIT 1").fetchone()
        poisoned = bytes([vector[0] ^ 1]) + vector[1:]
        connection.execute("UPDATE vectors SET vector = ? WHERE key = ?", (poisoned, key))
    connection.close()
    np.testing.assert_array_equal(encode(path, encoder, units), clean)
    assert len(encoder.texts) == 1
    encode(path, encoder, units)
    assert encoder.texts == []


def test_an_unreadable_file_is_begun_anew(tmp_path: Path) -> None:
    encoder, path = CountingEncoder(), tmp_path / "vectors.sqlite3"
    units = make_document("a", ["甲"]).units
    path.write_bytes(b"not a database, but long enough to look like one" * 100)
    encode(path, encoder, units)
    assert encoder.texts == ["甲"]
    encode(path, encoder, units)
    assert encoder.texts == []


def test_a_file_that_has_grown_too_large_drops_what_was_used_longest_ago(tmp_path: Path) -> None:
    encoder, path = CountingEncoder(), tmp_path / "vectors.sqlite3"
    old, new = make_document("a", ["甲"]).units, make_document("b", ["乙"]).units
    encode(path, encoder, old, generation=1)
    encode(path, encoder, (*old, *new), generation=2)
    encode(path, encoder, new, generation=3)
    assert encoder.texts == []
    encode(path, encoder, new, generation=4)
    encode(path, encoder, old, generation=5)
    assert encoder.texts == ["甲"]


def test_a_file_of_the_size_of_its_index_drops_nothing(tmp_path: Path) -> None:
    encoder, path = CountingEncoder(), tmp_path / "vectors.sqlite3"
    encode(path, encoder, make_document("a", ["甲"]).units, generation=1)
    for generation in range(2, 9):
        with VectorCache(path, fingerprint=encoder.fingerprint, dim=16, generation=generation) as cache:
            cache.trim(units=1)
    encode(path, encoder, make_document("a", ["甲"]).units, generation=1)
    assert encoder.texts == []


def test_every_damaged_header_is_begun_anew_or_harmless(tmp_path: Path) -> None:
    """Sqlite calls some of them a missing permission or a wrong format: no run may fail for ever."""
    encoder, path = CountingEncoder(), tmp_path / "vectors.sqlite3"
    units = make_document("a", ["甲", "乙"]).units
    clean = encode(path, encoder, units)
    sound = path.read_bytes()
    for place in range(100):
        for bit in (1, 2, 4, 128) if place in {18, 19} else (1 << place % 8,):  # 18, 19: format versions
            path.write_bytes(sound[:place] + bytes([sound[place] ^ bit]) + sound[place + 1 :])
            np.testing.assert_array_equal(encode(path, encoder, units), clean)
            np.testing.assert_array_equal(encode(path, encoder, units), clean)
            assert encoder.texts == [], f"byte {place}, bit {bit}: what was put was not kept"
            assert [aside.name for aside in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "vectors.sqlite3"
    with pytest.raises(WriteFailed, match="No such file or directory"):
        VectorCache(path.parent / "below" / path.name, fingerprint="f", dim=2, generation=1)


def test_an_instant_encoder_needs_no_cache(tmp_path: Path) -> None:
    class Instant(CountingEncoder):
        instant = True

    engine = EmbeddedEngine(tmp_path)
    assert isinstance(engine.cache(Instant(), 1), NoCache)
    assert is_instant(load_encoder("fast"))
    assert not list(tmp_path.iterdir())
    encoded = encode_units(make_document("a", ["甲", "乙", "甲"]).units, CountingEncoder(), NoCache(), str)
    assert encoded.encoded == 2
