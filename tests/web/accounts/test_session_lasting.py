"""Each reply says how long the session still lasts, so that a page can warn in time."""

from datetime import timedelta

import pytest
from label_form import claim, fields
from sqlalchemy import update

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.work.accounts.sessions import ABSOLUTE, IDLE


@pytest.fixture
def ann(browser):
    return browser("ann")


def age(**ago):
    """Make every session begin, or be heard of last, some time ago."""
    with write():
        db.session.execute(update(SignIn).values({name: now() - by for name, by in ago.items()}))


def left(reply):
    seconds, _, final = reply.headers["Annotator-Session"].partition(";")
    return int(seconds), final


def test_a_page_and_its_header_say_the_same(ann):
    reply = ann.get("/account")
    seconds, final = left(reply)
    assert IDLE.total_seconds() - 5 <= seconds <= IDLE.total_seconds()
    assert final == ""
    assert f'data-session="{seconds}"' in reply.text


def test_a_save_makes_it_last_longer(ann, article):
    age(seen_at=IDLE - timedelta(seconds=90))
    reply = ann.post(f"/label/{article.id}/2", fields(claim()), 200, htmx=True)
    assert left(reply)[0] > IDLE.total_seconds() - 5


def test_between_two_notes_it_only_grows_shorter(ann):
    age(seen_at=timedelta(minutes=4))
    assert left(ann.get("/account"))[0] <= (IDLE - timedelta(minutes=4)).total_seconds()


def test_the_oldest_age_is_final(ann):
    age(created_at=ABSOLUTE - timedelta(seconds=90), seen_at=timedelta(minutes=20))
    seconds, final = left(ann.get("/account"))
    assert (80 <= seconds <= 90, final) == (True, "final")


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/static/app.css"])
def test_a_stranger_hears_nothing(browser, path):
    reply = browser().get(path)
    assert "Annotator-Session" not in reply.headers
    assert "data-session" not in reply.text
