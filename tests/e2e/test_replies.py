"""A lead's reply stands at its sentence through saves and moves, until it is marked as seen."""

import re
import sqlite3

import pytest
from label_page import is_at, saved, start, until

SHOWN = "document.querySelector('#sentence #replies') !== null"
GONE = "document.querySelector('#replies') === null"


@pytest.fixture
def page(visit, demo):
    page = visit("cal")
    start(page, demo)
    for key in "0ncf":
        page.keyboard.press(key)
    saved(page)
    lead = visit("lead")
    lead.goto(f"{demo.base}/projects/us-russia-cooperation/flags")
    card = lead.locator("section", has_text=re.compile(r"sentence 2 .*\bunsure", re.S)).last
    card.locator("summary").click()
    card.get_by_role("textbox", name="Reply").fill("Yes, it is one.")
    card.get_by_role("button", name="Reply", exact=True).click()
    lead.get_by_text("Replied; the annotator").wait_for()
    page.reload()
    until(page, SHOWN)
    return page


def test_it_stays_where_the_sentence_is_drawn_anew_and_leaves_with_it(page):
    page.keyboard.press("s")
    saved(page)
    assert page.evaluate(SHOWN)
    page.keyboard.press(".")
    until(page, "document.querySelector('#claim-1') !== null")
    assert page.evaluate(SHOWN)
    page.keyboard.press("Delete")
    saved(page)
    page.keyboard.press("Enter")
    is_at(page, 2)
    assert page.evaluate(GONE)
    page.keyboard.press("k")
    is_at(page, 1)
    assert page.evaluate(SHOWN)


def test_marked_as_seen_it_is_gone_without_a_new_page(page):
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Mark as seen").click()
    until(page, GONE)
    assert page.evaluate("window.same")
    page.keyboard.press("Enter")
    is_at(page, 2)
    page.keyboard.press("k")
    is_at(page, 1)
    assert page.evaluate(GONE)


def test_without_a_connection_it_is_not_marked(page):
    page.context.set_offline(True)
    page.get_by_role("button", name="Mark as seen").click()
    until(page, "document.querySelector('#alert').innerText.includes('Not marked as seen')")
    assert page.evaluate(SHOWN)
    page.keyboard.press("j")
    is_at(page, 2)
    assert page.evaluate(GONE)


def test_it_is_marked_in_a_submitted_article_too(page, demo):
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute(
            "UPDATE assignments SET state = 'submitted' WHERE article_id = 2 AND user_id = 4"
        )
    database.close()
    page.reload()
    until(page, "document.querySelector('.work.told') !== null")
    page.get_by_role("button", name="Mark as seen").click()
    until(page, GONE)
    page.reload()
    assert page.evaluate(GONE)
