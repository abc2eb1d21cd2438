"""The forms of the lead's pages: importing articles and giving them to people."""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from annotator.formats.draft import LONGEST_KEY, LONGEST_TITLE
from annotator.store.models import Membership
from annotator.work.importing import Reading

MOST_FILES = 500
MOST_OVERLAP = 100
LARGEST_SEED = 2**31 - 1
NOBODY, BALANCED, EVERYBODY = "nobody", "overlap", "everybody"
SHORT, ALL, THESE = "short", "all", "these"


class PeopleField(SelectMultipleField):  # type: ignore[misc]
    """One box to tick per annotator; the value is the pseudonym."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def offer(self, people: Sequence[Membership]) -> None:
        """Offer these people."""
        self.choices = [SelectChoice(each.pseudonym, each.pseudonym) for each in people]

    def pre_validate(self, form: Any) -> None:
        """Refuse whoever does not annotate in this project."""
        known = {choice.value for choice in self.choices}
        strangers = [name for name in self.data or () if name not in known]
        if strangers:
            raise ValidationError("Someone chosen is not an annotator of this project any more.")


class ImportForm(FlaskForm):  # type: ignore[misc]
    """Files, or one text that is typed or pasted."""

    files = MultipleFileField("Text files")
    key = StringField("Key", [Length(max=LONGEST_KEY)])
    title = StringField("Title", [Length(max=LONGEST_TITLE)])
    text = TextAreaField("Text")

    def validate_files(self, field: Any) -> None:
        """Ask for something to read."""
        if not self.uploads and not (self.text.data or "").strip():
            raise ValidationError("Choose a file, or paste a text.")
        if len(self.uploads) > MOST_FILES:
            raise ValidationError(
                f"At most {MOST_FILES} files at once; the command “annotator import” takes more."
            )

    def validate_key(self, field: Any) -> None:
        """Ask for a key where a text is pasted."""
        if (self.text.data or "").strip() and not (field.data or "").strip():
            raise ValidationError("Give the text a key, for example 004.")

    @property
    def uploads(self) -> list[Any]:
        """Return the chosen files; an empty file field sends one without a name."""
        return [file for file in self.files.data or () if getattr(file, "filename", "")]

    def sources(self) -> Iterator[tuple[str, bytes, str]]:
        """Yield name, bytes and title of everything that was sent."""
        for file in self.uploads:
            yield file.filename, file.stream.read(), ""
        if (self.text.data or "").strip():
            # Browsers send the line breaks of a text field as CR LF, whatever was pasted.
            text = self.text.data.replace("\r\n", "\n")
            raw = text.encode("utf-8", "surrogatepass")
            yield f"{self.key.data.strip()}.txt", raw, self.title.data or ""


@dataclass(frozen=True)
class Carried:
    """A file on its way from the preview to the second step: the same bytes, and their proof."""

    name: str
    title: str
    sha256: str
    raw: bytes


def pack(reading: Reading) -> str:
    """Return a file as the value of a hidden field.

    Base64, because browsers rewrite the line breaks of every field that they send.
    """
    return json.dumps(
        {
            "name": reading.name,
            "title": reading.title,
            "sha256": reading.draft.sha256 if reading.draft else "",
            "raw": base64.b64encode(reading.raw).decode("ascii"),
        }
    )


def unpack(value: str) -> Carried:
    """Return the file in a hidden field; a damaged one is a ValueError."""
    try:
        packed = json.loads(value)
        name, title, sha256 = (str(packed[part]) for part in ("name", "title", "sha256"))
        return Carried(name, title, sha256, base64.b64decode(packed["raw"], validate=True))
    except (KeyError, TypeError, RecursionError, binascii.Error, ValueError) as error:
        raise ValueError("The preview came back damaged. Choose the files again.") from error


class CarriedField(Field):  # type: ignore[misc]
    """The files of the preview, one hidden field each."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Unpack what came back."""
        self.data = [unpack(value) for value in valuelist]


class AddForm(FlaskForm):  # type: ignore[misc]
    """What was previewed, and who gets it."""

    carried = CarriedField("Files")
    give = RadioField(
        "Give them to",
        choices=[
            SelectChoice(BALANCED, "As many as the overlap asks for, balanced"),
            SelectChoice(EVERYBODY, "Everybody ticked"),
            SelectChoice(NOBODY, "Nobody yet"),
        ],
    )
    annotators = PeopleField("Annotators")

    def validate_carried(self, field: Any) -> None:
        """Ask for something to store."""
        if not field.data and not field.process_errors:
            raise ValidationError("There is nothing to add. Choose the files again.")


class AssignForm(FlaskForm):  # type: ignore[misc]
    """Which articles, to whom, how many each, and the seed of the lots."""

    which = RadioField(
        "Articles",
        choices=[
            SelectChoice(SHORT, "Those with fewer annotators than the overlap"),
            SelectChoice(ALL, "All"),
            SelectChoice(THESE, "Only these"),
        ],
    )
    keys = TextAreaField("Keys", [Length(max=100_000)])
    annotators = PeopleField("Annotators")
    overlap = IntegerField(
        "Overlap",
        [
            InputRequired("Say how many annotators each article gets."),
            NumberRange(1, MOST_OVERLAP, f"Choose a number from 1 to {MOST_OVERLAP}."),
        ],
    )
    seed = IntegerField(
        "Seed",
        [
            InputRequired("Say a number."),
            NumberRange(0, LARGEST_SEED, f"Choose a number from 0 to {LARGEST_SEED:,}."),
        ],
    )
    plan = HiddenField()

    def validate_keys(self, field: Any) -> None:
        """Ask for keys where they are wanted."""
        if self.which.data == THESE and not self.wanted_keys():
            raise ValidationError("Name the articles by their keys, one per line.")

    def wanted_keys(self) -> list[str]:
        """Return the keys, given one per line."""
        lines = (self.keys.data or "").replace("\0", "").splitlines()
        return [line.strip() for line in lines if line.strip()]
