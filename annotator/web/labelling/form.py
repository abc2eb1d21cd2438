"""The form of one answer: what the label page posts, checked against the codebook.

Fields as posted: `status`, `unsure`, `note`, `revision`, `key`, `seconds`, `open` (which claim is
open), `claims-0-speaker`, `claims-0-stance`, … and `act` (which button). `claims-N-speaker` is
the number of a speaker, `new` (with `new_name` and `new_type`) or `unnamed` (with `wording`).
Words of the article come twice: as code points of the article (`claims-N-span`, `-evidence`) where
they were picked, and as words (`claims-N-mention`, `-evidence_words`) where they were copied.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from annotator.codebook.scheme import Codebook, Value
from annotator.web.forms import NumberRange
from annotator.work.labelling.drafts import MOST_CLAIMS

LONGEST_NAME = 200
LONGEST_NOTE = 4000
LONGEST_MENTION = 1000
# More claims than an answer may hold are read and shown again with the refusal; not without end.
MOST_READ = 2 * MOST_CLAIMS
LARGEST_NUMBER = 2**31 - 1
SPANS = re.compile(r"\d{1,9}-\d{1,9}(,\d{1,9}-\d{1,9}){0,49}", re.ASCII)
CLAIM_NUMBER = re.compile(r"-(\d{1,9})-", re.ASCII)
NEW = "new"
UNNAMED = "unnamed"


def no_control_characters(_form: Form, field: Any) -> None:
    """Refuse characters that no text a person types can hold and that no file should."""
    text = field.data or ""
    if any(ord(sign) < 32 and sign not in "\t\n\r" for sign in text) or "\x7f" in text:
        raise ValidationError("Invalid character (control character).")
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        raise ValidationError("Invalid character (unpaired surrogate).")


def one_of(field: Any, what: str) -> None:
    """Give a choice outside the codebook a message that names it and what would be right."""
    # A field that the codebook has no more is dropped when the answer is saved.
    if not field.data or not field.choices:
        return
    if not any(field.data == choice.value for choice in field.choices):
        offered = ", ".join(str(choice.value) for choice in field.choices)
        a = "an" if what.startswith("a") else "a"
        raise ValidationError(f"“{field.data}” is not {a} {what} of this codebook: {offered}.")


class ClaimForm(Form):  # type: ignore[misc]
    """One claim; every field may stay open for now."""

    speaker = RadioField("Speaker", validate_choice=False)
    new_name = StringField("Name", [Length(max=LONGEST_NAME), no_control_characters])
    new_type = SelectField("Type", validate_choice=False)
    sure = BooleanField("Add although a similar speaker exists", widget=HiddenInput())
    wording = StringField("Wording in the text", [Length(max=LONGEST_NAME), no_control_characters])
    stance = RadioField("Stance", validate_choice=False)
    certainty = RadioField("Certainty", validate_choice=False)
    mention = StringField("Copy the words from the text", [Length(max=LONGEST_MENTION)])
    span = HiddenField("Mention")  # start-end, when the words were picked in the text
    via = HiddenField("Via")  # numbers of speakers, outermost first, with commas
    via_add = SelectField("Add a link", validate_choice=False)
    evidence = HiddenField("Evidence")  # spans start-end with commas
    evidence_words = TextAreaField("Copy the words from the text, one passage per line")
    conditional = BooleanField("Conditional")
    aspect = RadioField("Aspect", validate_choice=False)
    note = TextAreaField("Note on this claim", [Length(max=LONGEST_NOTE), no_control_characters])

    def validate_stance(self, field: Any) -> None:
        """Check the stance against the codebook."""
        one_of(field, "stance")

    def validate_certainty(self, field: Any) -> None:
        """Check the certainty against the codebook."""
        one_of(field, "certainty")

    def validate_aspect(self, field: Any) -> None:
        """Check the aspect against the codebook."""
        one_of(field, "aspect")

    def validate_new_type(self, field: Any) -> None:
        """Check the type of a new speaker against the codebook."""
        one_of(field, "speaker type")

    def validate_speaker(self, field: Any) -> None:
        """Accept a speaker's number, `new` or `unnamed`; whose it is, is checked with the save."""
        number_or_word(field.data, (NEW, UNNAMED))

    def validate_via(self, field: Any) -> None:
        """Accept numbers with commas between them."""
        for part in (field.data or "").split(","):
            number_or_word(part.strip(), ())

    def validate_span(self, field: Any) -> None:
        """Accept one span like 3-14, no longer than its words may be."""
        if not field.data:
            return
        if not SPANS.fullmatch(field.data) or "," in field.data:
            raise ValidationError("A mention is one span, for example 3-14.")
        start, end = spans_in(field.data)[0]
        if end - start > LONGEST_MENTION:
            raise ValidationError(f"A mention is at most {LONGEST_MENTION:,} characters long.")

    def validate_evidence(self, field: Any) -> None:
        """Accept spans like 3-14,20-31."""
        if field.data and not SPANS.fullmatch(field.data):
            raise ValidationError("Evidence is a list of spans, for example 3-14,20-31.")

    def validate_via_add(self, field: Any) -> None:
        """Accept a speaker's number."""
        number_or_word(field.data, ())

    @property
    def mention_spans(self) -> tuple[tuple[int, int], ...]:
        """Return the span of the mention, if it was picked."""
        return spans_in(self.span.data)

    @property
    def evidence_spans(self) -> tuple[tuple[int, int], ...]:
        """Return the spans of the evidence."""
        return spans_in(self.evidence.data)

    @property
    def via_ids(self) -> list[int]:
        """Return the chain with the link just chosen, if any; without what is no number."""
        parts = [*(self.via.data or "").split(","), self.via_add.data or ""]
        return [int(part) for part in map(str.strip, parts) if part.isascii() and part.isdecimal()]


def spans_in(text: str | None) -> tuple[tuple[int, int], ...]:
    """Return the spans written as 3-14,20-31; none where they are written otherwise."""
    if not text or not SPANS.fullmatch(text):
        return ()
    pairs = (part.split("-") for part in text.split(","))
    return tuple((int(start), int(end)) for start, end in pairs)


def spans_text(spans: Iterable[tuple[int, int]]) -> str:
    """Write spans as 3-14,20-31."""
    return ",".join(f"{start}-{end}" for start, end in spans)


def number_or_word(text: str | None, words: Sequence[str]) -> None:
    """Refuse what is neither empty, nor a database number, nor one of the words."""
    if not text or text in words:
        return
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_NUMBER):
        raise ValidationError(f"“{text[:40]}” is not a speaker of this project.")


class ClaimList(FieldList):  # type: ignore[misc]
    """The claims as posted; a plain list would drop those beyond its limit without a word."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read the claims, but no more than can be shown again."""
        self.posted = len(set(self._extract_indices(self.name, formdata or ())))
        self.max_entries = MOST_READ if formdata else None
        super().process(formdata, *args, **kwargs)
        self.max_entries = None

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> list[int]:
        """Return the numbers of the claims; the inherited one takes “²” for a digit and fails."""
        found = (CLAIM_NUMBER.match(name, len(prefix)) for name in formdata)
        return [int(number[1]) for number in found if number and number.string.startswith(prefix)]


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """One annotator's whole word on one sentence."""

    status = RadioField("Status", validate_choice=False)
    unsure = BooleanField("Unsure")
    note = TextAreaField("Note on the sentence", [Length(max=LONGEST_NOTE), no_control_characters])
    revision = IntegerField(
        "Revision", [InputRequired(), NumberRange(0, LARGEST_NUMBER)], widget=HiddenInput()
    )
    key = HiddenField("Key", [InputRequired(), Length(8, 64)])
    seconds = IntegerField(
        "Active seconds", [Optional(), NumberRange(0, 86_400)], widget=HiddenInput()
    )
    open = IntegerField("Open claim", [Optional(), NumberRange(0, MOST_READ)], widget=HiddenInput())
    leave = BooleanField("Leave it incomplete", widget=HiddenInput())
    drop = BooleanField("Remove the claims", widget=HiddenInput())
    claims = ClaimList(FormField(ClaimForm))

    def validate_status(self, field: Any) -> None:
        """Check the status against the codebook."""
        one_of(field, "status")

    def validate_claims(self, field: Any) -> None:
        """Refuse more claims than were read."""
        if field.posted > MOST_READ:
            raise ValidationError(
                f"An answer holds at most {MOST_CLAIMS} claims; this one has {field.posted}."
            )

    def offer(self, codebook: Codebook, speakers: Sequence[tuple[str, str]]) -> None:
        """Fill the choices of every radio from the codebook and from the article's speakers."""
        self.status.choices = choices(codebook.statuses, [self.status.data])
        for claim in self.claims:
            claim.speaker.choices = [SelectChoice(value, label) for value, label in speakers]
            claim.via_add.choices = [SelectChoice("", "Add link…"), *claim.speaker.choices]
            claim.stance.choices = choices(codebook.stances, [claim.stance.data])
            claim.certainty.choices = choices(codebook.certainties, [claim.certainty.data])
            claim.aspect.choices = choices(codebook.aspects, [claim.aspect.data])
            claim.new_type.choices = [
                SelectChoice("", "Type…"),
                *choices(codebook.named_types, [claim.new_type.data]),
            ]


def choices(values: Sequence[Value], kept: Sequence[str | None]) -> list[SelectChoice]:
    """Return the choices of a field: what is offered, and what an old answer already holds."""
    return [
        SelectChoice(value.value, value.label)
        for value in values
        if not value.retired or value.value in kept
    ]
