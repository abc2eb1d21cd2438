"""The forms of a draft: one for each kind of entry, made from what the entry holds."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from annotator.codebook.checks import MOST_BARS
from annotator.codebook.load import LISTS, TABLES, TEXTS
from annotator.codebook.scheme import (
    COLOURS,
    MEASURED_FIELDS,
    MEASURES,
    OPTIONAL_FIELDS,
    ORDERED_FIELDS,
    ROLES,
    SECTIONS,
    SHAPES,
)

LONGEST_LINE = 300
LONGEST_TEXT = 20_000
LONG = {"definition", "text", "rule"}
LABELS = {
    "value": "Value in files",
    "id": "Number",
    "label": "Label on screen",
    "definition": "Definition",
    "rule": "Decision rule: the question that decides",
    "positive": "Examples, one per line",
    "negative": "Counter-examples, one per line",
    "rules": "Rules it points to",
    "key": "Key",
    "retired": "Retired: stays readable, cannot be chosen",
    "takes_claims": "The status of sentences with claims",
    "proposed_for": "Proposed for these parts of a text",
    "role": "Role",
    "surname": "Short form is the last word of the name",
    "colour": "Colour",
    "shape": "Shape",
    "on_scale": "Lies on the scale",
    "bars": "Filled bars",
    "cues": "Cue words, one per line",
    "title": "Title",
    "section": "Section",
    "short": "In one sentence",
    "text": "In full",
    "version": "Label of the version",
    "question": "Target question",
}
COLOUR_WORDS = {"sup": "green", "opp": "red", "neu": "grey-blue", "unr": "violet", "ink": "black"}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "colour": COLOURS,
    "shape": SHAPES,
    "section": SECTIONS,
    "role": ("", *ROLES),
}
SETTINGS = "settings"
COMMA = re.compile(r"[,;\s]+")


class DraftForm(FlaskForm):  # type: ignore[misc]
    """One entry of a draft as text fields, ticks and choices."""

    def entry(self) -> dict[str, Any]:
        """Return what was typed as the entry of a codebook file has it."""
        return {name: said(name, self[name].data) for name in self.names}

    @property
    def names(self) -> list[str]:
        """Return the names of the fields, in order."""
        return [field.short_name for field in self if field.short_name != "csrf_token"]


def said(name: str, data: Any) -> Any:
    """Return the value of one field as a codebook file has it."""
    if name in ("positive", "negative", "cues"):
        return [line for each in (data or "").splitlines() if (line := " ".join(each.split()))]
    if name in ("rules", "proposed_for"):
        return [each for each in COMMA.split(data or "") if each]
    if name == "bars":
        return int(data)
    return data if isinstance(data, bool) else " ".join((data or "").split())


def form_class(place: str) -> type[DraftForm]:
    """Return the form for the entries of a list of the codebook."""
    made: dict[str, Any] = {each.name: field_for(each) for each in fields(LISTS[place])}
    return cast(type[DraftForm], type("EntryForm", (DraftForm,), made))


def field_for(each: Any) -> Field:
    """Return the form field of one field of an entry."""
    name, label = each.name, LABELS.get(each.name, each.name.replace("_", " ").capitalize())
    if name in CHOICES:
        words = COLOUR_WORDS if name == "colour" else {}
        options = [
            SelectChoice(one, words.get(one, one.replace("-", " ") or "none"))
            for one in CHOICES[name]
        ]
        return SelectField(label, choices=options)
    if name == "bars":
        options = [SelectChoice(str(n), str(n)) for n in range(MOST_BARS + 1)]
        return SelectField(label, choices=options)
    if each.type is bool:
        return BooleanField(label)
    if name in ("positive", "negative", "cues") or name in LONG:
        return TextAreaField(label, [Length(max=LONGEST_TEXT)])
    if each.type is str and each.default is MISSING and name not in ("value", "id", "label", "key"):
        return TextAreaField(label, [Length(max=LONGEST_TEXT)])
    return StringField(label, [Length(max=LONGEST_LINE)])


def shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of a file as its form shows it."""
    return {name: shown_value(name, value) for name, value in entry.items()}


def shown_value(name: str, value: Any) -> Any:
    """Return one field of a file as its form shows it."""
    if isinstance(value, list | tuple):
        texts = [str(each) for each in value]
        return (", " if name in ("rules", "proposed_for") else "\n").join(texts)
    return str(value) if name == "bars" else value


def settings_class() -> type[DraftForm]:
    """Return the form for what stands in a codebook once."""
    made: dict[str, Any] = {
        name: StringField(LABELS[name], [Length(max=LONGEST_LINE)]) for name in TEXTS
    }
    for table, kind in TABLES.items():
        for each in fields(kind):
            words = f"{table.capitalize()}: {each.name.replace('_', ' ')}"
            made[f"{table}_{each.name}"] = StringField(words, [Length(max=LONGEST_LINE)])
    for name in OPTIONAL_FIELDS:
        made[f"fields_{name}"] = BooleanField(name.capitalize())
    for name in MEASURED_FIELDS:
        levels = MEASURES if name in ORDERED_FIELDS else MEASURES[:1]
        options = [SelectChoice(level, level) for level in levels]
        words = f"How agreement reads the {name}"
        made[f"measures_{name}"] = RadioField(words, choices=options, validate_choice=False)
    return cast(type[DraftForm], type("SettingsForm", (DraftForm,), made))


def settings_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in a draft once, as its form shows it."""
    found = {name: document.get(name, "") for name in TEXTS}
    for table in (*TABLES, "fields", "measures"):
        found |= {f"{table}_{name}": value for name, value in document.get(table, {}).items()}
    return found


def settings_into(document: dict[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft with what was typed into the form for what stands there once."""
    changed = {**document, **{name: entry[name] for name in TEXTS}}
    for table in (*TABLES, "fields", "measures"):
        start = f"{table}_"
        changed[table] = {
            name.removeprefix(start): value
            for name, value in entry.items()
            if name.startswith(start) and value not in (None, "")
        }
    if not changed.get("certainties"):
        changed["measures"].pop("certainty", None)
    return changed
