"""What the dataset card says of a codebook: its question and the values of each field."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotator.codebook.scheme import Codebook, Value

PRESENT = ("no", "yes")
"""What is voted on when annotators differ on whether there is a claim at all."""


def facts_of(codebook: Codebook) -> dict[str, Any]:
    """Return title, question, version, the number of rules, and the values of each field.

    Each value has `value`, `label`, `definition` and `retired`; retired ones stand in old rows.
    """
    return {
        "title": codebook.title,
        "question": codebook.question,
        "version": codebook.version,
        "rules": len(codebook.rules),
        "fields": {
            "status": values_of(codebook.statuses),
            "speaker_type": values_of(codebook.speaker_types),
            "stance": values_of(codebook.stances),
            "certainty": values_of(codebook.certainties),
        },
    }


def subjects(facts: Mapping[str, Any]) -> list[str]:
    """Return what a release is about, in the words of catalogues."""
    certainty = ["certainty"] if facts["codebook"]["fields"]["certainty"] else []
    return ["stance", *certainty, "speaker attribution", "news"]


def values_of(values: Sequence[Value]) -> list[dict[str, Any]]:
    """Return the values of one field in the codebook's order."""
    return [
        {
            "value": each.value,
            "label": each.label,
            "definition": each.definition,
            "retired": each.retired,
        }
        for each in values
    ]


def names_of(codebook: dict[str, Any]) -> dict[str, list[str]]:
    """Return the keys a tally of each field may have, from what `facts_of` returned."""
    names = {
        field: [each["value"] for each in values] for field, values in codebook["fields"].items()
    }
    return {**names, "present": list(PRESENT)}
