"""What labels from elsewhere are: whoever imports them says so, and it can be said again later."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.errors import RefusedError
from annotator.measure.origins import CONTEXT, HUMAN, MODEL, PEOPLE, REFERENCE


@dataclass(frozen=True)
class Kind:
    """One thing that labels can be; `means` says what becomes of them."""

    name: str
    origin: str
    title: str
    means: str


KINDS = {
    each.name: each
    for each in (
        Kind(
            "people",
            PEOPLE,
            "Independent answers of people",
            "named annotators gave them independently elsewhere; agreement, gold, adjudication,"
            " overlap and gates count them, marked as brought in",
        ),
        Kind(
            "reference",
            REFERENCE,
            "Somebody's gold",
            "each becomes the decision on its sentence, with its source; agreement does not count"
            " it",
        ),
        Kind(
            "model",
            MODEL,
            "Answers of a model",
            "they are kept apart under the model's name; nothing counts them",
        ),
        Kind(
            "context",
            CONTEXT,
            "Context",
            "they are kept and can be read; nothing counts them",
        ),
    )
}
OF_ORIGIN: Mapping[str, Kind] = {each.origin: each for each in KINDS.values()}
ORIGIN_WORDS: Mapping[str, str] = {
    HUMAN: "given here",
    PEOPLE: "of people, brought in",
    REFERENCE: "brought in as reference",
    CONTEXT: "brought in as context",
    MODEL: "by models",
}

HOW_TO_COUNT = (
    "Say what they are on the page Imported labels, or with “annotator labels declare”; answers of"
    " people are then counted."
)


def kind_of(name: str) -> Kind:
    """Return a kind by the name that the command and the page give it."""
    if name not in KINDS:
        raise RefusedError(f"Labels are not “{name[:40]}”; choose one of {', '.join(KINDS)}.")
    return KINDS[name]


@dataclass(frozen=True)
class Said:
    """What somebody says of labels: their kind (None: each row says it), the model, the source.

    `version` and `settings` are those of a model that is new here.
    """

    kind: Kind | None = None
    model: str = ""
    version: str = ""
    settings: str = ""
    source: str = ""
    user_id: int | None = None
