"""Pages from before a codebook asked for less, and acts from before one asks for more."""

from dataclasses import replace

import pytest
from label_form import answer_of, claim, fields
from labelling_examples import claim as said
from labelling_examples import claims, save

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import Decision
from annotator.work.accounts import accounts, projects
from annotator.work.adjudication import bulk
from annotator.work.codebook import versions


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def publish(version, *, certainty):
    """Publish the default codebook under another label, with or without certainty."""
    found = load_default()
    retired = tuple(replace(each, retired=not certainty) for each in found.certainties)
    new = replace(found, version=version, certainties=retired)
    with write():
        versions.publish(projects.get("us-russia"), new, "why", accounts.get_user("lea"))


def test_next_completes_what_lacked_only_what_is_asked_no_more(browser, article, url):
    ann = browser("ann")
    ann.post(url, fields(claim(certainty="")), 200, htmx=True)
    publish("1.1", certainty=False)
    ann.get(url)
    reply = ann.post(url, fields(claim(certainty=""), revision=1, act="next"), 200, htmx=True)
    assert "still open" not in reply.text
    assert answer_of(article).complete


def test_a_page_from_before_is_saved_without_what_is_asked_no_more(browser, article, url):
    ann = browser("ann")
    ann.get(url)
    publish("1.1", certainty=False)
    ann.post(url, fields(claim(certainty="likely")), 200, htmx=True)
    answer = answer_of(article)
    assert (answer.claims[0].stance, answer.claims[0].certainty) == ("neutral", None)
    assert answer.complete


def test_answers_that_lack_what_a_newer_codebook_asks_for_are_not_accepted(article):
    publish("1.1", certainty=False)
    for name in ("ann", "ben"):
        save(article, claims(said(certainty=None)), name=name)
    publish("1.2", certainty=True)
    basis = {answer_of(article, name=name).id: 1 for name in ("ann", "ben")}
    with write():
        project, cleo = projects.get("us-russia"), accounts.get_user("cleo")
        done = bulk.accept_unanimous(project, cleo, [(article.id, 2, basis)], "key-of-accepting")
    assert done == (0, 1)
    assert db.session.query(Decision).all() == []
