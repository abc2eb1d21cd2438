"""A lead can look at the label page of any article, with nobody's answers; nothing is saved."""

import re

import pytest
from label_form import claim, fields, nothing_stored
from labelling_examples import claims, save

from annotator.store.db import db
from annotator.store.models import Exposure
from annotator.work.labelling.drafts import ClaimDraft, NewSpeaker


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2/preview"


def test_it_shows_the_article_and_every_control(browser, url, article, project):
    page = browser("lea").get(url).text
    assert "Nothing that you choose is saved." in page
    assert "Sentence 3" in page
    for value in (*project.codebook.stances, *project.codebook.certainties):
        assert f'value="{value.value}"' in page, value
    assert "NARRATOR" in page
    assert 'id="rules"' in page


def test_the_page_of_an_article_leads_there(browser, article):
    page = browser("lea").get(f"/projects/us-russia/articles/{article.id}").text
    assert f'href="/label/{article.id}/0/preview">Preview the label page' in page


def test_it_stays_a_preview_wherever_it_leads(browser, url, article):
    page = browser("lea").get(url).text
    links = re.findall(rf'(?:href|action)="(/label/{article.id}[^"]*)"', page)
    assert links
    assert [link for link in links if "/preview" not in link] == []


def test_it_shows_nobodys_answers_and_counts_as_no_look(browser, url, article):
    zoran = ClaimDraft(speaker=NewSpeaker("Zoran Quill", "person"), stance="support")
    save(article, claims(zoran, note="anns own words", unsure=True))
    lea = browser("lea")
    page = lea.get(url).text
    assert "Zoran Quill" not in page
    assert "anns own words" not in page
    assert "no answer yet" in page
    assert db.session.query(Exposure).all() == []


@pytest.mark.parametrize(("act", "position"), [("next", 3), ("", 2), ("add", 2), ("nonsense", 2)])
def test_a_button_saves_nothing_and_only_next_leads_on(browser, url, article, act, position):
    lea = browser("lea")
    there = lea.post(url, fields(claim(), act=act), 303).location
    assert there == f"/label/{article.id}/{position}/preview#sentence"
    assert nothing_stored()


def test_next_ends_at_the_last_sentence(browser, article):
    url = f"/label/{article.id}/{article.sentence_count - 1}/preview"
    page = browser("lea").get(url).text
    assert "Review and submit" not in page
    assert browser("lea").post(url, fields(act="next"), 303).location == f"{url}#sentence"


@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("cleo", 403), ("dan", 404)])
def test_nobody_but_leads_gets_one(browser, url, name, status):
    browser(name).get(url, status)
    browser(name).post(url, fields(), status)


@pytest.mark.parametrize("path", ["/label/999/0/preview", "/label/1/999/preview"])
def test_what_is_not_there_is_not_found(browser, article, path):
    browser("lea").get(path, 404)
