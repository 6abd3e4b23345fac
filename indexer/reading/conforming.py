"""Whether values that came from outside have the types that the data model says."""

from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

__all__ = ["conforming", "conforms"]

Value = TypeVar("Value")


def conforms(value: object, expected: Any) -> bool:
    """Whether a value has a type of the data model: dataclass, tuple, union or plain, checked to the leaves.

    Example: `conforms((1, "a"), tuple[int, str])` is true, `conforms((True,), tuple[int, ...])` is not
    """
    return _check_of(expected)(value)


@cache
def _check_of(expected: Any) -> Callable[[Any], bool]:
    """The check for a type, made once: a document has thousands of values and a dozen types."""
    members = get_args(expected)
    if get_origin(expected) is UnionType:
        either = [_check_of(member) for member in members]
        return lambda value: any(check(value) for check in either)
    if get_origin(expected) is tuple and members[-1] is ...:
        each = _check_of(members[0])
        return lambda value: type(value) is tuple and all(map(each, value))
    if get_origin(expected) is tuple:
        checks = [_check_of(member) for member in members]
        return lambda value: (
            type(value) is tuple
            and len(value) == len(checks)
            and all(check(one) for check, one in zip(checks, value, strict=True))
        )
    if is_dataclass(expected) or issubclass(expected, tuple):
        fields = [(name, _check_of(hint)) for name, hint in get_type_hints(expected).items()]
        return lambda value: (
            type(value) is expected and all(check(getattr(value, name)) for name, check in fields)
        )
    if expected not in (str, int, bool, NoneType, date) and not issubclass(expected, StrEnum):
        raise TypeError(f"{expected} is no type of the data model; add its check here")
    return lambda value: type(value) is expected  # bool is no int here


def conforming(value: Value, expected: Any = None) -> Value:
    """The value as it is, where it has the types of its class (or those expected) to the leaves; ValueError.

    Example: `conforming(Span(0, 7)) == Span(0, 7)`
    """
    if not conforms(value, expected or type(value)):
        raise ValueError(f"a {type(value).__name__} that holds a value of another type")
    return value
