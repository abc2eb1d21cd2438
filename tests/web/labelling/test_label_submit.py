"""Handing an article in."""

import re

import pytest
from installation import staged
from label_form import claim, fields, sentence_at
from labelling_examples import nothing_claimed, save
from markupsafe import escape

from annotator.store.db import db, write
from annotator.store.models import Assignment
from annotator.work.accounts import accounts
from annotator.work.assignment import reassigning


def assignment(article, name="ann"):
    db.session.rollback()
    user = accounts.get_user(name)
    return db.session.query(Assignment).filter_by(article_id=article.id, user_id=user.id).one()


@staged
def finish(article):
    for position in range(article.sentence_count):
        save(article, nothing_claimed(), position=position)


@pytest.fixture
def finished(browser, article):
    """Return Ann's browser; she has decided every sentence of the article."""
    finish(article)
    return browser("ann")


def test_what_is_missing_is_listed_before_it_can_be_handed_in(browser, article):
    ann = browser("ann")
    ann.post(f"/label/{article.id}/0", fields(claim(), unsure="y"), 200, htmx=True)
    page = ann.get(f"/label/{article.id}/submit").text
    assert "1 of 22 answered. 1 unsure, 0 incomplete." in page
    assert f'href="/label/{article.id}/1#sentence"' in page
    assert "21 sentences without a complete answer" in page
    assert f'action="/label/{article.id}/submit"' not in page
    refused = ann.post(f"/label/{article.id}/submit", {}, 422)
    assert "21 sentences without a complete answer" in refused.text
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


def without_links(page):
    """Return a page with the rules that people have named as plain words."""
    return re.sub(r'<a href="[^"]*/codebook#[^>]*>(.*?)</a>', r"\1", page)


def give_back(article, note):
    db.session.rollback()
    with write():
        reassigning.return_to(assignment(article), note)


@pytest.mark.parametrize(
    ("note", "first"),
    [
        ("Sentences 7 and 8: see CL-5.", 7),
        ("The adjudicator asks about sentence 3: is it a plan?", 3),
        ("See CL-5.", 1),
        ("Sentence 99 is odd.", 1),
        ("See sentence 1,7 and so on", 1),
    ],
)
def test_an_article_that_came_back_leads_to_what_its_note_names(finished, article, note, first):
    finished.post(f"/label/{article.id}/submit", {}, 303)
    give_back(article, note)
    there = f"/label/{article.id}/{first - 1}"
    home = finished.get("/").text
    assert f"Fix: sentence {first} of 22" in home
    assert f'href="{there}"' in home
    assert "Review and submit" not in home
    page = finished.get(f"/label/{article.id}/submit").text
    assert f"Returned to you: “{note}”" in without_links(page)
    assert f'<a class="button primary" href="{there}#sentence">Go to sentence {first}</a>' in page
    assert '<button class="button">Submit article unchanged</button>' in page
    assert finished.get(f"/label/{article.id}", 302).location.startswith(there)


def test_once_something_was_changed_submitting_is_proposed_again(finished, article):
    finished.post(f"/label/{article.id}/submit", {}, 303)
    give_back(article, "Sentence 7: see CL-5.")
    changed = fields(claim(), revision=1)
    finished.post(f"/label/{article.id}/6", changed, 200, htmx=True)
    assert "Review and submit" in finished.get("/").text
    page = finished.get(f"/label/{article.id}/submit").text
    assert "Returned to you: “Sentence 7: see CL-5.”" in without_links(page)
    assert '<button class="button primary">Submit article</button>' in page


def test_what_was_flagged_is_listed_with_its_words(finished, article):
    posted = fields(status="no_claim", unsure="y", revision=1)
    finished.post(f"/label/{article.id}/3", posted, 303)
    page = finished.get(f"/label/{article.id}/submit").text
    assert f'href="/label/{article.id}/3#sentence">Sentence 4</a>' in page
    assert str(escape(sentence_at(article, 3).text)) in page


LAST, NEXT = "Review and submit</button>", "Next sentence</button>"


def test_the_last_next_says_where_it_leads(finished, article):
    for position, words in ((21, LAST), (20, NEXT), (0, LAST)):  # the headline is read last
        assert words in finished.get(f"/label/{article.id}/{position}").text


def test_while_something_is_still_to_do_elsewhere_next_leads_there(browser, article):
    ann = browser("ann")
    for position in range(1, article.sentence_count):
        save(article, nothing_claimed(), position=position)
    assert NEXT in ann.get(f"/label/{article.id}/21").text
    # The one that is still to do is the one that is shown, whether it is answered by now or not.
    assert LAST in ann.get(f"/label/{article.id}/0").text
    shown = ann.post(f"/label/{article.id}/0", fields(claim(), parts="y"), 200, htmx=True).text
    assert LAST in shown
    posted = fields(claim(), revision=1, act="next")
    assert ann.post(f"/label/{article.id}/0", posted, 303).location.endswith("/submit")


def test_when_it_was_submitted_is_told_in_the_zone_of_whoever_reads(finished, article):
    finished.post(f"/label/{article.id}/submit", {}, 303)
    for path in (f"/label/{article.id}/submit", f"/label/{article.id}/2"):
        page = finished.get(path).text
        # local-times.js writes these anew; without scripts they say that they are UTC.
        assert re.search(r"Submitted <time data-local datetime=\"[^\"]+Z\">[^<]+ UTC</time>", page)
        assert "local-times.js" in page
