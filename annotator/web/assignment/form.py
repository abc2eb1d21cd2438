"""The form that gives articles to people."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from annotator.store.models import Membership
from annotator.web.forms import NumberRange

MOST_OVERLAP = 100
LARGEST_SEED = 2**31 - 1
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
            raise ValidationError("A selected person is no longer an annotator of this project.")


class AssignForm(FlaskForm):  # type: ignore[misc]
    """Which articles, to whom, how many each, and the seed of the lots."""

    which = RadioField(
        "Articles",
        choices=[
            SelectChoice(SHORT, "Articles with fewer annotators than the overlap"),
            SelectChoice(ALL, "All articles"),
            SelectChoice(THESE, "Only these"),
        ],
    )
    keys = TextAreaField("Keys", [Length(max=100_000)])
    annotators = PeopleField("Annotators")
    overlap = IntegerField(
        "Overlap",
        [
            InputRequired("Enter the number of annotators per article."),
            NumberRange(1, MOST_OVERLAP, f"Choose a number from 1 to {MOST_OVERLAP}."),
        ],
    )
    share = IntegerField(
        "Calibration, in percent",
        [
            Optional(),
            NumberRange(0, 100, "Choose a number from 0 to 100."),
        ],
    )
    seed = IntegerField(
        "Seed",
        [
            InputRequired("Enter a number."),
            NumberRange(0, LARGEST_SEED, f"Choose a number from 0 to {LARGEST_SEED:,}."),
        ],
    )
    replace_left = BooleanField(
        "Close open assignments of annotators who have left and replace them"
    )
    plan = HiddenField()

    def validate_keys(self, field: Any) -> None:
        """Ask for keys where they are wanted."""
        if self.which.data == THESE and not self.wanted_keys():
            raise ValidationError("Enter the keys of the articles, one per line.")

    def wanted_keys(self) -> list[str]:
        """Return the keys, given one per line."""
        lines = (self.keys.data or "").replace("\0", "").splitlines()
        return [line.strip() for line in lines if line.strip()]
