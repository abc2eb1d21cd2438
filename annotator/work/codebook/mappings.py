"""A mapping of retired values: for each field a value for each, and the keys of its events."""

from collections.abc import Mapping

from annotator.store.models import Remapping
from annotator.work.labelling import history

# {field: {value: value}}; field is status, stance, certainty, aspect or speaker_type. What has a
# speaker's type is the speaker: no answer and no decision says it.
Values = Mapping[str, Mapping[str, str]]
SPEAKER_TYPE = "speaker_type"
FIELDS = {
    "statuses": "status",
    "stances": "stance",
    "certainties": "certainty",
    "aspects": "aspect",
    "speaker_types": SPEAKER_TYPE,
}
OF_CLAIMS = ("stance", "certainty", "aspect")


def key_of(remapping: Remapping, act: str = "map") -> str:
    """Return the key of the events that a remapping writes, or its undo."""
    return f"{history.BY_CODEBOOK}{act}-{remapping.id}"
