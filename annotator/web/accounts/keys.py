"""One's own keys for the label page: the switch, and a key for each act and each value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.own_keys import Clash, clashes, controls_of, groups_of, key_named
from annotator.store.db import write
from annotator.store.models import Membership, User
from annotator.web.responses import is_htmx
from annotator.web.security import person
from annotator.work.accounts import memberships as people

FIELD = "key-"


@dataclass(frozen=True)
class Typed:
    """What was typed for the controls, and what is wrong with it, both by the control's name."""

    keys: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()


def show() -> ResponseReturnValue:
    """Show the keys of one project's codebook, and this person's own."""
    return page(person())


def save() -> ResponseReturnValue:
    """Save the switch or the keys, or go back to the codebook's keys."""
    user, change = person(), request.form.get("change")
    if change == "single_keys":
        return save_single_keys(user)
    if change == "keys":
        return save_keys(user)
    if change == "reset":
        keep(user, {"keys": {}})
        flash("Reset to the codebook’s keys.")
        return back_to_page()
    return abort(400)


def save_single_keys(user: User) -> ResponseReturnValue:
    """Save whether single keys press anything."""
    on = bool(request.form.get("single_keys"))
    keep(user, {"single_keys": on})
    if is_htmx():
        return "", 204
    flash(f"Single-key shortcuts are {'on' if on else 'off'}.")
    return back_to_page()


def save_keys(user: User) -> ResponseReturnValue:
    """Save one key per control of a codebook, unless two would be the same."""
    membership = chosen(people.memberships(user))
    if membership is None:
        abort(404)
    codebook = membership.project.codebook
    typed = {
        control.name: request.form.get(FIELD + control.name, "").strip()
        for control in controls_of(codebook)
    }
    own, errors = named(typed)
    own = {
        control.name: own[control.name]
        for control in controls_of(codebook)
        if own.get(control.name) not in (None, *control.keys[:1])
    }
    found = clashes(codebook, own)
    if errors or found:
        return page(user, Typed(typed, errors, found)), 422
    others = {name: key for name, key in user.own_keys.items() if name not in typed}
    keep(user, {"keys": others | own})
    flash("Keys saved.")
    return back_to_page()


def named(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the keys as browsers name them, and what is wrong with the others."""
    keys, errors = {}, {}
    for name, text in typed.items():
        try:
            if text:
                keys[name] = key_named(text)
        except ValueError as error:
            errors[name] = str(error)
    return keys, errors


def keep(user: User, change: Mapping[str, Any]) -> None:
    """Store a change of the preferences."""
    with write():
        # A new dictionary: a change inside the old one would not be noticed.
        user.preferences = {**user.preferences, **change}


def chosen(memberships: list[Membership]) -> Membership | None:
    """Return the membership in the project asked for, by default the first, or refuse."""
    slug = request.args.get("project")
    if slug is None:
        return memberships[0] if memberships else None
    found = next((each for each in memberships if each.project.slug == slug), None)
    return found or abort(404)


def back_to_page() -> ResponseReturnValue:
    """Lead back to the page as it was asked for."""
    project, article = request.args.get("project"), request.args.get("article", type=int)
    return redirect(url_for("account_keys.show", project=project, article=article), 303)


def page(user: User, typed: Typed | None = None) -> str:
    """Render the keys, those refused as they were typed."""
    memberships = people.memberships(user)
    membership = chosen(memberships)
    return render_template(
        "accounts/account/keys.html",
        user=user,
        of_project=membership and membership.project,
        groups=groups_of(membership.project.codebook) if membership else {},
        typed=typed or Typed(user.own_keys),
        unused=[
            (each.project, found)
            for each in memberships
            if (found := clashes(each.project.codebook, user.own_keys))
        ],
        projects=[each.project for each in memberships],
        article_id=request.args.get("article", type=int),
    )
