"""A JSON Schema compiled to a function that says whether a value fits: many times as fast as asking
`jsonschema`, which is left to say what is wrong.

It knows the keywords that the schemas of a release use, and refuses to compile any other. Values
are what a JSON parser returns: each keyword is about values of one kind, so a value is looked up by
its Python type and tested by what is left to test.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from types import NoneType
from typing import Any

from jsonschema import FormatChecker

# Returns something true where a value fits.
Check = Callable[[Any], Any]
Tests = Mapping[type, Check]
Schema = Mapping[str, Any]

# A boolean is no number, and 1.0 is not a whole one.
TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (NoneType,),
}
EVERY_TYPE = {kind for kinds in TYPES.values() for kind in kinds}
OF_OBJECTS = {"properties", "required", "additionalProperties", "propertyNames"}
# What has no test of its own.
OTHERS = {"$schema", "title", "description", "type", *OF_OBJECTS}
# What a keyword is about, and what it asks. Said this way round, as the standard does: a number
# that is none is not too small.
TESTS: Mapping[str, tuple[str, Callable[[Any], Check]]] = {
    "minimum": ("number", lambda least: lambda found: not found < least),
    "maximum": ("number", lambda most: lambda found: not found > most),
    "exclusiveMinimum": ("number", lambda below: lambda found: not found <= below),
    "exclusiveMaximum": ("number", lambda above: lambda found: not found >= above),
    "minLength": ("string", lambda least: lambda found: len(found) >= least),
    "minItems": ("array", lambda least: lambda found: len(found) >= least),
    "pattern": ("string", lambda pattern: re.compile(pattern).search),
}


def compile_schema(schema: Schema | bool, formats: FormatChecker) -> Check:
    """Return the function that says whether a value fits a schema.

    Raises:
        ValueError: the schema has a keyword, or a use of one, that is not known here.

    """
    tests = tests_of(schema, formats)

    def fits(found: Any) -> Any:
        test: Check = tests.get(type(found), never)
        return test(found)

    return fits


def tests_of(schema: Schema | bool, formats: FormatChecker) -> Tests:
    """Return the test that a value gets by its type; one of another type does not fit."""
    if isinstance(schema, bool):
        return dict.fromkeys(EVERY_TYPE, always) if schema else {}
    named = schema.get("type", list(TYPES))
    names = [named] if isinstance(named, str) else named
    tests: dict[type, list[Check]] = {kind: [] for name in names for kind in TYPES[name]}
    for keyword, wanted in schema.items():
        if keyword in ("enum", "const"):
            values = wanted if keyword == "enum" else [wanted]
            for kind, found in tests.items():
                found.append(among(values, kind))
        elif keyword not in OTHERS:
            about, test = test_of(keyword, wanted, schema, formats)
            for kind in tests.keys() & TYPES[about]:
                tests[kind].append(test)
    if dict in tests and OF_OBJECTS & schema.keys():
        tests[dict].append(object_test(schema, formats))
    return {kind: together(found) for kind, found in tests.items()}


def test_of(keyword: str, wanted: Any, schema: Schema, formats: FormatChecker) -> tuple[str, Check]:
    """Return the kind of value that a keyword is about, and what it asks of it."""
    if keyword in TESTS:
        kind, test = TESTS[keyword]
        return kind, test(wanted)
    if keyword == "items":
        fits = compile_schema(wanted, formats)
        return "array", lambda found: all(map(fits, found))
    if keyword == "format" and wanted in formats.checkers:
        return "string", format_test(*formats.checkers[wanted])
    if keyword == "uniqueItems" and wanted and schema.get("items", {}).get("type") == "string":
        return "array", texts_differ
    raise ValueError(f"no rule for “{keyword}”: {wanted!r}")


def format_test(is_one: Check, raised: type[Exception] | tuple[type[Exception], ...]) -> Check:
    """Return the test of a format; what checks it may raise what it was registered with."""

    def fits(found: str) -> Any:
        try:
            return is_one(found)
        except raised:
            return False

    return fits


def among(values: Iterable[Any], kind: type) -> Check:
    """Return the test of a value of one type that has to be one of these."""
    for value in values:
        if not isinstance(value, str | bool | None):
            raise ValueError(f"no rule for a choice of {value!r}")
    same = frozenset(value for value in values if type(value) is kind)
    return same.__contains__ if same else never


def object_test(schema: Schema, formats: FormatChecker) -> Check:
    """Return the test of an object by its keys."""
    required = frozenset(schema.get("required", ()))
    rest = tests_of(schema.get("additionalProperties", True), formats)
    known = {name: tests_of(each, formats) for name, each in schema.get("properties", {}).items()}
    names = schema.get("propertyNames")
    name_fits = None if names is None else compile_schema(names, formats)

    def fits(found: dict[str, Any]) -> bool:
        if not required <= found.keys():
            return False
        for name, value in found.items():
            test: Check = known.get(name, rest).get(type(value), never)
            # Most values need no more than their type: a call less for each of them.
            if test is not always and not test(value):
                return False
        return name_fits is None or all(map(name_fits, found))

    return fits


def together(tests: list[Check]) -> Check:
    """Return one test for several."""
    if len(tests) <= 1:
        return tests[0] if tests else always
    first, second = tests[0], together(tests[1:])
    return lambda found: first(found) and second(found)


def texts_differ(found: list[Any]) -> bool:
    """Say whether no text stands twice; what is no text does not fit for another reason."""
    texts = [each for each in found if isinstance(each, str)]
    return len(set(texts)) == len(texts)


def always(_found: Any) -> bool:
    """Take any value."""
    return True


def never(_found: Any) -> bool:
    """Take no value."""
    return False
