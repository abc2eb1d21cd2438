"""Where one's account is signed in, and ending it there."""

import re

import pytest
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.web.accounts.devices import in_words
from annotator.work.accounts import accounts, passwords, sessions

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
PASSWORD = "correct horse battery"


@pytest.fixture
def elsewhere(browser):
    """Ann's other browser, which signed in by password."""
    with write():
        accounts.set_password(accounts.get_user("ann"), passwords.hash_new(PASSWORD, "ann"))
    other = browser()
    form = {"username": "ann", "password": PASSWORD}
    other.post("/sign-in", form, 303, headers={"User-Agent": FIREFOX})
    return other


def number_of(agent):
    return db.session.scalar(select(SignIn.id).where(SignIn.agent == agent))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("curl/8.9.1", "curl"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_plain_words(agent, words):
    assert in_words(agent) == words


def test_the_account_lists_where_it_is_signed_in(elsewhere, browser):
    page = browser("ann").get("/account").text
    table = page[page.index('id="sessions"') :].split("</section>")[0]
    assert re.findall(r'<th scope="row">([^<]*)', table) == ["Unknown device", "Firefox on Linux"]
    assert table.count("this session") == 1
    assert table.count('name="session"') == 1


def test_one_session_is_ended_and_the_others_go_on(elsewhere, browser):
    ann, third = browser("ann"), browser("ann")
    fields = {"change": "end_session", "session": number_of(FIREFOX)}
    assert ann.post("/account", fields, 303).location == "/account#sessions"
    elsewhere.get("/account", 303)
    third.get("/account")
    assert "Session ended." in ann.get("/account").text
    ann.post("/account", fields, 303)
    assert "had already ended" in ann.get("/account").text


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_what_is_no_session_of_mine_ends_none(browser, number):
    ann, ben = browser("ann"), browser("ben")
    theirs = db.session.scalar(
        select(SignIn.id).where(SignIn.user_id == accounts.get_user("ben").id)
    )
    for session in (number, theirs):
        ann.post("/account", {"change": "end_session", "session": session}, 303)
    ben.get("/account")
    ann.get("/account")


def test_all_others_are_ended_at_once(elsewhere, browser):
    ann = browser("ann")
    ann.post("/account", {"change": "end_sessions"}, 303)
    elsewhere.get("/account", 303)
    assert "End all other sessions" not in ann.get("/account").text


def test_a_very_long_agent_is_cut(project):
    with write():
        sessions.start_session(accounts.get_user("ann"), "127.0.0.1", "x" * 5000)
    assert len(db.session.scalars(select(SignIn.agent)).one()) == sessions.LONGEST_AGENT
