"""Repair by page: at once where nobody has answered, with a preview of the answers elsewhere."""

import re

import pytest
from copy_examples import given
from label_form import fields as answer_fields
from labelling_examples import assignment_of, nothing_claimed, save, sentence_of
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Decision, Repair
from annotator.work.accounts import accounts, memberships


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


def test_what_is_decided_is_refused_with_the_way_to_its_decision(project, article, path, browser):
    with write():
        memberships.join(project, accounts.get_user("lea"), {"lead", "adjudicator"})
        db.session.add(
            Decision(
                sentence_id=sentence_of(article, 6).id,
                how="majority",
                status="no_claim",
                codebook_version_id=project.codebook_version.id,
            )
        )
    page = browser("lea").post(f"{path}/5", {"kind": "merge"}, 422).text
    assert "Sentence 7 (6 in files) has a decision." in page
    assert f'href="/projects/us-russia/adjudicate/{article.id}/6">To the decision' in page


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


def test_a_page_of_another_time_than_what_is_open_now_saves_nothing(browser, article):
    with write():
        assignment_of(article).state = "submitted"
    repeat = given(article, purpose="repeat")
    ann, address = browser("ann"), f"/label/{article.id}/5"
    shown = re.search(r'name="given" value="(\d+)"', ann.get(address).text)[1]
    assert shown == str(repeat.id)
    with write():
        assignment_of(article).state = "returned"
    reply = ann.post(address, answer_fields(status="no_claim", given=shown), 409)
    assert "Nothing was overwritten" in reply.text
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
