"""A compiled schema says yes and no as `jsonschema` does, and compiles nothing that it ignores."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_cases import slow

from annotator.formats.release import schemas
from annotator.formats.release.compiled_schema import compile_schema

NAMES = [name.removesuffix(schemas.ENDING) for name in schemas.texts()]
MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
BY_PATTERN = {
    MOMENT: st.datetimes().map(lambda at: f"{at.isoformat(timespec='seconds')}Z"),
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": st.dates().map(str),
    "^[0-9a-f]{64}$": st.text("0123456789abcdef", min_size=64, max_size=64),
}
WORDS = st.sampled_from(["a", "ä", "stance", "train", " "])
ALMOST_MOMENTS = [
    "2026-02-30T10:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28T10:60:00Z", "2026-02-28T10:00:60Z",
    "0000-01-01T00:00:00Z", "2026-2-3T1:2:3Z", "2026-02-28T10:00:00", "2026-02-28T10:00:00Z\n",
    "2026-02-28 10:00:00Z", "２０２６-02-28T10:00:00Z", "2026-02-28T10:00:00Z ", "2026-02-28",
]  # fmt: skip
ALMOST_DAYS = ["2026-02-30", "20260228", "2026-W01-1", "2026-02-28\n", "0000-01-01", "2026-2-3"]
NUMBERS = [-1, 0, 1, 2, 10**30, -0.5, 0.0, 0.5, 1.0, 1.5]
PLAIN = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(["", "a", "A" * 64]),
    st.sampled_from(ALMOST_MOMENTS), st.sampled_from(ALMOST_DAYS),
)  # fmt: skip
ANYTHING = st.one_of(
    PLAIN, st.lists(PLAIN, max_size=2), st.dictionaries(WORDS, PLAIN, max_size=2), st.just(["", ""])
)


def fitting(schema):
    """Return a strategy of values that fit a schema of a release."""
    if schema in (True, {}):
        return ANYTHING
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if isinstance(schema["type"], list):
        return st.one_of(*(fitting(schema | {"type": kind}) for kind in schema["type"]))
    return OF_TYPE[schema["type"]](schema)


def objects(schema):
    known = schema.get("properties", {})
    required = schema.get("required", ())
    fixed = st.fixed_dictionaries(
        {name: fitting(known[name]) for name in required},
        optional={name: fitting(each) for name, each in known.items() if name not in required},
    )
    rest = schema.get("additionalProperties", True)
    if rest is False:
        return fixed
    # Not every name may be taken by what is not named.
    keys = fitting(schema["propertyNames"]) if "propertyNames" in schema else WORDS
    more = st.dictionaries(keys.filter(lambda key: key not in known), fitting(rest), max_size=2)
    return st.builds(lambda one, other: one | other, fixed, more)


def arrays(schema):
    least = schema.get("minItems", 0)
    made = fitting(schema.get("items", True))
    return st.lists(made, min_size=least, max_size=2, unique=schema.get("uniqueItems", False))


def texts(schema):
    if "pattern" in schema:
        return BY_PATTERN[schema["pattern"]]
    return st.text(min_size=schema.get("minLength", 0), max_size=3)


def numbers(schema):
    least = schema.get("minimum", schema.get("exclusiveMinimum", -5))
    most = schema.get("maximum", schema.get("exclusiveMaximum", least + 5))
    return st.floats(
        least,
        most,
        exclude_min="exclusiveMinimum" in schema,
        exclude_max="exclusiveMaximum" in schema,
    )


def whole_numbers(schema):
    least = schema.get("minimum", -5)
    return st.integers(least, schema.get("maximum", least + 5))


OF_TYPE = {
    "object": objects,
    "array": arrays,
    "string": texts,
    "number": numbers,
    "integer": whole_numbers,
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
}


def places(value):
    """Yield every place in a value: what it lies in, and its key or number there."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def spoilt(data, row):
    """Return a copy with something else in one place, or with a key less or more."""
    changed = copy.deepcopy([row])
    inside, key = data.draw(st.sampled_from(list(places(changed))))
    value = inside[key]
    if isinstance(value, dict) and data.draw(st.booleans()):
        value[data.draw(WORDS)] = data.draw(ANYTHING)
    elif isinstance(inside, dict) and data.draw(st.booleans()):
        del inside[key]
    else:
        inside[key] = data.draw(ANYTHING)
    return changed[0]


@slow
@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_the_verdict_is_that_of_jsonschema(name, data):
    row = data.draw(fitting(schemas.schema(name)))
    assert schemas.check(name)(row) is schemas.validator(name).is_valid(row) is True
    for _ in range(3):
        row = spoilt(data, row)
        assert schemas.check(name)(row) is schemas.validator(name).is_valid(row)


@pytest.mark.parametrize("kind", ["string", ["string", "null"], "integer", "number", "boolean"])
@pytest.mark.parametrize(
    "wanted",
    [
        {"pattern": MOMENT, "format": "date-time"},
        {"format": "date-time"},
        {"format": "date"},
        {"minimum": 1},
        {"maximum": 1},
        {"exclusiveMinimum": 1, "exclusiveMaximum": 2},
        {"minLength": 1, "minItems": 1},
        {"const": True},
        {"enum": ["a", None, False]},
        {"properties": {"a": {"type": "string"}}, "required": ["a"]},
    ],
    ids=str,
)
def test_a_keyword_says_of_every_value_what_it_says_in_jsonschema(kind, wanted):
    values = [*ALMOST_MOMENTS, *ALMOST_DAYS, *NUMBERS, "a", "", None, True, False, [], {}, ["a"]]
    for schema in (wanted, wanted | {"type": kind}):
        check = compile_schema(schema, schemas.FORMATS)
        slow = schemas.STRICT(schema, format_checker=schemas.FORMATS)
        found = {repr(each): bool(check(each)) for each in values}
        assert found == {repr(each): slow.is_valid(each) for each in values}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "multipleOf": 2},
        {"anyOf": [{"type": "string"}]},
        {"items": {"$ref": "#/$defs/claim"}},
        {"properties": {"a": {"maxLength": 3}}},
        {"type": "string", "format": "email"},
        {"enum": [1, 2]},
        {"const": {"a": 1}},
        {"type": "array", "uniqueItems": True},
        {"patternProperties": {"a": {}}},
    ],
    ids=str,
)
def test_a_schema_with_what_is_not_known_is_not_compiled(schema):
    with pytest.raises(ValueError, match="no rule for"):
        compile_schema(schema, schemas.FORMATS)
