"""Repair by page: at once where nobody has answered, with a preview of the answers elsewhere."""

import re

import pytest
from label_form import fields as answer_fields
from labelling_examples import nothing_claimed, save, sentence_of
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Answer, Article, Repair


@pytest.fixture
def path(article):
    return f"/projects/us-russia/articles/{article.id}/repair"


@pytest.fixture
def lea(browser):
    return browser("lea")


def count():
    db.session.rollback()
    return db.session.scalar(select(Article.sentence_count))


def middle(article, position):
    row = sentence_of(article, position)
    return str(row.start + row.text.index(" ", len(row.text) // 2) + 1)


def test_the_page_shows_the_words_as_buttons(lea, article, path):
    text = lea.get(f"{path}/5").text
    assert f'name="split" value="{middle(article, 5)}"' in text
    assert 'name="kind" value="merge"' in text
    assert "Repair sentence 6" in text
    last = lea.get(f"{path}/21").text
    assert 'value="merge"' not in last


def test_without_answers_it_is_done_at_once_and_undone(lea, article, path):
    reply = lea.post(f"{path}/5", {"split": middle(article, 5)}, 303)
    assert count() == 23
    text = lea.get(reply.location).text
    assert "Repaired. You can undo the repair" in text
    assert "Undo latest repair" in text
    lea.post(f"{path}/undo", {}, 303)
    assert count() == 22


def test_with_answers_it_shows_where_they_go_and_waits_for_a_yes(lea, article, path):
    save(article, nothing_claimed(), position=5)
    save(article, nothing_claimed(), position=6)
    page = lea.post(f"{path}/5", {"kind": "merge"}, 200)
    assert "2 answers affected" in page.text
    assert "set aside, because" in page.text
    assert count() == 22
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text).group(1)
    reply = lea.post(f"{path}/5", {"kind": "merge", "seen": seen}, 303)
    assert count() == 21
    listed = lea.get(reply.location).text
    assert "2 answers affected, 1 set aside" in listed
    number = db.session.scalar(select(Repair.id))
    lea.post(f"{path}/{number}/reviewed", {}, 303)
    assert "touched 2 answers" not in lea.get(reply.location).text
    assert len(db.session.scalars(select(Answer.id)).all()) == 2


def test_a_preview_that_is_out_of_date_is_shown_anew(lea, article, path):
    save(article, nothing_claimed(), position=5)
    page = lea.post(f"{path}/5", {"kind": "merge"}, 200)
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text).group(1)
    save(article, nothing_claimed(), position=6)
    again = lea.post(f"{path}/5", {"kind": "merge", "seen": seen}, 200)
    assert "2 answers affected" in again.text
    assert count() == 22


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose an action"),
        ({"split": "1"}, "Choose a word after"),
        ({"kind": "segment", "segment": "x"}, "Choose a segment"),
        ({"kind": "segment", "segment": "body"}, "Nothing to change"),
    ],
)
def test_a_wrong_form_is_422_and_says_why(lea, path, fields, said):
    assert said in lea.post(f"{path}/5", fields, 422).text
    assert count() == 22


def test_an_answer_to_a_sentence_that_was_repaired_meanwhile_is_409(browser, lea, article, path):
    row = sentence_of(article, 5)
    span = f"{row.start}-{row.end}"
    ann = browser("ann")
    assert f'name="span" value="{span}"' in ann.get(f"/label/{article.id}/5").text
    lea.post(f"{path}/4", {"split": middle(article, 4)}, 303)
    fields = answer_fields(status="no_claim", span=span)
    reply = ann.post(f"/label/{article.id}/5", fields, 409)
    assert "Your lead split or merged sentences while" in reply.text
    assert db.session.scalars(select(Answer.id)).all() == []


def test_only_leads_repair(browser, article, path):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(f"{path}/5", status)
        browser(name).post(f"{path}/5", {"kind": "merge"}, status)
        browser(name).post(f"{path}/undo", {}, status)
        browser(name).post(f"{path}/1/reviewed", {}, status)
    browser().get(f"{path}/5", 303)
    browser("lea").get(f"{path}/99", 404)
    browser("lea").get("/projects/us-russia/articles/999/repair/0", 404)
    browser("lea").post(f"{path}/5", {"kind": "merge"}, 400, csrf=False)
    assert count() == 22


def test_nothing_to_undo_is_422(lea, path):
    assert "no repair to undo" in lea.post(f"{path}/undo", {}, 422).text
