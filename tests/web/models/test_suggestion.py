"""Suggestions on the label page: off by default, seen as what they are, never filled in."""

import json

import pytest
from copy_examples import given, submitted
from label_form import answer_of, claim, fields
from labelling_examples import assignment_of
from model_examples import model_says
from slow_cases import further, server
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, AnswerEvent, Exposure, Project, Sentence
from annotator.work.models import suggestions

pytestmark = server

WORDS = "Suggestion of a model"


@pytest.fixture
def setting(project, article):
    """Return a function that sets when suggestions are shown; the model has said something."""
    model_says(article, 2)
    model_says(article, 3, status="no_claim")

    def choose(mode):
        with write():
            suggestions.choose(db.session.get(Project, project.id), mode, "small")
        db.session.expire_all()

    return choose


def path(article, position=2):
    return f"/label/{article.id}/{position}"


def suggested(article, position=2, name="ann"):
    """Return what each event of an answer keeps of the suggestion."""
    answer = answer_of(article, position, name)
    rows = db.session.scalars(
        select(AnswerEvent.proposed)
        .where(AnswerEvent.answer_id == answer.id)
        .order_by(AnswerEvent.revision)
    )
    return [json.loads(row or "{}").get("suggested") for row in rows]


def draw(monkeypatch, seen):
    monkeypatch.setattr(suggestions, "is_drawn", lambda *_: seen)


def test_off_by_default_nothing_is_shown_and_nothing_is_kept(browser, setting, article):
    ann = browser("ann")
    assert WORDS not in ann.get(path(article)).text
    assert "suggestion.css" not in ann.get(path(article)).text
    ann.post(path(article), fields(claim()), 303)
    assert suggested(article) == [None]


def test_half_shows_a_ghost_before_and_one_button_takes_it(browser, setting, article, monkeypatch):
    setting("half")
    draw(monkeypatch, True)
    ann = browser("ann")
    page = ann.get(path(article)).text
    assert WORDS in page
    assert "M01, small · not your answer" in page
    assert 'value="suggested" data-key="="' in page
    assert "suggestion.css" in page
    assert answer_of(article) is None  # never filled in
    assert WORDS not in ann.get(f"{path(article)}?suggestion=hidden").text
    ann.post(path(article), fields(act="suggested"), 303)
    answer = answer_of(article)
    assert [(each.speaker.name, each.stance, each.certainty) for each in answer.claims] == [
        ("Mattis", "oppose", "certain")
    ]
    assert (answer.origin, answer.round, answer.complete) == ("human", 1, True)
    [kept] = suggested(article)
    assert (kept["mode"], kept["shown"], kept["taken"]) == ("half", True, True)
    assert WORDS not in ann.get(path(article)).text


def test_the_other_half_sees_nothing_and_is_kept_for_comparison(
    browser, setting, article, monkeypatch
):
    setting("half")
    draw(monkeypatch, False)
    ann = browser("ann")
    assert WORDS not in ann.get(path(article)).text
    ann.post(path(article), fields(claim()), 303)
    [kept] = suggested(article)
    assert (kept["shown"], kept["taken"]) == (False, False)
    assert (
        "There is no suggestion here any more"
        in ann.post(path(article), fields(act="suggested", revision=1), 422).text
    )


def test_after_shows_it_once_the_answer_is_complete_and_what_follows_is_round_two(
    browser, setting, article
):
    setting("after")
    ann = browser("ann")
    assert WORDS not in ann.get(path(article)).text
    there = ann.post(path(article), fields(claim(), act="next"), 303)
    assert there.headers["Location"] == f"{path(article)}#sentence"
    assert WORDS in ann.get(path(article)).text
    there = ann.post(path(article), fields(claim(), act="next", revision=1), 303)
    assert path(article, 3) in there.headers["Location"]
    assert db.session.scalars(select(Exposure.how)).all() == ["answers"]
    ann.post(path(article), fields(act="suggested", revision=1), 303)
    texts = db.session.scalars(select(AnswerEvent.proposed).order_by(AnswerEvent.id)).all()
    assert json.loads(texts[-1])["suggested"]["taken"] is True
    rounds = select(Answer.round, Answer.revision).where(Answer.origin == "human")
    assert sorted(map(tuple, db.session.execute(rounds))) == [(1, 1), (2, 2)]


@pytest.mark.parametrize("purpose", further(["control", "repeat"]))
def test_a_copy_shows_them_as_the_article_would_in_half(
    browser, setting, article, monkeypatch, purpose
):
    setting("half")
    draw(monkeypatch, True)
    submitted(assignment_of(article))
    copy = given(article, purpose=purpose).article
    ann = browser("ann")
    assert WORDS in ann.get(path(article)).text
    ann.post(path(article), fields(act="suggested"), 303)
    answer = answer_of(copy)
    assert [each.stance for each in answer.claims] == ["oppose"]
    assert suggested(copy)[0]["taken"] is True
    assert answer_of(article) is None


@pytest.mark.parametrize(("purpose", "seen"), further([("control", True), ("training", False)]))
def test_a_copy_shows_them_as_the_article_would_after(browser, setting, article, purpose, seen):
    setting("after")
    submitted(assignment_of(article))
    copy = given(article, purpose=purpose).article
    ann = browser("ann")
    ann.post(path(article), fields(claim(), act="next"), 303)
    assert (WORDS in ann.get(path(article)).text) is seen
    known = select(Sentence.article_id).join(Exposure, Exposure.sentence_id == Sentence.id)
    if seen:
        assert db.session.scalars(known).all() == [copy.id]
    assert answer_of(copy).round == 1


def test_a_status_without_claims_is_suggested_too(browser, setting, article, monkeypatch):
    setting("half")
    draw(monkeypatch, True)
    ann = browser("ann")
    assert "No claim" in ann.get(path(article, 3)).text.split(WORDS)[1][:400]
    ann.post(path(article, 3), fields(act="suggested"), 303)
    assert answer_of(article, 3).status == "no_claim"


def test_about_half_of_the_pairs_are_drawn_and_always_the_same():
    drawn = [suggestions.is_drawn(1, f"a{n}", f"A{n % 7}") for n in range(2000)]
    assert 900 < sum(drawn) < 1100
    assert drawn == [suggestions.is_drawn(1, f"a{n}", f"A{n % 7}") for n in range(2000)]


def test_a_lead_chooses_when_they_are_shown(browser, setting, article, project):
    lea = browser("lea")
    page = f"/projects/{project.slug}/models"
    lea.post(page, {"mode": "half", "model": "M01"}, 303)
    db.session.rollback()
    db.session.expire_all()
    found = suggestions.setting_of(db.session.get(Project, project.id))
    assert found.mode == "half"
    assert "random half" in lea.get(page).text
    lea.post(page, {"mode": "off", "model": "M01"}, 303)
    db.session.rollback()
    db.session.expire_all()
    assert suggestions.setting_of(db.session.get(Project, project.id)) is None
    lea.post(page, {"mode": "often", "model": "M01"}, 422)
