"""The JSON Schemas (draft 2020-12) of the files of a release, and what does not fit them.

They lie beside this module, are copied into releases, and each stands alone: nothing is
fetched to read one. As they lie there they are those of a codebook without further labels and with
the usual titles; where a codebook has more, they have more (see `extended`).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from annotator.formats.release.card.codebook import TITLES
from annotator.formats.release.compiled_schema import Check, compile_schema
from annotator.formats.release.folder import MODEL
from annotator.phrases import path_of, short

ENDING = ".schema.json"
# What `strptime` takes a long time to read; it is asked about everything else.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z")
JsonObject = dict[str, Any]
TITLES_OF_FIELDS = {
    "description": "what the codebook calls the fields of a claim, where it has words of its own",
    "type": "object",
    "additionalProperties": {"type": "string"},
}


def texts() -> dict[str, str]:
    """Return the text of every schema by its file name, sorted."""
    folder = resources.files("annotator.formats.release").joinpath("schemas")
    found = [each for each in folder.iterdir() if each.name.endswith(ENDING)]
    return {
        each.name: each.read_text(encoding="utf-8")
        for each in sorted(found, key=lambda each: each.name)
    }


def of_release(codebook: Mapping[str, Any], *, model: bool) -> dict[str, str]:
    """Return the schemas that lie in a release; that of model.json only beside one.

    `codebook` are its facts, as the card has them.
    """
    aspect, titles = "aspect" in codebook["fields"], TITLES in codebook
    return {
        name: as_text(extended(json.loads(text), aspect=aspect, titles=titles))
        for name, text in texts().items()
        if model or name != MODEL + ENDING
    }


def as_text(found: JsonObject) -> str:
    """Return a schema as it lies beside this module."""
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def extended(found: Any, *, aspect: bool, titles: bool) -> Any:
    """Return a schema that knows aspects where certainties are, and titles of a codebook.

    Neither has to be there.
    """
    if isinstance(found, list):
        return [extended(each, aspect=aspect, titles=titles) for each in found]
    if not isinstance(found, dict):
        return found
    made = {key: extended(each, aspect=aspect, titles=titles) for key, each in found.items()}
    known = made.get("properties", {})
    if aspect and "certainty" in known and "aspect" not in known:
        known["aspect"] = known["certainty"]
    if titles and "fields" in known and "question" in known:
        known[TITLES] = TITLES_OF_FIELDS
    return made


@cache
def schema(name: str) -> JsonObject:
    """Return one schema; `name` is that of the table or document, without an ending.

    It fits releases of every codebook.
    """
    found = json.loads(texts()[name + ENDING])
    return dict(extended(found, aspect=True, titles=True))


FORMATS = FormatChecker(formats=())


def is_moment(value: object) -> bool:
    """Say whether a text is a moment as a release writes it."""
    if not isinstance(value, str):
        return True
    if MOMENT.fullmatch(value):
        return bool(datetime.fromisoformat(value[:-1]))
    return bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))


def is_day(value: object) -> bool:
    """Say whether a text is a day."""
    return not isinstance(value, str) or bool(date.fromisoformat(value))


FORMATS.checks("date-time", raises=ValueError)(is_moment)
FORMATS.checks("date", raises=ValueError)(is_day)


def is_whole(_checker: object, value: object) -> bool:
    """Say whether a number is written as a whole one; to JSON Schema, 1.0 would be one too."""
    return isinstance(value, int) and not isinstance(value, bool)


STRICT = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", is_whole),
)


@cache
def validator(name: str) -> Any:
    """Return what says why a row or document of one kind does not fit."""
    return STRICT(schema(name), format_checker=FORMATS)


@cache
def check(name: str) -> Check:
    """Return what says whether a row or document of one kind fits, in a fraction of the time."""
    return compile_schema(schema(name), FORMATS)


def misfits(name: str, found: Any) -> Iterator[str]:
    """Yield what does not fit the schema of this name, one sentence each; none where all fits."""
    if check(name)(found):
        yield from misplaced(name, found)
        return
    for error in validator(name).iter_errors(found):
        # Of alternatives, the one that comes closest is the one that was meant.
        yield said(cast(ValidationError, best_match([error])))


def misplaced(name: str, found: Any) -> Iterator[str]:
    """Yield that the keys of a row do not stand in the order of its schema."""
    order = schema(name).get("properties")
    if not isinstance(found, dict) or order is None or [*found] == [*order]:
        return
    wanted = [key for key in order if key in found]
    here = [key for key in found if key in order]
    if wanted != here:
        first = next(pair for pair in zip(here, wanted, strict=True) if pair[0] != pair[1])
        yield f"its keys are not in order: “{first[0]}” is in the place of “{first[1]}”"


def said(error: ValidationError) -> str:
    """Return one error in a sentence that names the place."""
    place = path_of(error.absolute_path)
    where = f"“{place}”" if place else "it"
    wanted: Any = error.validator_value
    if error.validator == "required":
        missing = [key for key in wanted if key not in cast(Mapping[str, Any], error.instance)]
        return f"{where} has no “{missing[0]}”"
    if error.validator == "additionalProperties" and wanted is False:
        known = cast(Mapping[str, Any], error.schema)["properties"]
        extra = next(key for key in cast(Mapping[str, Any], error.instance) if key not in known)
        return f"{where} has the unknown key “{short(extra)}”"
    told: dict[str, Callable[[], str]] = {
        "type": lambda: f"it should be {either(wanted)}",
        "enum": lambda: f"it should be one of {', '.join(json.dumps(each) for each in wanted)}",
        "const": lambda: f"it should be {json.dumps(wanted)}",
        "minimum": lambda: f"the minimum is {wanted}",
        "maximum": lambda: f"the maximum is {wanted}",
        "pattern": lambda: f"it should look like {wanted}",
        "format": lambda: "this date or time does not exist",
        "minLength": lambda: "it should not be empty",
    }
    kind = str(error.validator)
    why = told[kind]() if kind in told else error.message
    return f"{where} is {short(json.dumps(error.instance, ensure_ascii=False))}; {why}"


def either(kinds: str | list[str]) -> str:
    """Return the wanted types in words."""
    return kinds if isinstance(kinds, str) else " or ".join(kinds)
