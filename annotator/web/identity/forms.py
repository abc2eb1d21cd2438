"""The forms of the pages at the door."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from annotator.web.forms import LONGEST_LINE


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code of the app, or a recovery code."""

    code = StringField("Code", [InputRequired("Enter a code."), Length(max=LONGEST_LINE)])


class BeginForm(FlaskForm):  # type: ignore[misc]
    """What is asked before a new app is set up: the password, the code of the app before it."""

    current_password = PasswordField(
        "Current password", [InputRequired("Enter your password."), Length(max=LONGEST_LINE)]
    )
    # On a page with another field for a code.
    code = StringField(
        "Code", [InputRequired("Enter a code."), Length(max=LONGEST_LINE)], id="begin-code"
    )

    def __init__(self, *, asks_password: bool, asks_code: bool) -> None:
        super().__init__()
        if not asks_password:
            del self.current_password
        if not asks_code:
            del self.code
