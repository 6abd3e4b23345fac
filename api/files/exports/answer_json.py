"""A hit list as JSON: the same object that `--json` prints."""

import orjson

from api.files.exports.reference import HitList

__all__ = ["write_json"]


def write_json(hits: HitList) -> bytes:
    """The answer in UTF-8, on one line: `{"query": …, "index_version": …, "hits": […]}`."""
    return orjson.dumps(hits.answer, option=orjson.OPT_APPEND_NEWLINE)
