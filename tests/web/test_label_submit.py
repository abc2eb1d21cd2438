"""Handing an article in."""

import pytest
from label_form import claim, fields, sentence_at

from annotator.store.db import db
from annotator.store.models import Assignment
from annotator.work import accounts


def assignment(article, name="ann"):
    db.session.rollback()
    user = accounts.get_user(name)
    return db.session.query(Assignment).filter_by(article_id=article.id, user_id=user.id).one()


@pytest.fixture
def finished(browser, article):
    """Ann's browser; she has decided every sentence of the article."""
    ann = browser("ann")
    for position in range(article.sentence_count):
        ann.post(f"/label/{article.id}/{position}", fields(status="no_claim"), 200, htmx=True)
    return ann


def test_what_is_missing_is_listed_before_it_can_be_handed_in(browser, article):
    ann = browser("ann")
    ann.post(f"/label/{article.id}/0", fields(claim(), unsure="y"), 200, htmx=True)
    page = ann.get(f"/label/{article.id}/submit").text
    assert "1 of 22 decided. 1 unsure, 0 incomplete." in page
    assert f'href="/label/{article.id}/1#sentence"' in page
    assert "21 sentences are still without a complete answer" in page
    assert f'action="/label/{article.id}/submit"' not in page
    refused = ann.post(f"/label/{article.id}/submit", {}, 422)
    assert "21 sentences are not decided yet" in refused.text
    assert assignment(article).state == "open"


def test_the_last_next_leads_to_handing_in(finished, article):
    last = f"/label/{article.id}/21"
    again = fields(status="no_claim", revision=1, act="next")
    assert finished.post(last, again, 303).location == f"/label/{article.id}/submit"


@pytest.mark.parametrize("act", ["", "draft"])
def test_also_what_is_wrong_in_itself_is_refused_after_submitting(finished, article, act):
    finished.post(f"/label/{article.id}/submit", {}, 303)
    posted = fields(claim(), claim(stance="nonsense"), claim(), act=act)
    refused = finished.post(f"/label/{article.id}/2", posted, 403, htmx=True)
    assert "You submitted this article" in refused.text


def test_a_submitted_article_can_be_read_and_not_changed(finished, article):
    finished.post(f"/label/{article.id}/submit", {}, 303)
    assert assignment(article).state == "submitted"
    page = finished.get(f"/label/{article.id}/2").text
    assert "Ask your lead to return it" in page
    assert 'name="revision"' not in page
    refused = finished.post(f"/label/{article.id}/2", fields(claim(), revision=1), 403)
    assert "You submitted this article" in refused.text


def test_counts_follow_each_save(browser, article):
    ann = browser("ann")
    ann.post(f"/label/{article.id}/2", fields(claim(), unsure="y"), 200, htmx=True)
    half = {"speaker": "", "stance": "neutral"}
    ann.post(f"/label/{article.id}/3", fields(half), 200, htmx=True)
    counted = assignment(article)
    assert (counted.decided_count, counted.incomplete_count, counted.unsure_count) == (1, 1, 1)


def test_work_begins_with_the_body_and_ends_with_the_headline(browser, article):
    ann = browser("ann")
    assert sentence_at(article, 0).segment == "headline"
    assert ann.get(f"/label/{article.id}", 302).location == f"/label/{article.id}/1#sentence"
    for position in range(1, article.sentence_count):
        ann.post(f"/label/{article.id}/{position}", fields(status="no_claim"), 200, htmx=True)
    assert ann.get(f"/label/{article.id}", 302).location == f"/label/{article.id}/0#sentence"
