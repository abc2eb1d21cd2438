"""One's own account: the password, the sessions, the theme, and what others see of it."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.store.db import write
from annotator.store.models import User
from annotator.web.accounts.devices import in_words
from annotator.web.forms import AutoAdvanceForm, PasswordForm, ThemeForm
from annotator.web.request_log import record
from annotator.web.security import person, session_token
from annotator.work import tokens
from annotator.work.accounts import accounts, memberships, passwords, sessions
from annotator.work.accounts.accounts import WrongPasswordError
from annotator.work.accounts.passwords import PasswordError, PasswordHash
from annotator.work.accounts.throttle import TooManyTriesError
from annotator.work.identity import second_factor


def show() -> ResponseReturnValue:
    return page(person())


def save() -> ResponseReturnValue:
    """Save the one form of the page that was sent."""
    change = request.form.get("change")
    if change == "password":
        return save_password(person())
    if change == "theme":
        return save_theme(person())
    if change == "auto_advance":
        return save_auto_advance(person())
    if change == "end_session":
        return end_session(person())
    if change == "end_sessions":
        return end_sessions(person())
    return abort(400)


def save_password(user: User) -> ResponseReturnValue:
    """Set or change the password; every other browser of this person is signed out."""
    asked = asks_current(user)
    # No lead can be who sets it: the session shows that, or the old password does.
    own = sessions.is_own(session_token()) or (asked and user.password_own)
    form = PasswordForm(asks_current=asked)
    if not form.validate():
        return page(user, password=form), 422
    try:
        hashed = checked_and_hashed(user, form, asked)
    except TooManyTriesError as error:
        form.current_password.errors = [str(error)]
        return page(user, password=form), 429, {"Retry-After": str(error.retry_after)}
    except WrongPasswordError:
        form.current_password.errors = ["This is not your current password."]
        return page(user, password=form), 422
    except PasswordError as error:
        form.new_password.errors = [str(error)]
        return page(user, password=form), 422
    with write():
        accounts.set_password(user, hashed, own=own)
        sessions.end_all_sessions(user, keep=session_token())
        sessions.expire_links(user)
    record("own password set")
    flash("The new password is saved. Other browsers are signed out.")
    if any(tokens.state_of(each) == "valid" for each in tokens.of_user(user.id)):
        flash("Your API tokens stay valid. Revoke those that you do not use.")
    return redirect(url_for("account.show"), 303)


def asks_current(user: User) -> bool:
    """Say whether the current password is asked for: not while a one-time link stands for it."""
    return user.password_hash is not None and not sessions.needs_no_password(session_token())


def checked_and_hashed(user: User, form: PasswordForm, asked: bool) -> PasswordHash:
    """Return the hash of the new password once the current one, if any, was right."""
    hashed = passwords.hash_new(form.new_password.data, user.username)
    if asked:
        address = request.remote_addr or ""
        with write():
            accounts.count_try(user.username, address)
        accounts.check_password(user.username, form.current_password.data or "", address)
    return hashed


def save_theme(user: User) -> ResponseReturnValue:
    """Save how the pages look."""
    form = ThemeForm()
    if not form.validate():
        return page(user, theme=form), 422
    with write():
        user.theme = form.theme.data
    flash("The theme is saved.")
    return redirect(url_for("account.show"), 303)


def save_auto_advance(user: User) -> ResponseReturnValue:
    """Save whether labelling moves on by itself."""
    form = AutoAdvanceForm()
    with write():
        # A new dictionary: a change inside the old one would not be noticed.
        user.preferences = {**user.preferences, "auto_advance": form.auto_advance.data}
    flash(
        "Saved: labelling advances automatically."
        if form.auto_advance.data
        else "Saved: labelling advances when you choose Next."
    )
    return redirect(url_for("account.show"), 303)


def end_session(user: User) -> ResponseReturnValue:
    """Sign one other browser of this person out."""
    mine = {str(each.id): each.id for each in sessions.sessions_of(user)}
    number = mine.get(request.form.get("session", ""), 0)
    with write():
        ended = sessions.end_one_session(user, number)
    if ended:
        record("own session ended")
    flash("Session ended." if ended else "This session had already ended.")
    return redirect(url_for("account.show", _anchor="sessions"), 303)


def end_sessions(user: User) -> ResponseReturnValue:
    """Sign every other browser of this person out."""
    with write():
        sessions.end_all_sessions(user, keep=session_token())
    record("own other sessions ended")
    flash("All other sessions have ended.")
    return redirect(url_for("account.show", _anchor="sessions"), 303)


def page(
    user: User, *, password: PasswordForm | None = None, theme: ThemeForm | None = None
) -> str:
    """Render the account with its forms, those with errors as they came."""
    asks = asks_current(user)
    here = sessions.hash_of(session_token() or "")
    return render_template(
        "accounts/account/page.html",
        user=user,
        memberships=memberships.memberships(user),
        role_names=memberships.role_names,
        factor=second_factor.factor_of(user),
        password=password or PasswordForm(asks_current=asks, formdata=None),
        asks_current=asks,
        link_minutes=sessions.LINK_LASTS // timedelta(minutes=1),
        theme=theme or ThemeForm(formdata=None, theme=user.theme),
        sessions=[
            (each, in_words(each.agent), each.token_hash == here)
            for each in sessions.sessions_of(user)
        ],
        labelling=AutoAdvanceForm(
            formdata=None, auto_advance=bool(user.preferences.get("auto_advance"))
        ),
    )
