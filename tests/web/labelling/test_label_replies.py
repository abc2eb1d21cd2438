"""A lead's reply to a flag stands at its sentence until its annotator marks it as seen."""

import re

import pytest
from label_form import answer_of, fields
from labelling_examples import nothing_claimed, save
from slow_cases import further
from sqlalchemy import event, select

from annotator.store.db import db
from annotator.store.models import Reply

WORDS = "Yes, it is one."


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


@pytest.fixture
def reply(browser, article):
    """Let the lead reply to Ann's flag; the fixture replies once more where it is called."""
    save(article, nothing_claimed(unsure=True))

    def say(words):
        answer = answer_of(article)
        posted = {"revision": answer.revision, "text": words}
        browser("lea").post(f"/projects/us-russia/flags/{answer.id}", posted, 303)

    say(WORDS)
    return say


def newest(page):
    return re.search(r'name="newest" value="(\d+)"', page)[1]


def test_it_stands_at_the_sentence_and_under_my_work_until_it_was_seen(browser, url, reply):
    ann = browser("ann")
    page = ann.get(url).text
    assert f"Reply from your lead: “{WORDS}”" in page
    assert WORDS in ann.get("/").text
    assert WORDS not in ann.get(url.replace("/2", "/3")).text
    seen = ann.post(f"{url}/seen", {"newest": newest(page)}, 303)
    assert seen.location == f"{url}#sentence"
    assert WORDS not in ann.get(url).text
    assert WORDS not in ann.get("/").text


def test_it_outlives_a_change_of_the_answer(browser, url, reply):
    ann = browser("ann")
    ann.post(url, fields(status="no_claim", revision=1), 303)
    assert WORDS in ann.get(url).text
    assert WORDS in ann.get("/").text


def test_what_the_lead_says_meanwhile_stands_until_it_was_seen_too(browser, url, reply):
    ann = browser("ann")
    page = ann.get(url).text
    reply("And so is this.")
    ann.post(f"{url}/seen", {"newest": newest(page)}, 204, htmx=True)
    page = ann.get(url).text
    assert WORDS not in page
    assert "And so is this." in page


def test_a_flag_that_was_only_marked_as_seen_shows_nothing(browser, article, url):
    save(article, nothing_claimed(unsure=True))
    posted = {"revision": 1, "text": ""}
    number = answer_of(article).id
    browser("lea").post(f"/projects/us-russia/flags/{number}", posted, 303)
    assert "Reply from your lead" not in browser("ann").get(url).text


def test_nobody_sees_or_marks_the_replies_to_others(browser, url, reply):
    ben = browser("ben")
    assert WORDS not in ben.get(url).text
    ben.post(f"{url}/seen", {"newest": 2**31 - 1}, 400)
    browser("lea").post(f"{url}/seen", {"newest": 2**31 - 1}, 403)
    assert db.session.scalars(select(Reply.seen_at)).all() == [None]


@pytest.mark.parametrize("number", further(["", "x", "9" * 30]))
def test_without_a_number_nothing_is_marked(browser, url, reply, number):
    browser("ann").post(f"{url}/seen", {"newest": number}, 400)
    assert WORDS in browser("ann").get(url).text


def test_a_save_asks_for_no_replies(browser, url, reply):
    statements = []

    def listen(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    shown = browser("ann").post(
        url, fields(status="no_claim", revision=1, act="stay"), 200, htmx=True
    )
    event.remove(db.engine, "before_cursor_execute", listen)
    assert '<li id="sentence"' in shown.text
    assert [line for line in statements if "replies" in line] == []
