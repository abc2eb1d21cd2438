"""The forms of the pages for people and projects."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from annotator.store.models import Role
from annotator.web.forms import NumberRange
from annotator.work.accounts.projects import LONGEST_LEASE, LONGEST_NAME, LONGEST_SLUG, MOST_OVERLAP

ROLES = {
    Role.ANNOTATOR: "annotator: labels articles",
    Role.ADJUDICATOR: "adjudicator: decides disputed sentences",
    Role.LEAD: "lead: manages the project",
}


class RolesField(SelectMultipleField):  # type: ignore[misc]
    """One box to tick per role."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def role_choices() -> list[SelectChoice]:
    """Return the roles as choices of a form."""
    return [SelectChoice(role.value, words) for role, words in ROLES.items()]


class InviteForm(FlaskForm):  # type: ignore[misc]
    """Whom to invite, and what they are to do."""

    username = StringField("User name", [InputRequired("Enter a user name."), Length(max=64)])
    # Asked for where there is single sign-on.
    email = StringField("E-mail address", [Length(max=255)])
    roles = RolesField("Roles", choices=role_choices())


class MemberForm(FlaskForm):  # type: ignore[misc]
    """What to change about one person."""

    member = HiddenField("Person")
    roles = RolesField("Roles", choices=role_choices())


class NewProjectForm(FlaskForm):  # type: ignore[misc]
    """A project from a codebook."""

    name = StringField("Name", [Length(max=LONGEST_NAME)])
    slug = StringField(
        "Short name", [InputRequired("Enter a short name for the URL."), Length(max=LONGEST_SLUG)]
    )
    source = RadioField(
        "Codebook",
        choices=[
            SelectChoice(
                "default", "US–Russia cooperation, with four stances and four certainties"
            ),
            SelectChoice("short", "A short sample to change: three stances, no certainty"),
            SelectChoice("project", "The codebook of a project"),
            SelectChoice("file", "A file"),
        ],
        default="default",
        validate_choice=False,
    )
    project = SelectField("Project", choices=[], validate_choice=False)
    codebook = FileField("TOML file")
    text = TextAreaField("The file that was refused: mend it here, or choose another")


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """How the work in a project goes."""

    name = StringField("Name", [InputRequired("Enter a name."), Length(max=LONGEST_NAME)])
    overlap = IntegerField(
        "Overlap",
        [
            InputRequired("Enter the number of annotators per article."),
            NumberRange(1, MOST_OVERLAP, f"Choose a number from 1 to {MOST_OVERLAP}."),
        ],
    )
    lease_hours = IntegerField(
        "Hours until an unstarted assignment expires",
        [
            InputRequired("Enter a number; 0 = never."),
            NumberRange(0, LONGEST_LEASE, f"Choose a number from 0 to {LONGEST_LEASE:,}."),
        ],
    )
    self_assign = BooleanField("Annotators may get articles themselves")
    precedents = BooleanField("Annotators may look at precedents: decisions on like sentences")
    headlines_in_agreement = BooleanField("Headlines count in agreement")
    factor_for_leads = BooleanField("Leads")
    factor_for_adjudicators = BooleanField("Adjudicators")
    factor_for_annotators = BooleanField("Annotators")
    blind = RadioField(
        "Answers of other annotators",
        choices=[
            SelectChoice("until_submitted", "Hidden until the annotator has submitted the article"),
            SelectChoice("always", "Always hidden"),
        ],
    )
