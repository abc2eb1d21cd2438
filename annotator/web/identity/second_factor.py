"""Setting up the second factor, new recovery codes, another app, and turning it off.

Whoever must have one and has none comes here at sign-in, and to no other page before it is set up.
"""

from dataclasses import dataclass
from functools import partial

import segno
from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from annotator.store.db import write
from annotator.store.models import User
from annotator.web.arriving import next_of, onward
from annotator.web.identity.forms import BeginForm, CodeForm
from annotator.web.identity.trying import TryRefusedError, sealer, try_code, try_password
from annotator.web.request_log import record
from annotator.web.security import begin_session, person, session_token, unfinished
from annotator.work.accounts import sessions
from annotator.work.identity import second_factor

CHANGES = ("begin", "confirm", "cancel", "codes", "remove")


@dataclass(frozen=True)
class Here:
    """Whoever looks at the page: signed in, or with only this left to do."""

    user: User
    token: str
    must: bool  # can do nothing else before


def show() -> ResponseReturnValue:
    """Show whether there is a second factor, or the one that is being set up."""
    here = who_is_here()
    if here is None:
        return redirect(url_for("sign_in.show", next=request.path), 303)
    return page(here)


def change() -> ResponseReturnValue:
    """Do one thing with the second factor."""
    here = who_is_here()
    if here is None:
        abort(401)
    wanted = request.form.get("change", "")
    if wanted not in CHANGES:
        abort(400)
    return {"begin": begin, "confirm": confirm, "cancel": cancel, "codes": codes, "remove": remove}[
        wanted
    ](here)


def begin(here: Here) -> ResponseReturnValue:
    """Make a secret for this session, to be confirmed by a code of it."""
    form = begin_form(here)
    if not form.validate():
        return page(here, begin=form), 422
    try:
        if form.current_password is not None:
            try_password(here.user, form.current_password)
        if form.code is not None:
            use_code(here, form)
    except TryRefusedError as refused:
        return page(here, begin=form), refused.status, refused.headers
    with write():
        second_factor.begin(here.token, sealer())
    return back()


def confirm(here: Here) -> ResponseReturnValue:
    """Set it up; the recovery codes are shown this once, and other sessions end."""
    form = CodeForm()
    if not form.validate():
        return page(here, confirm=form), 422

    def act() -> tuple[list[str], str]:
        made = second_factor.confirm(here.user, here.token, form.code.data, sealer())
        return made, sessions.show_factor(here.token)

    try:
        made, token = try_code(here.user, form.code, act)
    except TryRefusedError as refused:
        return page(here, confirm=form), refused.status, refused.headers
    user = here.user
    begin_session(user, token)
    record("second factor set up")
    return page(Here(user, token, must=False), made=made)


def cancel(here: Here) -> ResponseReturnValue:
    """Forget the secret that was not confirmed."""
    with write():
        second_factor.cancel(here.token)
    return back()


def codes(here: Here) -> ResponseReturnValue:
    """Make new recovery codes, which are shown this once."""
    form = CodeForm()
    if not form.validate():
        return page(here, code=form), 422
    try:
        use_code(here, form)
    except TryRefusedError as refused:
        return page(here, code=form), refused.status, refused.headers
    with write():
        made = second_factor.make_codes(here.user)
    record("new recovery codes made")
    return page(here, made=made)


def remove(here: Here) -> ResponseReturnValue:
    """Turn the second factor off, where nothing asks for it."""
    form = CodeForm()
    if not form.validate():
        return page(here, code=form), 422
    if is_needed(here):
        abort(403, "Your role requires a second factor. Set up another app instead.")
    try:
        use_code(here, form)
    except TryRefusedError as refused:
        return page(here, code=form), refused.status, refused.headers
    with write():
        second_factor.remove(here.user)
    record("second factor turned off")
    flash("The second factor is turned off.")
    return redirect(url_for("account.show"), 303)


def who_is_here() -> Here | None:
    """Return who may set up a second factor in this browser."""
    if current_user.is_authenticated:
        return Here(person(), session_token() or "", must=False)
    waiting = unfinished()
    if waiting is None or waiting.endpoint != "second_factor.show":
        return None
    return Here(waiting.user, waiting.token, must=True)


def is_needed(here: Here) -> bool:
    """Say whether a role of this person requires a second factor."""
    needing = current_app.config["SETTINGS"].second_factor
    found = sessions.sign_in_of(here.token, needing=needing)
    return found is not None and found.needs_factor


def begin_form(here: Here) -> BeginForm:
    """Return what is asked before a secret is made: nothing of whoever has just signed in."""
    return BeginForm(
        asks_password=here.user.has_password and not sessions.is_fresh(here.token),
        asks_code=second_factor.factor_of(here.user) is not None,
    )


def use_code(here: Here, form: BeginForm | CodeForm) -> None:
    """Use up a code of the app or a recovery code."""
    use = partial(second_factor.use_code, here.user, form.code.data, sealer())
    try_code(here.user, form.code, use)


def back() -> ResponseReturnValue:
    """Return to the page, and keep where its person was going."""
    return redirect(url_for("second_factor.show", next=next_of(onward())), 303)


def drawn(uri: str) -> Markup:
    """Return a QR code as SVG, black on white in either theme: phones read no other."""
    code = segno.make(uri, error="m", micro=False)
    return Markup(code.svg_inline(scale=5, light="#fff", svgclass=None, lineclass=None))


def page(
    here: Here,
    *,
    begin: BeginForm | None = None,
    confirm: CodeForm | None = None,
    code: CodeForm | None = None,
    made: list[str] | None = None,
) -> str:
    """Render the page; `made` are new recovery codes, which are shown this once."""
    secret = None if made else second_factor.secret_begun(here.token, sealer())
    uri = second_factor.address_of(secret, here.user.username, request.host) if secret else ""
    return render_template(
        "identity/second_factor.html",
        user=here.user,
        must=here.must,
        needed=is_needed(here),
        factor=second_factor.factor_of(here.user),
        left=second_factor.codes_left(here.user),
        made=made,
        secret=secret,
        qr=drawn(uri) if uri else "",
        begin=begin or begin_form(here),
        confirm=confirm or CodeForm(formdata=None),
        code=code or CodeForm(formdata=None),
        onward=next_of(onward()),
        leads_to=onward(),
    )
