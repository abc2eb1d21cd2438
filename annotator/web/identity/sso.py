"""Signing in with an account of the institution: off to the provider, and back."""

import time
from types import ModuleType
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from annotator.config import SsoProvider
from annotator.store.db import write
from annotator.web.arriving import address, agent, end_this_session, next_of, onward
from annotator.web.security import begin_session
from annotator.work.identity import single_sign_on
from annotator.work.identity.single_sign_on import Begun, SsoError

KEPT = "sso"
LONGEST_SECONDS = 600


def begin() -> ResponseReturnValue:
    """Send the browser to the provider; what it has to bring back stays in its cookie."""
    provider = the_provider()
    if current_user.is_authenticated:
        return redirect(onward(), 303)
    try:
        there, begun = network().begin(provider, back_address())
    except SsoError as error:
        return problem(provider, error)
    session[KEPT] = {**begun.to_json(), "next": onward(), "at": int(time.time())}
    return redirect(there, 303)


def come_back() -> ResponseReturnValue:
    """Sign in whoever the provider names, if somebody has invited them."""
    provider = the_provider()
    kept = still_good(session.pop(KEPT, None))
    try:
        begun = Begun(kept["state"], kept["nonce"], kept["verifier"]) if kept else None
        identity = network().finish(provider, back_address(), begun, request.args)
        with write():
            end_this_session()
            user, token = single_sign_on.sign_in(provider, identity, address(), agent())
    except SsoError as error:
        return problem(provider, error)
    begin_session(user, token)
    return redirect(kept["next"] if kept else "/", 303)


def network() -> ModuleType:
    """Return what asks the provider; only who has set one needs the extra `sso`."""
    from annotator.work.identity import provider  # noqa: PLC0415

    return provider


def the_provider() -> SsoProvider:
    """Return the provider of this installation; without one there is no such page."""
    provider: SsoProvider | None = current_app.config["SETTINGS"].sso
    if provider is None:
        abort(404)
    return provider


def back_address() -> str:
    """Return where the provider sends people back to; it has to know this address."""
    return url_for("sso.come_back", _external=True)


def still_good(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the browser has kept, unless it was begun too long ago."""
    return kept if kept and 0 <= time.time() - kept["at"] <= LONGEST_SECONDS else None


def problem(provider: SsoProvider, error: SsoError) -> Response:
    """Say why it did not work, and the ways on."""
    body = render_template(
        "identity/sso_problem.html",
        name=provider.name,
        problem=str(error),
        onward=next_of(onward()),
    )
    return make_response(body, error.status)
