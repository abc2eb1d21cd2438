"""The JSON Schema of an answer, made of a codebook: what a model may say of a sentence."""

from collections.abc import Sequence
from typing import Any

from annotator.codebook.scheme import Codebook, Value

Schema = dict[str, Any]


def answer_schema(codebook: Codebook) -> Schema:
    """Return the schema of one answer by the values that the codebook offers.

    Every key is required and no other is allowed, as the strict mode of providers asks; what may
    be missing may be null.
    """
    return of_answer(codebook, claim_schema(codebook))


def lenient_schema(codebook: Codebook) -> Schema:
    """Return the same schema for what came back: fields that are optional may be left out."""
    claim = claim_schema(codebook)
    return of_answer(codebook, claim | {"required": ["speaker_type", *codebook.required]})


def of_answer(codebook: Codebook, claim: Schema) -> Schema:
    """Return the schema of an answer with claims of this one."""
    return closed(
        {
            "status": one_of(codebook, codebook.statuses),
            "claims": {"type": "array", "items": claim},
        }
    )


def claim_schema(codebook: Codebook) -> Schema:
    """Return the schema of one claim: the required fields and the optional ones that are on."""
    words = {"type": "string"}
    fields: Schema = {
        "speaker": words,
        "speaker_type": one_of(codebook, codebook.speaker_types),
        "stance": one_of(codebook, codebook.stances),
    }
    if codebook.has_certainty:
        fields["certainty"] = one_of(codebook, codebook.certainties)
    optional: Schema = {
        "aspect": nullable(one_of(codebook, codebook.aspects)),
        "conditional": {"type": "boolean"},
        "mention": nullable(words),
        "via": {"type": "array", "items": words},
        "evidence": {"type": "array", "items": words},
    }
    if not codebook.offered(codebook.aspects):
        del optional["aspect"]
    fields |= {name: kind for name, kind in optional.items() if name in codebook.fields}
    return closed(fields)


def one_of(codebook: Codebook, values: Sequence[Value]) -> Schema:
    """Return the schema of one of the values that are offered."""
    return {"type": "string", "enum": [each.value for each in codebook.offered(values)]}


def nullable(schema: Schema) -> Schema:
    """Return a schema that also takes null."""
    return {"anyOf": [schema, {"type": "null"}]}


def closed(fields: Schema) -> Schema:
    """Return the schema of an object with these keys and no others."""
    return {
        "type": "object",
        "properties": fields,
        "required": [*fields],
        "additionalProperties": False,
    }
