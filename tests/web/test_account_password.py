"""Setting and changing one's own password."""

import pytest

from annotator.store.db import write
from annotator.work import accounts, passwords

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
    assert "The new password is saved." in ben.get("/account").text
    assert fits(NEW, "ben")


def test_a_new_one_needs_the_current_one(ann):
    assert 'name="current_password"' in ann.get("/account").text
    change(ann, current_password=OLD)
    assert fits(NEW)


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
        ("", "Type a new password."),
        ("short", "at least 8 characters"),
        ("password123", "first that others would try"),
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
    assert "Too many tries." in page.text
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
