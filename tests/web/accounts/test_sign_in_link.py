"""Signing in by a link that works once."""

import re

import pytest

from annotator.store.db import write
from annotator.work.accounts import accounts, passwords


@pytest.fixture
def link(project):
    """The path of a new link for Ann."""
    with write():
        return f"/sign-in/{accounts.make_link(accounts.get_user('ann'))}"


def test_looking_at_it_uses_nothing_up(browser, link):
    visitor = browser()
    for _ in range(3):
        assert "Sign in as ann" in visitor.get(link).text
    visitor.get("/account", 303)


def test_the_first_thing_to_do_has_the_focus(browser, link):
    page = browser().get(link).text
    assert "autofocus>Sign in as ann</button>" in page
    page = browser().get("/sign-in").text
    assert re.search(r'<input[^>]* autofocus [^>]*name="username"', page)


def test_the_button_signs_in_and_offers_a_password(browser, link):
    visitor = browser()
    assert visitor.post(link, status=303).location == "/account"
    assert "Set a password" in visitor.get("/account").text


def test_who_has_a_password_is_led_to_where_it_is_replaced(browser, link):
    with write():
        ann = accounts.get_user("ann")
        accounts.set_password(ann, passwords.hash_new("correct horse", "ann"))
    assert browser().post(link, status=303).location == "/account"


def test_it_works_once(browser, link):
    browser().post(link, status=303)
    other = browser()
    for page in (other.get(link, 410), other.post(link, status=410)):
        assert "This link was already used. Ask for a new one." in page.text
    other.get("/account", 303)


def test_an_unknown_link_is_refused(browser):
    page = browser().get("/sign-in/nonsense", 410)
    assert "Ask for a new one." in page.text
    browser().post("/sign-in/nonsense", status=410)


def test_without_a_token_it_is_refused_and_still_good(browser, link):
    visitor = browser()
    visitor.post(link, status=400, csrf=False)
    visitor.post(link, status=303)


def test_it_ends_the_session_of_another_person(browser, link):
    shared = browser("ben")
    shared.post(link, status=303)
    assert "<p>ann</p>" in shared.get("/account").text
