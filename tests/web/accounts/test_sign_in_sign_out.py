"""Signing out, and sessions that end otherwise."""

import pytest
from sqlalchemy import func, select

from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.work.accounts import accounts


def stored():
    return db.session.scalar(select(func.count()).select_from(SignIn))


def test_it_ends_the_session(browser):
    ann = browser("ann")
    assert ann.post("/sign-out", status=303).location == "/sign-in"
    assert stored() == 0
    assert "You are signed out." in ann.get("/sign-in").text
    assert "You are signed out." not in ann.get("/sign-in").text
    ann.get("/account", 303)


def test_the_old_cookie_is_worth_nothing(browser):
    ann = browser("ann")
    ann.get("/account")
    cookie = ann.client.get_cookie("annotator").value
    ann.post("/sign-out", status=303)
    thief = browser()
    thief.client.set_cookie("annotator", cookie)
    thief.get("/account", 303)


def test_the_browser_forgets_what_it_kept(browser):
    reply = browser("ann").post("/sign-out", status=303)
    assert reply.headers["Clear-Site-Data"] == '"storage"'


def test_other_browsers_stay_signed_in(browser):
    home, office = browser("ann"), browser("ann")
    home.post("/sign-out", status=303)
    office.get("/account")


def test_whoever_is_signed_out_already_may_do_it_again(browser):
    browser().post("/sign-out", status=303)


def test_without_a_token_it_is_refused(browser):
    ann = browser("ann")
    ann.post("/sign-out", status=400, csrf=False)
    ann.get("/account")


def test_a_get_does_not_sign_out(browser):
    ann = browser("ann")
    ann.get("/sign-out", 405)
    ann.get("/account")


def test_disabling_ends_the_sessions(browser):
    ann = browser("ann")
    ann.get("/account")
    with write():
        accounts.disable(accounts.get_user("ann"))
    ann.get("/account", 303)


@pytest.mark.parametrize("forged", ["", "x", "1", "None", "a.b.c"])
def test_a_forged_cookie_is_a_stranger(browser, forged):
    visitor = browser()
    visitor.client.set_cookie("annotator", forged)
    visitor.get("/account", 303)


def test_a_signed_cookie_with_a_user_number_is_a_stranger(browser):
    visitor = browser()
    visitor.run(visitor.remember, "1", 1)
    visitor.get("/account", 303)
