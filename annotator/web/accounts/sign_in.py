"""Signing in by password or by link, and signing out."""

from flask import (
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from annotator.store.db import write
from annotator.store.models import User
from annotator.web.arriving import address, agent, end_this_session, next_of, onward
from annotator.web.forms import SignInForm
from annotator.web.request_log import record
from annotator.web.security import begin_session, unfinished
from annotator.work.accounts import accounts
from annotator.work.accounts.accounts import LinkError, PasswordEndedError, WrongPasswordError
from annotator.work.accounts.throttle import TooManyTriesError


def show() -> ResponseReturnValue:
    """Show the form; whoever is signed in already goes on, and so does who lacks a code."""
    if current_user.is_authenticated:
        return redirect(onward(), 303)
    if waiting := unfinished():
        return redirect(url_for(waiting.endpoint, next=next_of(onward())), 303)
    return page(SignInForm(formdata=None))


def enter() -> ResponseReturnValue:
    """Sign in by password."""
    form = SignInForm()
    if not form.validate():
        return page(form), 422
    try:
        user, token = signed_in_by_password(form.username.data, form.password.data)
    except TooManyTriesError as error:
        return page(form, str(error)), 429, {"Retry-After": str(error.retry_after)}
    except (WrongPasswordError, PasswordEndedError) as error:
        return page(form, str(error)), 422
    begin_session(user, token)
    return redirect(onward(), 303)


def show_link(token: str) -> ResponseReturnValue:
    """Ask before the link is used up: mail programs open links too."""
    try:
        user = accounts.user_of_link(token)
    except LinkError as error:
        return render_template("accounts/sign_in/link.html", problem=str(error)), 410
    return render_template("accounts/sign_in/link.html", token=token, username=user.username)


def enter_by_link(token: str) -> ResponseReturnValue:
    """Sign in by link; a password is offered, or a new one: who needs a link has lost the old."""
    try:
        with write():
            end_this_session()
            user, session_of_link = accounts.use_link(token, address(), agent())
    except LinkError as error:
        return render_template("accounts/sign_in/link.html", problem=str(error)), 410
    begin_session(user, session_of_link)
    return redirect(url_for("account.show"), 303)


def leave() -> ResponseReturnValue:
    """End the session in the database, the cookie, and what the browser kept for this person."""
    with write():
        end_this_session()
    record("signed out")
    logout_user()
    session.clear()
    flash("You are signed out.")
    reply = make_response(redirect(url_for("sign_in.show"), 303))
    reply.headers["Clear-Site-Data"] = '"storage"'
    return reply


def signed_in_by_password(username: str, password: str) -> tuple[User, str]:
    """Count the try, check the password, start the session: one short write before, one after.

    The count is committed first, so that it stays when the password is wrong; and no lock is
    held while the password is hashed.
    """
    with write():
        accounts.count_try(username, address())
    proof = accounts.check_password(username, password, address())
    with write():
        end_this_session()
        return accounts.sign_in(proof, address(), agent())


def page(form: SignInForm, problem: str | None = None) -> str:
    """Render the sign-in page; the user name stays, the password does not."""
    return render_template(
        "accounts/sign_in/page.html",
        form=form,
        problem=problem,
        onward=onward(),
        provider=current_app.config["SETTINGS"].sso,
    )
