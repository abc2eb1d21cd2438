"""What a script asks for: whose project, with which scope, by which parameters and body.

Parameters and bodies are checked against the description of the operation. Each fault is named
with its field; what is not described is refused.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from flask import abort, request
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from annotator.errors import RefusedError
from annotator.formats.articles.json_records import parse
from annotator.phrases import path_of, short
from annotator.store.db import db
from annotator.store.models import Membership, Project, Role
from annotator.text.decode import UndecodableText, check_text
from annotator.web import access
from annotator.web.api.describing import JSON, MOST_ROWS, USUAL_ROWS
from annotator.web.api.operations import document, operation_of
from annotator.web.api.schemas import Schema
from annotator.web.bearer import bearer
from annotator.web.problems import MOST, Field, InvalidError
from annotator.work.accounts import projects
from annotator.work.accounts.projects import LONGEST_SLUG, SLUG

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

WHOLE = re.compile(r"-?[0-9]{1,12}")
DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
FLAGS = {"true": True, "false": False}


def project_asked(slug: str, scope: str, *roles: Role) -> tuple[Project, Membership]:
    """Return the project of the token; refuse another one, and what roles or scope do not allow."""
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        abort(404)
    # Before it is looked up: its refusals and its new address would tell of another project.
    own = bearer().slug
    if slug != own and projects.renamed(slug) != own:
        abort(404)
    project, membership = access.project_for(slug)
    if project.id != bearer().project_id:  # another one has taken the name meanwhile
        abort(404)
    if roles and not membership.roles & set(roles):
        named = " or ".join(role.value for role in roles)
        abort(403, f"This needs the role {named} in the project.")
    require_scope(scope)
    return project, membership


def own_membership() -> Membership:
    """Return what the person of the token is in its project."""
    return db.session.scalars(
        select(Membership).where(
            Membership.user_id == bearer().user_id, Membership.project_id == bearer().project_id
        )
    ).one()


def require_scope(scope: str) -> None:
    """Refuse a token without a scope; "" is one that every token has."""
    if scope and scope not in bearer().scopes:
        abort(403, f"This token does not have the scope “{scope}”.")


def operation() -> Schema:
    """Return the operation that is asked for."""
    assert request.url_rule is not None
    return operation_of(request.url_rule.rule, request.method)


def parameters() -> dict[str, Any]:
    """Return the parameters of the query, those that are not given as their defaults.

    Raises:
        InvalidError: one is unknown, given twice, or not what it should be.

    """
    known = {each["name"]: each["schema"] for each in operation()["parameters"] if is_query(each)}
    found, faults = {}, []
    for name, values in request.args.lists():
        if name not in known:
            listed = ", ".join(known) or "none"
            faults.append((short(name), f"This parameter is unknown. Valid parameters: {listed}."))
        elif len(values) > 1:
            faults.append((name, "This parameter is given more than once."))
        else:
            found[name] = value_of(values[0], known[name]["type"])
            faults += [(name, said) for _, said in misfits(found[name], known[name])]
    if faults:
        raise InvalidError(faults)
    usual = {name: schema["default"] for name, schema in known.items() if "default" in schema}
    return usual | found


def is_query(described: Mapping[str, Any]) -> bool:
    """Say whether a parameter stands in the query."""
    return bool(described["in"] == "query")


def value_of(text: str, kind: str) -> Any:
    """Return a parameter as what it should be; a text that is no such thing stays one."""
    if kind == "integer" and WHOLE.fullmatch(text):
        return int(text)
    if kind == "number" and DECIMAL.fullmatch(text):
        return float(text)
    if kind == "boolean":
        return FLAGS.get(text, text)
    return text


def paged(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return behind which row a page begins, and how many rows it has."""
    return given.get("after", -1), min(given.get("limit", USUAL_ROWS), MOST_ROWS)


def kind_of_body() -> str:
    """Return the content type of the body, one of those that the operation reads."""
    known = operation()["requestBody"]["content"]
    if request.mimetype not in known:
        raise UnsupportedMediaType(f"Send {' or '.join(known)}, not “{short(request.mimetype)}”.")
    return request.mimetype


def body() -> Any:
    """Return the JSON of the request.

    Raises:
        InvalidError: it does not fit its schema; the first fields that do not are named.

    """
    if kind_of_body() != JSON:
        raise AssertionError("the body is no JSON")
    raw = request.get_data()
    try:
        found = parse(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start + 1}.") from error
    except RefusedError as error:
        said = str(error)
        raise BadRequest(f"The body cannot be read: {said}.") from error
    # No more than are told: a large body may have millions.
    schema = operation()["requestBody"]["content"][JSON]["schema"]
    if faults := [*islice(misfits(found, schema), MOST)]:
        raise InvalidError(faults)
    return found


def misfits(found: Any, schema: Schema) -> Iterator[Field]:
    """Yield what does not fit a schema: the place in it, and what would be right."""
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - most servers never need it

    for error in validator(json.dumps(schema)).iter_errors(found):
        closest = cast("ValidationError", best_match([error]))
        yield fault(closest)
    yield from unstorable(found)


@cache
def validator(schema: str) -> Any:
    """Return what checks values against a schema, whose references lead into the document."""
    parts = {"components": {"schemas": document()["components"]["schemas"]}}
    return checker()(json.loads(schema) | parts)


@cache
def checker() -> Any:
    """Return what makes validators.

    In JSON Schema 2.0 is a whole number, too; what counts or draws by lot takes no such thing.
    """
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - as above

    return validators.extend(
        Draft202012Validator,
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
            "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
        ),
    )


def fault(error: "ValidationError") -> Field:
    """Return the field of a fault, and in words what would be right."""
    where, wanted, given = path_of(error.absolute_path), error.validator_value, error.instance
    if error.validator == "required":
        missing = next(name for name in cast(Any, wanted) if name not in cast(Any, given))
        return joined(where, missing), "This field is missing."
    if error.validator == "additionalProperties":
        known = cast(Mapping[str, Any], error.schema)["properties"]
        extra = next(name for name in cast(Any, given) if name not in known)
        return joined(where, short(extra)), f"This field is unknown. Valid fields: {listed(known)}."
    words: dict[str, Callable[[Any], str]] = {
        "type": lambda wanted: f"This must be {either(wanted)}.",
        "enum": lambda wanted: f"This must be one of {listed(wanted)}.",
        "minimum": lambda wanted: f"The least value is {wanted}.",
        "maximum": lambda wanted: f"The largest value is {wanted}.",
        "minLength": lambda _: "This must not be empty.",
        "minItems": lambda _: "This must not be empty.",
        "maxLength": lambda wanted: f"This has more than {wanted} characters.",
        "pattern": lambda wanted: f"This must look like {wanted}.",
    }
    say = words.get(str(error.validator))
    return where, say(wanted) if say else short(error.message)


def joined(where: str, name: str) -> str:
    """Return the place of a field of an object."""
    return f"{where}.{name}" if where else name


def listed(names: Any) -> str:
    """Return names with commas."""
    return ", ".join(str(name) for name in names)


def either(kinds: Any) -> str:
    """Return the types that a value may have, in words."""
    words = {
        "string": "a text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list",
        "object": "an object",
        "null": "null",
    }
    return " or ".join(words[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))


def unstorable(found: Any, where: str = "") -> Iterator[Field]:
    """Yield texts that no database stores: with a NUL character or half a surrogate pair."""
    if isinstance(found, str):
        try:
            check_text(found)
        except UndecodableText as error:
            yield where, f"{error}."
    elif isinstance(found, dict):
        for name, value in found.items():
            yield from unstorable(name, where)
            yield from unstorable(value, joined(where, short(name)))
    elif isinstance(found, list):
        for number, value in enumerate(found):
            yield from unstorable(value, f"{where}[{number}]")
