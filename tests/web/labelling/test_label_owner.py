"""Whose answer it is: what one person wrote is never stored for another."""

import re

import pytest
from label_form import answer_of, claim, fields, nothing_stored

from annotator.work.accounts import accounts


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def test_the_page_says_whose_it_is(browser, url):
    page = browser("ann").get(url).text
    mine = accounts.get_user("ann").id
    assert re.search(rf'<html[^>]* data-user="{mine}"', page)
    assert f'name="user" value="{mine}"' in page


def test_an_answer_of_ones_own_is_stored(browser, url, article):
    mine = accounts.get_user("ann").id
    browser("ann").post(url, fields(claim(), user=mine), 200, htmx=True)
    assert answer_of(article).revision == 1


@pytest.mark.parametrize("written_by", ["2000", "x", "1 "])
def test_an_answer_of_another_person_is_refused_in_words(browser, url, written_by):
    reply = browser("ben").post(url, fields(claim(), user=written_by), 403, htmx=True)
    assert "Another user was signed in" in reply.text
    assert nothing_stored()


def test_that_is_said_before_anything_else(browser, url):
    mine = accounts.get_user("ann").id
    browser("dan").post(url, fields(claim(), user=mine), 403)


def test_a_reply_names_the_revision_it_made(browser, url):
    reply = browser("ann").post(url, fields(claim()), 200, htmx=True)
    assert reply.headers["Annotator-Revision"] == "1"
    nothing = browser("ben").post(url, fields(), 200, htmx=True)
    assert nothing.headers["Annotator-Revision"] == "0"


def test_after_a_replay_it_is_the_revision_of_then(browser, url):
    ann, first = browser("ann"), fields(claim())
    ann.post(url, first, 200, htmx=True)
    ann.post(url, fields(claim(stance="oppose"), revision=1), 200, htmx=True)
    assert ann.post(url, first, 200, htmx=True).headers["Annotator-Revision"] == "1"
    # What waited behind the replay is then a conflict, not an overwriting.
    ann.post(url, fields(claim(stance="support"), revision=1), 409, htmx=True)


def test_a_page_carries_a_blank_form_and_a_move_does_not(browser, url):
    ann = browser("ann")
    page = ann.get(url).text
    blank = page.partition('<template id="blank"')[2].partition("</template>")[0]
    assert "Claim 1" in blank
    assert 'value="edit-1"' in blank
    assert "checked" not in blank
    assert '<template id="blank"' not in ann.get(url, headers={"HX-Request": "true"}).text


def blank_of(page):
    return page.partition('<template id="blank"')[2].partition("</template>")[0]


def test_the_blank_form_is_the_same_everywhere_in_an_article_and_has_no_secret(browser, article):
    ann = browser("ann")
    first, other = (blank_of(ann.get(f"/label/{article.id}/{number}").text) for number in (1, 3))
    assert first == other != ""
    assert "csrf_token" not in first
    assert re.search('name="key" value=""', first)


def test_the_blank_form_knows_the_speakers_that_its_person_has_met(browser, url):
    ann, ben = browser("ann"), browser("ben")
    known = claim(speaker="new", new_name="Anna Petrova", new_type="person")
    assert "Anna Petrova" not in blank_of(ann.get(url).text)
    ann.post(url, fields(known, act="speaker-0"), 200, htmx=True)
    assert "Anna Petrova" in blank_of(ann.get(url).text)
    assert "Anna Petrova" not in blank_of(ben.get(url).text)
