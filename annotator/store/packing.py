"""Plain data in few bytes: dataclasses of numbers, texts, tuples and mappings, and back, equal.

Nothing that is read can run: it is JSON, and the type that is asked for says what becomes of it.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

T = TypeVar("T")
Reader = Callable[[Any], Any]

# JSON has these as they are; a float comes back to the last digit.
PLAIN = frozenset({str, int, float, bool, NoneType})
LEVEL = 1


def packed(data: Any) -> bytes:
    """Return a dataclass as bytes."""
    text = json.dumps(plain(data), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), LEVEL)


def unpacked(kind: type[T], body: bytes) -> T:
    """Return a dataclass of this kind as it was packed."""
    text = zlib.decompress(body).decode("utf-8", "surrogatepass")
    found: T = reader_of(cast(Any, kind))(json.loads(text))
    return found


def plain(data: Any) -> Any:
    """Return data as JSON can have it: a dataclass as the list of its fields."""
    if is_dataclass(data):
        return [plain(getattr(data, each.name)) for each in fields(data)]
    if isinstance(data, tuple):
        return data if all(type(each) in PLAIN for each in data) else [plain(each) for each in data]
    if isinstance(data, Mapping):
        return [[key, plain(each)] for key, each in data.items()]
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, np.generic):
        return data.item()
    if type(data) not in PLAIN:
        raise TypeError(f"{type(data).__name__} is no plain data")
    return data


@cache
def reader_of(kind: Any) -> Reader:
    """Return what makes data of a kind from what `plain` made of it."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in PLAIN or origin is Literal:
        return as_it_is
    if is_dataclass(kind):
        return dataclass_reader(kind)
    if origin is tuple:
        return tuple_reader(inner)
    if origin in (dict, Mapping):
        each = reader_of(inner[1])
        return lambda stored: {key: each(value) for key, value in stored}
    if origin in (Union, UnionType):
        # Of several kinds only those that JSON has as they are can be told apart.
        some = [reader_of(one) for one in inner if one is not NoneType]
        read = some[0] if len(some) == 1 else as_it_is
        return lambda stored: None if stored is None else read(stored)
    if kind is date:
        return date.fromisoformat
    raise TypeError(f"{kind} is no plain data")


def as_it_is(stored: Any) -> Any:
    """Return what JSON has as it is."""
    return stored


def dataclass_reader(kind: Any) -> Reader:
    """Return what makes a dataclass from the list of its fields."""
    readers = {name: reader_of(hint) for name, hint in hints_of(kind).items()}

    def read(stored: Any) -> Any:
        pairs = zip(readers.items(), stored, strict=True)
        return kind(**{name: reader(each) for (name, reader), each in pairs})

    return read


def tuple_reader(kinds: tuple[Any, ...]) -> Reader:
    """Return what makes a tuple, either of any number of one kind or of these kinds."""
    if kinds[-1:] != (Ellipsis,):
        readers = [reader_of(kind) for kind in kinds]
        return lambda stored: tuple(read(each) for read, each in zip(readers, stored, strict=True))
    every = reader_of(kinds[0])
    return tuple if every is as_it_is else lambda stored: tuple(map(every, stored))


@cache
def hints_of(kind: Any) -> dict[str, Any]:
    """Return the kinds of the fields of a dataclass, in their order."""
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def shape_of(kind: Any) -> str:
    """Return in words what is in data of a kind: it changes where any part of it does."""
    if is_dataclass(kind):
        hints: dict[str, Any] = hints_of(cast(Any, kind))
        named = ", ".join(f"{name}: {shape_of(each)}" for name, each in hints.items())
        return f"{getattr(kind, '__name__', kind)}({named})"
    inner = ", ".join(
        shape_of(each) if isinstance(each, type) or get_args(each) else repr(each)
        for each in get_args(kind)
    )
    return f"{getattr(kind, '__name__', kind)}[{inner}]"
