"""The form for what a project asks of its annotators before they get work."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, Optional

from annotator.store.models import Project
from annotator.web.forms import NumberRange
from annotator.web.releases.terms_form import GateField
from annotator.work.assignment.qualifying import (
    MOST_TRIES,
    Training,
    compared_fields,
    training_of,
)

PREFIX = "threshold_"
RANGE = "Choose a number from 0 to 1, for example 0.75."
OF_SENTENCES = ("status", "conditional")  # a codebook gives them no title
THRESHOLDS = ("status", "speaker", "stance", "certainty", "aspect", "conditional")


class TrainingForm(FlaskForm):  # type: ignore[misc]
    """Whether training is asked for, and how well; `threshold_*` is a field for each field."""

    gate = BooleanField("Annotators get work once they have passed the training")
    tries = IntegerField(
        "Tries",
        [
            InputRequired("Enter the number of tries."),
            NumberRange(1, MOST_TRIES, f"Choose a number from 1 to {MOST_TRIES}."),
        ],
    )
    since = SelectField(
        "Results count from codebook version",
        [InputRequired("Choose the version from which results count.")],
        coerce=int,
        validate_choice=False,
    )

    def __init__(self, project: Project, **given: Any) -> None:
        super().__init__(**given)
        self.since.choices = [
            (each.number, f"{each.label}{': ' + each.reason if each.reason else ''}"[:120])
            for each in project.codebook_versions
        ]
        self.fields_asked = compared_fields(project.codebook)
        for name in self.fields_asked:
            if name not in OF_SENTENCES:
                word = project.codebook.word_of(name)
                self[PREFIX + name].label.text = f"Least share right, {word}"

    @property
    def thresholds(self) -> list[GateField]:
        """Return the thresholds of the fields that the codebook has."""
        return [self[PREFIX + name] for name in self.fields_asked]

    def training(self) -> Training:
        """Return what was typed; an empty threshold asks for nothing."""
        given = {name: self[PREFIX + name].data or 0.0 for name in self.fields_asked}
        return Training(self.gate.data, self.tries.data, self.since.data, given)


for name in THRESHOLDS:
    field = GateField(f"Least share right, {name}", [Optional(), NumberRange(0, 1, RANGE)])
    setattr(TrainingForm, PREFIX + name, field)


def form_of(project: Project) -> TrainingForm:
    """Return the form with what is asked for."""
    asked = training_of(project)
    given = {PREFIX + name: least or None for name, least in asked.thresholds.items()}
    return TrainingForm(
        project, formdata=None, gate=asked.gate, tries=asked.tries, since=asked.since, **given
    )
