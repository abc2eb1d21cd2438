"""Codes of the second factor where two processes take them at the same moment."""

import threading
from contextvars import Context

import pyotp
import pytest
from sqlalchemy import select, update

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import SecondFactor, SignInTry
from annotator.work.accounts import accounts, memberships, projects, sessions, throttle
from annotator.work.identity import second_factor
from annotator.work.identity.sealing import SealBrokenError, Sealer

SEALER = Sealer("7f3d9a41c8e05b62d1f4a97be3068c52")


@pytest.fixture
def ann(project):
    """Ann, with an app and recovery codes."""
    user = accounts.get_user("ann")
    with write():
        token = sessions.start_session(user, "127.0.0.1")
        second_factor.begin(token, SEALER)
        secret = second_factor.secret_begun(token, SEALER)
    app = pyotp.TOTP(secret)
    with write():
        codes = second_factor.confirm(user, token, app.at(now()), SEALER)
        db.session.execute(update(SecondFactor).values(last_step=0))
    return app, codes


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_who_show_one_code_at_once_one_gets_in(app, ann, kind):
    totp, codes = ann
    code = totp.at(now()) if kind == "app" else codes[0]
    came = at_once(app, lambda: second_factor.use_code(accounts.get_user("ann"), code, SEALER))
    assert came == ["done", "refused"]


def test_of_two_clicks_that_set_an_app_up_one_counts(app, project):
    with write():
        token = sessions.start_session(accounts.get_user("ann"), "127.0.0.1")
        second_factor.begin(token, SEALER)
        secret = second_factor.secret_begun(token, SEALER)
    code = pyotp.TOTP(secret).at(now())

    def click():
        second_factor.confirm(accounts.get_user("ann"), token, code, SEALER)
        sessions.show_factor(token)

    assert at_once(app, click) == ["done", "refused"]
    db.session.rollback()
    assert second_factor.codes_left(accounts.get_user("ann")) == second_factor.HOW_MANY


def at_once(app, act):
    """Do something twice at the same moment, each in a write; return in order what came of it."""
    came, start = [], threading.Barrier(2)

    def do():
        with app.app_context():
            start.wait(10)
            try:
                with write():
                    act()
            except RefusedError:
                came.append("refused")
            else:
                came.append("done")

    threads = [threading.Thread(target=Context().run, args=(do,)) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return sorted(came)


def test_tries_of_codes_are_kept_apart_from_those_of_passwords_and_as_long(ann):
    with write():
        throttle.count_code("ann", "127.0.0.1")
        accounts.count_try("ann", "127.0.0.1")
        throttle.clear("ann")
    assert db.session.scalars(select(SignInTry.username)).all() == ["ann code"]
    with write():
        old = now() - 2 * throttle.KEPT
        db.session.execute(update(SignInTry).values(at=old))
        throttle.forget_old_tries()
    assert db.session.scalars(select(SignInTry.address)).all() == [""]


def test_what_is_sealed_opens_under_its_own_key_only():
    sealed = SEALER.seal("JBSWY3DPEHPK3PXP")
    assert SEALER.open(sealed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(SealBrokenError):
        Sealer("0f3d9a41c8e05b62d1f4a97be3068c52").open(sealed)
    with pytest.raises(SealBrokenError):
        SEALER.open(sealed[:-8] + "AAAAAAA=")


def test_a_factor_that_a_lead_may_have_set_up_ends_when_a_project_of_others_is_joined(ann):
    with write():
        db.session.execute(update(SecondFactor).values(own=False))
        other = projects.create("other", "Other", projects.get("us-russia").codebook)
        eve = accounts.add_user("eve")
        memberships.join(other, eve, {"lead"})
        memberships.join(other, accounts.get_user("ann"), {"annotator"})
    assert second_factor.factor_of(accounts.get_user("ann")) is None
    assert second_factor.codes_left(accounts.get_user("ann")) == 0


def test_ones_own_factor_stays_when_a_project_of_others_is_joined(ann):
    with write():
        other = projects.create("other", "Other", projects.get("us-russia").codebook)
        memberships.join(other, accounts.get_user("ann"), {"annotator"})
    assert second_factor.factor_of(accounts.get_user("ann")) is not None
