"""What the dataset card says of a codebook: its question and the values of each field."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotator.codebook.scheme import LABELS, Codebook, Value

TITLES = "titles"
PRESENT = ("no", "yes")
"""What is voted on when annotators differ on whether there is a claim at all."""


def facts_of(codebook: Codebook) -> dict[str, Any]:
    """Return title, question, version, the number of rules, and the values of each field.

    Each value has `value`, `label`, `definition` and `retired`; retired ones stand in old rows.
    Aspects are among them where they are asked for. `titles` are what the fields of a claim are
    called, where that is not as usual.
    """
    return {
        "title": codebook.title,
        "question": codebook.question,
        "version": codebook.version,
        "rules": len(codebook.rules),
        "fields": {
            "status": values_of(codebook.statuses),
            "speaker_type": values_of(codebook.speaker_types),
            **{name: values_of(codebook.values_of(name)) for name in codebook.labels},
        },
        **({TITLES: codebook.titles} if codebook.titles else {}),
    }


def labels_of(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels of claims that the codebook of a release asks for."""
    return tuple(name for name in LABELS if name in facts["codebook"]["fields"])


def title_of(facts: Mapping[str, Any], field: str) -> str:
    """Return what the codebook of a release calls a field of a claim."""
    return str(facts.get("codebook", {}).get(TITLES, {}).get(field, field.capitalize()))


def word_of(facts: Mapping[str, Any], field: str) -> str:
    """Return the same inside a sentence."""
    return str(facts.get("codebook", {}).get(TITLES, {}).get(field, field))


def subjects(facts: Mapping[str, Any]) -> list[str]:
    """Return what a release is about, in the words of catalogues."""
    fields = facts["codebook"]["fields"]
    labels = [word_of(facts, name) for name in labels_of(facts) if fields[name]]
    return [*labels, "speaker attribution", "news"]


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
