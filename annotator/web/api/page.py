"""The description of the API: as a page for people and as OpenAPI for tools; and its health."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Response, render_template
from sqlalchemy import text

from annotator.store.db import db
from annotator.web.api.operations import document
from annotator.web.api.replies import replied, reply

WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
    "null": "null",
}
FORMATS = {"date-time": "time", "date": "day", "binary": "file"}


def show() -> str:
    """Show every operation with what it takes and gives."""
    found = document()
    operations = [
        {"path": path, "method": method.upper(), **described}
        for path, methods in found["paths"].items()
        for method, described in methods.items()
    ]
    groups = [
        (tag, [each for each in operations if tag["name"] in each["tags"]]) for tag in found["tags"]
    ]
    return render_template(
        "api/page.html",
        info=found["info"],
        groups=groups,
        schemas=found["components"]["schemas"],
        kind=kind,
        name_of=name_of,
        limits=limits,
        paragraphs=found["info"]["description"].split(". "),
    )


def name_of(schema: Mapping[str, Any]) -> str:
    """Return the name of the schema that one refers to, itself or its items; "" for none."""
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return str(reference).rpartition("/")[2]


def kind(schema: Mapping[str, Any]) -> str:
    """Return in words what a value of a schema is."""
    if "$ref" in schema:
        return ""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = [FORMATS.get(schema.get("format", ""), WORDS[kinds[0]])]
    if kinds[0] == "array":
        within = schema["items"]
        words = ["list of"] if "$ref" in within else [f"list of {kind(within)}"]
    return " or ".join([*words, *(WORDS[each] for each in kinds[1:])])


def limits(schema: Mapping[str, Any]) -> str:
    """Return in words which values a schema takes."""
    said = []
    if "enum" in schema:
        said.append(f"one of {', '.join(map(str, schema['enum']))}")
    low, high = schema.get("minimum"), schema.get("maximum")
    if high is not None:
        said.append(f"{low:,} to {high:,}")
    elif low:
        said.append(f"at least {low:,}")
    if "maxLength" in schema:
        said.append(f"at most {schema['maxLength']:,} characters")
    if "default" in schema:
        said.append(f"default {json.dumps(schema['default'])}")
    return "; ".join(said)


def describe() -> Response:
    """Send the description."""
    return replied(described())


@cache
def described() -> str:
    """Return the description as JSON."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def health() -> Response:
    """Say that the server reaches its database, after one query."""
    db.session.execute(text("SELECT 1"))
    return reply({"status": "ok"})
