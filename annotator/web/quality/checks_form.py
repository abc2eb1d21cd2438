"""The form for what is mixed into the work of annotators: control articles and repeats."""

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired

from annotator.store.models import Project
from annotator.web.forms import NumberRange
from annotator.work.assignment.mixing import MOST_DAYS, MOST_SHARE, Checks, checks_of

SHARE = [
    InputRequired(f"Enter a number from 0 to {MOST_SHARE}."),
    NumberRange(0, MOST_SHARE, f"Choose a number from 0 to {MOST_SHARE}."),
]


class ChecksForm(FlaskForm):  # type: ignore[misc]
    """Shares in percent, and after how many days an article is repeated."""

    control = IntegerField("Control articles, % of what annotators get", SHARE)
    repeats = IntegerField("Repeats, % of what annotators get", SHARE)
    days = IntegerField(
        "Days before a repeat",
        [
            InputRequired("Enter a number of days."),
            NumberRange(1, MOST_DAYS, f"Choose a number from 1 to {MOST_DAYS:,}."),
        ],
    )

    def checks(self, seed: int) -> Checks:
        """Return what was typed; the seed stays."""
        return Checks(self.control.data, self.repeats.data, self.days.data, seed)


def form_of(project: Project) -> ChecksForm:
    """Return the form with what is mixed in."""
    return ChecksForm(formdata=None, obj=checks_of(project))
