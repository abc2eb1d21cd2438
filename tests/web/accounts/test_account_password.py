"""Setting and changing one's own password."""

from datetime import timedelta

import pytest
from script import HERE, Script, make_token
from sqlalchemy import update

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.work.accounts import accounts, passwords
from annotator.work.accounts.sessions import LINK_LASTS

OLD, NEW = "correct horse battery", "another long sentence"


@pytest.fixture
def ann(browser):
    """Ann's browser; she has a password."""
    with write():
        accounts.set_password(accounts.get_user("ann"), passwords.hash_new(OLD, "ann"))
    return browser("ann")


def change(browser, new=NEW, status=303, **fields):
    return browser.post("/account", {"change": "password", "new_password": new, **fields}, status)


def fits(password, name="ann"):
    return passwords.fits(password, accounts.get_user(name).password_hash)


def test_a_first_password_needs_no_other(browser):
    ben = browser("ben")
    assert 'name="current_password"' not in ben.get("/account").text
    assert change(ben).location == "/account"
    page = ben.get("/account").text
    assert "The new password is saved." in page
    assert '<a class="button primary" href="/">My work</a>' in page
    assert fits(NEW, "ben")


def test_going_on_without_a_password_is_a_button_beside_it(browser):
    page = browser("ben").get("/account").text
    assert '<a class="button" href="/">Continue without a password</a>' in page


def test_a_new_one_needs_the_current_one(ann):
    assert 'name="current_password"' in ann.get("/account").text
    change(ann, current_password=OLD)
    assert fits(NEW)


def test_it_says_that_tokens_stay_valid(ann, app):
    said = "Your API tokens stay valid."
    change(ann, current_password=OLD)
    assert said not in ann.get("/account").text
    script = Script(app, make_token("ann", "read"))
    change(ann, OLD, current_password=NEW)
    assert said in ann.get("/account").text
    script.get(HERE)


@pytest.mark.parametrize("wrong", ["", "wrong wrong"])
def test_without_the_current_one_it_is_refused(ann, wrong):
    page = change(ann, current_password=wrong, status=422)
    assert "This is not your current password." in page.text
    assert NEW not in page.text
    assert fits(OLD)


def test_leaving_the_field_out_does_not_help(ann):
    change(ann, status=422)
    assert fits(OLD)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("", "Enter a new password."),
        ("short", "at least 8 characters"),
        ("password123", "easy to guess"),
        ("p" * 1500, "at most 1,024"),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(ann, new, words):
    page = change(ann, new, 422, current_password=OLD)
    assert words in page.text
    assert 'aria-invalid="true"' in page.text
    assert fits(OLD)


def test_guessing_the_current_one_has_to_wait(ann):
    for _ in range(5):
        change(ann, current_password="wrong wrong", status=422)
    page = change(ann, current_password=OLD, status=429)
    assert "Too many attempts." in page.text
    assert int(page.headers["Retry-After"]) > 0


def test_other_browsers_are_signed_out(ann, browser):
    other = browser("ann")
    change(ann, current_password=OLD)
    ann.get("/account")
    other.get("/account", 303)


def test_without_a_token_it_is_refused(ann):
    data = {"change": "password", "current_password": OLD, "new_password": NEW}
    ann.post("/account", data, 400, csrf=False)
    assert fits(OLD)


def test_a_stranger_is_refused(browser):
    change(browser(), status=401)


@pytest.fixture
def by_link(browser, ann):
    """Ann has lost her password and uses a one-time link in another browser."""
    with write():
        token = accounts.make_link(accounts.get_user("ann"))
    browser = browser()
    assert browser.post(f"/sign-in/{token}", {}, 303).location == "/account"
    return browser


def test_after_a_one_time_link_the_old_password_is_not_asked_for(ann, by_link):
    page = by_link.get("/account").text
    assert 'name="current_password"' not in page
    assert "the current password is not required for 30 minutes" in page
    change(by_link)
    assert fits(NEW)
    ann.get("/account", 303)  # other sessions end
    by_link.get("/account")


def test_only_the_session_that_the_link_began_may_do_so(ann, by_link):
    assert 'name="current_password"' in ann.get("/account").text
    change(ann, status=422)
    assert fits(OLD)


def test_after_half_an_hour_the_old_password_is_asked_for_again(by_link):
    with write():
        past = now() - LINK_LASTS - timedelta(seconds=1)
        db.session.execute(update(SignIn).where(SignIn.by_link).values(created_at=past))
    assert 'name="current_password"' in by_link.get("/account").text
    change(by_link, status=422)
    assert fits(OLD)


def test_a_new_password_ends_the_links_that_were_not_used(by_link):
    with write():
        token = accounts.make_link(accounts.get_user("ann"))
    change(by_link)
    by_link.get(f"/sign-in/{token}", 410)
