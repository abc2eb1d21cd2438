"""The parts of which operations of the API are described: parameters, replies, refusals."""

from typing import Any

from annotator.web.api.schemas import (
    LARGEST_ID,
    WAY,
    Schema,
    of,
    text,
    whole,
)
from annotator.web.problems import TYPE
from annotator.work import tokens

JSON, LINES, FORM = "application/json", "application/jsonl", "multipart/form-data"
PROBLEM = {TYPE: {"schema": of("Problem")}}
MOST_ROWS, USUAL_ROWS = 500, 100
LEADS, DECIDERS, MEMBERS = "lead", "lead or adjudicator", "any role"
# The groups of the page, in its order.
TAGS = {
    "Server": "Whether it answers.",
    "Project": "The project of the token.",
    "Articles": "Texts and their sentences.",
    "Work": "Who has which article.",
    "Labels": "What annotators said, what was decided, and what both say together.",
    "Releases": "Frozen datasets.",
    "Jobs": "Work that takes long.",
}
INTRODUCTION = (
    "Scripts read and write a project with a personal token, which is made under “API tokens” on"
    " the account page or by `annotator token add`. It is sent as `Authorization: Bearer ant_…`."
    " A token is bound to one project and never has more rights than its person: roles are looked"
    " up at every request. Lists come in pages; `next` is the address of the next one. A reply"
    " with an `ETag` need not be sent again: bring it back in `If-None-Match`. Whatever is"
    " refused is a problem as RFC 9457 has it, with the fields that do not fit."
)


def parameter(name: str, schema: Schema, says: str, *, needed: bool = False) -> Schema:
    """Return a parameter of the query."""
    return {
        "name": name,
        "in": "query",
        "required": needed,
        "description": says,
        "schema": schema,
    }


def place(name: str, schema: Schema, says: str) -> Schema:
    """Return a part of the address."""
    return {"name": name, "in": "path", "required": True, "description": says, "schema": schema}


SLUG = place("slug", text(maxLength=64), "The project's short name.")
ARTICLE = place("number", whole("", 0, LARGEST_ID), "The `id` of the article.")
JOB = place("number", whole("", 0, LARGEST_ID), "The `id` of the job.")
NAME = place("name", text(maxLength=64), "The name of the release.")
PAGED = [
    parameter("after", whole("", 0, LARGEST_ID), "Begin behind this row; `next` has it."),
    parameter(
        "limit",
        {**whole("", 1, MOST_ROWS), "default": USUAL_ROWS},
        f"How many rows, at most {MOST_ROWS}.",
    ),
]
GOLD_WAY = [
    parameter(name, {key: value for key, value in schema.items() if key != "description"}, says)
    for name, schema, says in (
        ("method", WAY["method"], WAY["method"]["description"]),
        ("margin", WAY["margin"], WAY["margin"]["description"]),
        ("smoothing", WAY["smoothing"], WAY["smoothing"]["description"]),
        ("seed", whole("", 0, 2**31 - 1), "The seed of MACE."),
    )
]
CONDITION = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what you have.",
    "schema": text(),
}
ETAG = {"ETag": {"description": "The version of this reply.", "schema": text()}}
LATER = {"Retry-After": {"description": "Seconds to wait.", "schema": whole("", 1)}}
LOCATION = {"Location": {"description": "The address of the job.", "schema": text()}}


def refusal(says: str, **more: Any) -> Schema:
    """Return the reply of a refusal."""
    return {"description": says, "content": PROBLEM, **more}


REFUSALS = {
    "400": refusal("The body is not valid JSON."),
    "401": refusal("The token is absent, unknown, expired or revoked."),
    "403": refusal("The roles of the person or the scopes of the token do not allow it."),
    "404": refusal("There is no such thing, or not for this token."),
    "413": refusal("The body is too large."),
    "415": refusal("The body is of another content type."),
    "422": refusal("A parameter or a field does not fit; `errors` names each."),
    "429": refusal("Too many requests in this minute.", headers=LATER),
    "default": refusal("The server cannot answer now, or has a fault."),
}


def reply(says: str, schema: Schema | None, kind: str = JSON, **more: Any) -> Schema:
    """Return a reply with a body of one kind."""
    body = {} if schema is None else {"schema": schema}
    return {"description": says, "content": {kind: body}, **more}


def read(
    tag: str,
    name: str,
    says: str,
    found: Schema,
    roles: str,
    *parameters: Schema,
    kind: str = JSON,
    more: str = "",
) -> Schema:
    """Return a GET: it has a version, and needs the scope `read`."""
    replies = {"200": reply("As asked.", found, kind, headers=ETAG)}
    replies["304"] = {"description": "Nothing has changed.", "headers": ETAG}
    return operation(tag, name, says, tokens.READ, roles, [*parameters, CONDITION], replies, more)


def operation(
    tag: str,
    name: str,
    says: str,
    scope: str,
    roles: str,
    parameters: list[Schema],
    replies: Schema,
    more: str = "",
    body: Schema | None = None,
) -> Schema:
    """Return an operation with all refusals that it can answer."""
    codes = ["401", "403", "404", "422", "429", "default"]
    if not any(each["in"] == "path" for each in parameters):
        codes.remove("404")
    refusals = {code: REFUSALS[code] for code in codes}
    made: Schema = {
        "tags": [tag],
        "operationId": name,
        "summary": says,
        "description": f"{more} Scope: {scope}. Role: {roles}.".strip(),
        "security": [{"token": []}],
        "parameters": parameters,
        "responses": replies | refusals,
    }
    if body is not None:
        made["requestBody"] = body
        kinds = {"413", "415", *({"400"} if JSON in body["content"] else ())}
        made["responses"] |= {code: REFUSALS[code] for code in sorted(kinds)}
    return made


def job_replies(says: str) -> Schema:
    """Return what is answered by what may take long."""
    return {
        "201": reply(f"{says}; the job is over.", of("Job"), headers=LOCATION),
        "202": reply("It goes on; ask the job how far it is.", of("Job"), headers=LOCATION),
    }
