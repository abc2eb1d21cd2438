"""The forms of all screens: what a browser may send, and the words for what is wrong."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, StringField, validators
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

# Far above what a person types, far below what would cost something.
LONGEST_LINE = 2000
# Beyond any range that a form allows.
LARGEST = 2**53
THEMES = (("system", "System setting"), ("light", "Light"), ("dark", "Dark"))


class NumberRange(validators.NumberRange):
    """That of wtforms, also for whole numbers so large that it would fail over them."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse a number that is not within the range."""
        if isinstance(field.data, int):
            field.data = max(-LARGEST, min(field.data, LARGEST))
        super().__call__(form, field)


class SignInForm(FlaskForm):
    """A user name and a password."""

    username = StringField(
        "User name",
        [InputRequired("Enter your user name."), Length(max=LONGEST_LINE)],
    )
    password = PasswordField(
        "Password",
        [InputRequired("Enter your password."), Length(max=LONGEST_LINE)],
    )


class PasswordForm(FlaskForm):
    """A new password, and the current one where it is asked for."""

    current_password = PasswordField("Current password", [Length(max=LONGEST_LINE)])
    new_password = PasswordField(
        "New password", [InputRequired("Enter a new password."), Length(max=LONGEST_LINE)]
    )

    def __init__(self, *, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not asks_current:
            del self.current_password


class ThemeForm(FlaskForm):
    """The colours of the pages."""

    theme = RadioField("Theme", choices=[SelectChoice(*theme) for theme in THEMES])


class AutoAdvanceForm(FlaskForm):
    """Whether labelling moves on by itself."""

    auto_advance = BooleanField("Advance automatically when a claim is complete")
