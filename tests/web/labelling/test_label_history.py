"""The history of one's own answer, and bringing an earlier version back."""

import re
from datetime import timedelta

import pytest
from label_form import answer_of, claim, fields, new_key
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import AnswerEvent, Assignment


@pytest.fixture
def ann(browser, article):
    """Ann's browser; her answer to sentence 3 has two versions."""
    ann = browser("ann")
    ann.post(url(article), fields(claim(stance="support")), 200, htmx=True)
    ann.post(url(article), fields(claim(stance="oppose"), revision=1), 200, htmx=True)
    return ann


def url(article, position=2):
    return f"/label/{article.id}/{position}"


def history(article):
    return url(article) + "/history"


def wanted(version=1, revision=2):
    return {"wanted": version, "revision": revision, "key": new_key()}


def test_each_version_says_what_changed_newest_first(ann, article):
    page = ann.get(history(article)).text
    assert re.findall(r'id="version-(\d)"', page) == ["2", "1"]
    assert "Changed: stance oppose" in page
    assert "NARRATOR, support, certain" in page
    assert page.count("Restore") == 1


def test_the_steps_of_one_visit_stand_under_its_newest(ann, article):
    ann.post(url(article), fields(claim(certainty="likely"), revision=2), 200, htmx=True)
    with write():
        first = db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.revision)).first()
        first.at -= timedelta(hours=1)
    page = ann.get(history(article)).text
    shown, _, folded = page.partition("<summary>")
    assert re.findall(r'id="version-(\d)"', shown) == ["3"]
    assert folded.startswith("1 earlier step of the same visit")
    folded, _, before = folded.partition("</details>")
    assert re.findall(r'id="version-(\d)"', folded) == ["2"]
    assert re.findall(r'id="version-(\d)"', before) == ["1"]
    assert page.count(">Restore<") == 2


def test_the_panel_links_to_it_when_there_is_more_than_one_version(ann, article):
    assert f'href="{history(article)}"' in ann.get(url(article)).text
    ann.post(url(article, 5), fields(status="no_claim"), 200, htmx=True)
    assert "/history" not in ann.get(url(article, 5)).text


def test_the_conflict_links_to_it(ann, article):
    reply = ann.post(url(article), fields(claim(), revision=1), 409, htmx=True)
    assert "History of this sentence" in reply.text


def test_an_earlier_version_comes_back_as_a_save_of_its_own(ann, article):
    assert ann.post(history(article), wanted(), 303).location == url(article) + "#sentence"
    answer = answer_of(article)
    assert (answer.claims[0].stance, answer.revision) == ("support", 3)
    assert ann.get(history(article)).text.count("Restore") == 2


def test_nothing_comes_back_over_what_was_not_seen(ann, article):
    ann.post(url(article), fields(claim(stance="neutral"), revision=2), 200, htmx=True)
    reply = ann.post(history(article), wanted(), 409)
    assert "changed elsewhere" in reply.text
    assert answer_of(article).claims[0].stance == "neutral"


@pytest.mark.parametrize("bad", [{"wanted": 9}, {"wanted": "x"}, {"revision": ""}, {"key": "no"}])
def test_a_wrong_form_saves_nothing(ann, article, bad):
    assert "Nothing was saved" in ann.post(history(article), wanted() | bad, 422).text
    assert answer_of(article).revision == 2


def test_it_shows_own_answers_only(ann, browser, article):
    ben = browser("ben")
    page = ben.get(history(article)).text
    assert "No answer yet." in page
    assert "oppose" not in page
    ben.post(history(article), wanted(), 422)
    browser("dan").get(history(article), 404)
    browser("dan").post(history(article), wanted(), 404)
    browser().get(history(article), 303)


def test_a_submitted_article_can_be_read_only(ann, article):
    with write():
        db.session.query(Assignment).update({"state": "submitted"})
    assert "Restore" not in ann.get(history(article)).text
    ann.post(history(article), wanted(), 403)


def test_without_a_token_it_is_refused(ann, article):
    ann.post(history(article), wanted(), 400, csrf=False)


def test_a_submitted_answer_is_read_in_full(ann, article):
    said = claim(stance="oppose", conditional="y", note="so he says")
    ann.post(url(article), fields(said, revision=2, note="look again"), 200, htmx=True)
    ann.post(url(article, 5), fields(status="no_claim"), 200, htmx=True)
    with write():
        db.session.query(Assignment).update({"state": "submitted"})
    panel = ann.get(url(article)).text.split('id="answer"')[1]
    for words in ("NARRATOR", "oppose", "conditional", "so he says", "look again", "/history"):
        assert words in panel.split("</section>")[0]
    panel = ann.get(url(article, 5)).text.split('id="answer"')[1].split("</section>")[0]
    assert "No claim" in panel
    assert "speaker open" not in panel
