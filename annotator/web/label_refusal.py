"""What a refused answer says: the message at its field, and the field's word in the chip."""

from collections.abc import Iterator
from typing import Any

from annotator.web.answer_form import AnswerForm
from annotator.work.drafts import InvalidAnswerError
from annotator.work.errors import RefusedError
from annotator.work.speakers import UnknownSpeakerError

# What people call a field, where the form calls it otherwise.
WORDS = {
    "new_name": "speaker",
    "new_type": "speaker",
    "wording": "speaker",
    "span": "mention",
    "via_add": "via",
    "evidence_words": "evidence",
    "conditional": "condition",
}


def put_in_place(form: AnswerForm, error: RefusedError) -> None:
    """Put a refusal that came after the form was checked at the field that it is about."""
    field = None
    if isinstance(error, InvalidAnswerError):
        field = field_named(form, error.field)
    elif isinstance(error, UnknownSpeakerError) and error.number is not None:
        field = field_with(form, error.number)
    if field is not None:
        field.errors = [*field.errors, str(error)]


def field_named(form: AnswerForm, name: str) -> Any:
    """Return the field that is posted under this name, None for "" and for what is not there."""
    head, _, rest = name.partition("-")
    if not rest:
        return form._fields.get(head)
    number, _, leaf = rest.partition("-")
    index = int(number)
    return form.claims[index][leaf] if index < len(form.claims) else None


def field_with(form: AnswerForm, speaker: int) -> Any:
    """Return the field that names this speaker."""
    for claim in form.claims:
        if claim.speaker.data == str(speaker):
            return claim.speaker
        if speaker in claim.form.via_ids:
            return claim.form.via
    return None


def wrong_fields(form: AnswerForm) -> Iterator[tuple[str, str]]:
    """Yield the word and the message of whatever is wrong, in the order of the form."""
    for name, field in form._fields.items():
        if name == "claims":
            for claim in field:
                for leaf, part in claim.form._fields.items():
                    yield from ((WORDS.get(leaf, leaf), said) for said in part.errors)
        yield from ((WORDS.get(name, name), said) for said in field.errors if isinstance(said, str))


def shown_claim(form: AnswerForm) -> int:
    """Return the claim to open on a refused form: the first with an error."""
    for index, claim in enumerate(form.claims):
        if any(field.errors for field in claim.form):
            return index
    return min(form.open.data or 0, max(len(form.claims) - 1, 0))
