"""One's own personal tokens: made, shown once, revoked."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from annotator.errors import RefusedError
from annotator.store.db import write
from annotator.store.models import Membership, Token, User
from annotator.web.forms import NumberRange
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import tokens
from annotator.work.accounts import activity, memberships
from annotator.work.tokens import ScopeError


class ScopesField(SelectMultipleField):  # type: ignore[misc]
    """One box to tick per scope."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TokenForm(FlaskForm):  # type: ignore[misc]
    """The name of a new token, where it leads, what it may do, how long it lasts."""

    name = StringField("Name", [InputRequired("Enter a name that says what it is for.")])
    project = SelectField("Project")
    scopes = ScopesField(
        "Scopes",
        choices=[SelectChoice(scope, f"{scope}: {tokens.SAYS[scope]}") for scope in tokens.SCOPES],
        default=[tokens.READ],
    )
    days = IntegerField(
        "Days until it expires",
        [
            InputRequired("Enter a number."),
            NumberRange(1, tokens.MOST_DAYS, f"Choose a number from 1 to {tokens.MOST_DAYS}."),
        ],
        default=tokens.USUAL_DAYS,
    )

    def offer(self, own: list[Membership]) -> None:
        """Offer the projects of a person."""
        self.project.choices = [
            SelectChoice(each.project.slug, each.project.name) for each in own if each.roles
        ]


def show() -> ResponseReturnValue:
    """Show one's tokens and the form of a new one."""
    return page(person())


def add() -> ResponseReturnValue:
    """Make a token and show its secret, which is stored nowhere."""
    user = person()
    form = TokenForm()
    own = memberships.memberships(user)
    form.offer(own)
    if not form.validate():
        return page(user, form), 422
    membership = next(each for each in own if each.project.slug == form.project.data)
    try:
        with write():
            made, secret = tokens.make(
                membership, form.name.data, form.scopes.data or [], form.days.data
            )
            said = f"Token “{made.name}” of {membership.pseudonym} made: {made.scopes}"
            activity.note(membership.project, user, activity.PEOPLE, said)
    except RefusedError as error:
        field = form.scopes if isinstance(error, ScopeError) else form.name
        field.errors = [str(error)]
        return page(user, form), 422
    record("token %d for %r made: %s", made.id, form.project.data, made.scopes)
    return page(user, made=made, secret=secret)


def revoke(number: int) -> ResponseReturnValue:
    """End one of one's tokens."""
    user = person()
    with write():
        found = tokens.get(number, user.id)
        if tokens.end(found):
            held = memberships.get_membership(user, found.project)
            said = f"Token “{found.name}” of {held.pseudonym} revoked"
            activity.note(found.project, user, activity.PEOPLE, said)
    record("token %d revoked", number)
    flash(f"The token “{found.name}” is revoked.")
    return redirect(url_for("account_tokens.show"), 303)


def page(
    user: User, form: TokenForm | None = None, made: Token | None = None, secret: str = ""
) -> str:
    """Render the tokens of a person; one that was just made with its secret."""
    form = form or TokenForm(formdata=None)
    own = memberships.memberships(user)
    form.offer(own)
    context: dict[str, Any] = {"user": user, "form": form, "made": made, "secret": secret}
    return render_template(
        "accounts/tokens/page.html",
        tokens=tokens.of_user(user.id),
        state_of=tokens.state_of,
        can_make=any(each.roles for each in own),
        most_days=tokens.MOST_DAYS,
        **context,
    )
