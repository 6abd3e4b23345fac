"""Front matter: the lines between +++ (TOML) or --- (YAML) that stand before a text and tell about it."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from corpus.errors import BadMetadata
from corpus.metadata.supplied import read_value

__all__ = ["split_front_matter"]

_LONGEST = 20_000  # characters; the time of tomllib grows with the square of the parts of a dotted key
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\r?\n(?P<inner>(?:.*\r?\n)*?)\+\+\+[ \t]*(?:\r?\n|\Z)")
_YAML = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<inner>(?:(?!---[ \t]*\r?$|\.\.\.[ \t]*\r?$).*\r?\n){1,500})"
    r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.MULTILINE,
)
# Keys are lower-case: “Original: English” between two rules is text.
_KEY = re.compile(r"[a-z_][A-Za-z0-9_.-]*")
_PAIR = re.compile(r"([a-z_][a-z0-9_-]*)[ \t]*:(.*)")


def split_front_matter(text: str, name: str = "front matter") -> tuple[int, dict[str, object]]:
    """Where the body begins in the whole text, and what the front matter before it says, unchecked.

    A leading `---` that is only a rule is no front matter: then 0 and nothing. `name` is for messages.
    Example: `split_front_matter("---\\nsession: 9\\n---\\n一. 导言")` is `(19, {"session": 9})`
    """
    if match := _TOML.match(text):
        if len(match["inner"]) > _LONGEST:
            raise BadMetadata(
                f"{name}: {len(match['inner']):,} characters between the lines +++; a few lines of TOML were "
                "expected: shorten them"
            )
        try:
            return match.end(), tomllib.loads(match["inner"].replace("\r\n", "\n"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise BadMetadata(f"{name}: {error}; TOML was expected between the lines +++") from error
    match = _YAML.match(text) if text.startswith(("---", "\ufeff---")) else None
    if match is not None and len(match["inner"]) <= _LONGEST:
        values = _yaml(match["inner"]) or _pairs(match["inner"])
        if values and all(_KEY.fullmatch(key) for key in values):
            return match.end(), {key: _typed(key, value) for key, value in values.items()}
    return 0, {}


def _yaml(inner: str) -> dict[str, object] | None:
    """A mapping in YAML, its scalars as text: a title that is a number stays as it is written."""
    import yaml  # type: ignore[import-untyped]

    try:
        values: Any = yaml.BaseLoader(inner).get_single_data()  # makes texts, lists and mappings only
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        return None
    return {key: _level(value) for key, value in values.items()}


def _level(value: object) -> object:
    """Texts, lists of texts and mappings to these; what is deeper is cut off: an alias may repeat it."""
    if isinstance(value, Mapping):
        return {key: _level(one) for key, one in value.items() if not isinstance(one, Mapping)}
    if isinstance(value, list):
        return [one if isinstance(one, str) else "…" for one in value]
    return value


def _pairs(inner: str) -> dict[str, object]:
    """Lines `key: value` that are no YAML, as `title: 甲: 乙`; nothing where another line is among them."""
    values: dict[str, object] = {}
    for line in inner.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pair = _PAIR.fullmatch(line.rstrip())
        if pair is None:
            return {}
        values[pair[1]] = pair[2].strip()
    return values


def _typed(key: str, value: object) -> object:
    """A text as its key wants it; a date may have a time behind it."""
    if not isinstance(value, str):
        return value
    if key == "date":
        value = re.split("[T ]", value, maxsplit=1)[0]
    return read_value(key, value)
