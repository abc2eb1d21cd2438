"""The second step of signing in: a code of the app, or a recovery code."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from annotator.phrases import counted
from annotator.web.arriving import next_of, onward
from annotator.web.identity.forms import CodeForm
from annotator.web.identity.trying import TryRefusedError, sealer, try_code
from annotator.web.request_log import record
from annotator.web.security import Unfinished, begin_session, unfinished
from annotator.work.accounts import sessions
from annotator.work.identity import second_factor


def show() -> ResponseReturnValue:
    """Ask for a code, where one is lacking."""
    waiting = unfinished()
    if waiting is None or waiting.endpoint != "sign_in_code.show":
        return elsewhere(waiting)
    return page(waiting, CodeForm(formdata=None))


def enter() -> ResponseReturnValue:
    """Finish signing in with a code; the session has another token from then on."""
    waiting = unfinished()
    if waiting is None or waiting.endpoint != "sign_in_code.show":
        return elsewhere(waiting)
    form = CodeForm()
    if not form.validate():
        return page(waiting, form), 422
    user = waiting.user

    def act() -> tuple[str, str, int]:
        kind = second_factor.use_code(user, form.code.data, sealer())
        return kind, sessions.show_factor(waiting.token), second_factor.codes_left(user)

    try:
        kind, token, left = try_code(user, form.code, act)
    except TryRefusedError as refused:
        return page(waiting, form), refused.status, refused.headers
    begin_session(user, token)
    record("second factor shown: %s", kind)
    if kind == "recovery":
        flash(
            f"You used a recovery code; {counted(left, 'code')} left. If you have lost your"
            " authenticator app, set up another one under Your account."
        )
    return redirect(onward(), 303)


def elsewhere(waiting: Unfinished | None) -> ResponseReturnValue:
    """Lead on whoever has no code to show here."""
    if waiting is not None:
        return redirect(url_for(waiting.endpoint, next=next_of(onward())), 303)
    if current_user.is_authenticated:
        return redirect(onward(), 303)
    return redirect(url_for("sign_in.show", next=next_of(onward())), 303)


def page(waiting: Unfinished, form: CodeForm) -> str:
    """Render the question for a code."""
    return render_template(
        "identity/code.html", username=waiting.username, form=form, onward=next_of(onward())
    )
