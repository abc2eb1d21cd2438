"""The forms of the lead's pages: importing articles and giving them to people."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    MultipleFileField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice, SelectField
from wtforms.validators import Length, ValidationError

from annotator.errors import RefusedError
from annotator.formats.articles import brat
from annotator.formats.articles.article import LONGEST_KEY, LONGEST_TITLE
from annotator.formats.articles.dates import ORDERS
from annotator.formats.articles.records import FIELDS, check_columns
from annotator.text.languages import names
from annotator.web.articles.ticking import left_out
from annotator.web.assignment.form import PeopleField
from annotator.work.articles.previewing import LONGEST_NAME, Reading, Sent

MOST_FILES = 500
LONGEST_REFUSAL = 50_000
NOBODY, BALANCED, EVERYBODY = "nobody", "overlap", "everybody"


@dataclass(frozen=True)
class Carried:
    """A file on its way from the preview to the second step: the same bytes, and their proof.

    Of a file that was refused its name and the cause go along.
    """

    number: int
    sent: Sent
    sha256: str
    refusal: str = ""
    articles: int = 0
    leave: frozenset[int] = frozenset()


def pack(reading: Reading, number: int) -> str:
    """Return a file as the value of a hidden field, numbered among those of the preview.

    Base64, because browsers rewrite the line breaks of every field that they send.
    """
    # Whatever columns are chosen, a file without any stays refused: its bytes need not come back.
    raw = reading.sent.raw if reading.drafts or reading.headings else b""
    return json.dumps(
        {
            "number": number,
            "name": reading.name,
            "title": reading.sent.title,
            "sha256": reading.proof if reading.drafts else "",
            "raw": base64.b64encode(raw).decode("ascii"),
            "columns": dict(reading.sent.columns),
            "dates": reading.sent.dates,
            "language": reading.sent.language,
            "refusal": reading.refusal,
            "articles": reading.article_count if reading.is_download else 0,
        }
    )


def unpack(value: str) -> Carried:
    """Return the file in a hidden field; a damaged one is a ValueError."""
    try:
        packed = json.loads(value)
        name, title, sha256 = (str(packed[part]) for part in ("name", "title", "sha256"))
        raw = base64.b64decode(packed["raw"], validate=True)
        columns = {str(field): str(column) for field, column in packed["columns"].items()}
        number = int(packed["number"])
        refusal = str(packed["refusal"])
        dates = str(packed.get("dates", ""))
        articles = int(packed.get("articles", 0))
        language = str(packed.get("language", ""))
        check_columns(columns)
        if len(refusal) > LONGEST_REFUSAL or len(name) > LONGEST_NAME:
            raise ValueError
        if dates not in {"", *ORDERS} or language not in {"", *names.NAMES}:
            raise ValueError
        refused = "" if raw else refusal
        sent = Sent(name, raw, title, columns, refusal=refused, dates=dates, language=language)
        return Carried(number, sent, sha256, refusal, articles, left_out(number))
    except (
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        binascii.Error,
        ValueError,
        RefusedError,
    ) as error:
        raise ValueError("The preview data is damaged. Choose the files again.") from error


class CarriedField(Field):  # type: ignore[misc]
    """The files of the preview, one hidden field each."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Unpack what came back."""
        self.data = [unpack(value) for value in valuelist]


def in_order(*fields: CarriedField) -> list[Carried]:
    """Return the files of some fields in the order of the preview."""
    found = [each for field in fields for each in field.data or ()]
    return sorted(found, key=lambda each: each.number)


def chosen_columns(carried: Carried) -> dict[str, str]:
    """Return the columns that were picked for a table; those from before where none were."""
    picked = {
        name: request.form[f"column-{carried.number}-{name}"]
        for name in FIELDS
        if f"column-{carried.number}-{name}" in request.form
    }
    return picked or dict(carried.sent.columns)


def chosen_dates(carried: Carried) -> str:
    """Return the date format that was picked for a table; that from before where none was."""
    picked = request.form.get(f"dates-{carried.number}", carried.sent.dates)
    return picked if picked in ORDERS else ""


def is_hidden(path: str) -> bool:
    """Say whether systems hide a file, or a folder that it is in."""
    return any(part.startswith(".") for part in path.split("/"))


class ImportForm(FlaskForm):  # type: ignore[misc]
    """Files, a folder, or one text that is typed or pasted."""

    files = MultipleFileField("Files")
    folder = MultipleFileField("Or a folder")
    key = StringField("Key", [Length(max=LONGEST_KEY)])
    title = StringField("Title", [Length(max=LONGEST_TITLE)])
    text = TextAreaField("Text")
    language = SelectField(
        "Language",
        default="",
        choices=[
            SelectChoice("", "As each article says, or as its text reads"),
            *(SelectChoice(code, name) for code, name in names.sorted_names()),
        ],
    )
    new_version = BooleanField("If a key is used by another text, import as a new version")
    skip = BooleanField("Leave out rows that cannot be articles, each named, and import the others")
    # What was read before and shall be read again; of the second, nothing could be stored.
    carried = CarriedField("Files")
    again = CarriedField("Files")

    def validate_files(self, field: Any) -> None:
        """Ask for something to read."""
        if not self.uploads and not (self.text.data or "").strip() and not self.read_before:
            raise ValidationError("Choose a file or paste a text.")
        if len(self.uploads) > MOST_FILES:
            raise ValidationError(
                f"At most {MOST_FILES} files at once; the command “annotator import” takes more."
            )

    def validate_key(self, field: Any) -> None:
        """Ask for a key where a text is pasted."""
        if (self.text.data or "").strip() and not (field.data or "").strip():
            raise ValidationError("Enter a key for the text, for example 004.")

    @property
    def read_before(self) -> bool:
        """Say whether files of an earlier preview came along."""
        return bool(self.carried.data or self.again.data)

    @property
    def uploads(self) -> list[Any]:
        """Return the chosen files, then those of the folder by their paths.

        An empty file field sends one without a name. Files that a system hides in folders, such as
        .DS_Store, are nobody's choice.
        """
        named = [file for file in self.files.data or () if getattr(file, "filename", "")]
        inside = [file for file in self.folder.data or () if getattr(file, "filename", "")]
        seen = [file for file in inside if not is_hidden(file.filename)]
        return named + sorted(seen, key=lambda file: str(file.filename))

    def sources(self) -> Iterator[Sent]:
        """Yield everything that was sent; the labels of a brat text go with their text."""
        files = [(file.filename, file.stream.read()) for file in self.uploads]
        names = {name for name, _ in files}
        labels = {name: raw for name, raw in files if brat.ENDING.search(name)}
        for name, raw in files:
            if names & {*brat.texts_of(name)}:
                continue
            beside = labels.get(f"{name[:-4]}.ann") if name.lower().endswith(".txt") else None
            yield Sent(name, raw, labels=beside, language=self.language.data)
        for each in in_order(self.carried, self.again):
            language = self.language.data or each.sent.language
            yield replace(
                each.sent,
                columns=chosen_columns(each),
                dates=chosen_dates(each),
                language=language,
            )
        if (self.text.data or "").strip():
            # Browsers send the line breaks of a text field as CR LF, whatever was pasted.
            text = self.text.data.replace("\r\n", "\n")
            raw = text.encode("utf-8", "surrogatepass")
            yield Sent(
                f"{self.key.data.strip()}.txt",
                raw,
                self.title.data or "",
                language=self.language.data,
            )


class AddForm(FlaskForm):  # type: ignore[misc]
    """What was previewed, and who gets it."""

    new_version = BooleanField()
    skip = BooleanField()
    carried = CarriedField("Files")
    # The files of the preview of which nothing is stored: the report names them too.
    again = CarriedField("Files")
    give = RadioField(
        "Assign to",
        choices=[
            SelectChoice(BALANCED, "Balanced, as many annotators as the overlap"),
            SelectChoice(EVERYBODY, "All selected annotators"),
            SelectChoice(NOBODY, "Nobody yet"),
        ],
    )
    annotators = PeopleField("Annotators")

    @property
    def files(self) -> list[Carried]:
        """Return every file of the preview, in its order."""
        return in_order(self.carried, self.again)

    def validate_carried(self, field: Any) -> None:
        """Ask for something to store."""
        if not field.data and not field.process_errors:
            raise ValidationError("Nothing to add. Choose the files again.")
