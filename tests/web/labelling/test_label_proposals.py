"""Speakers are proposed from the text, and taken with the words that name them."""

import re

import pytest
from agreement_examples import give
from label_form import (
    answer_of,
    claim,
    fields,
    narrator,
    nothing_stored,
    sentence_at,
    speaker_named,
)
from sqlalchemy import update

from annotator.store.db import db, write
from annotator.store.models import Sentence
from annotator.work.articles import storing
from annotator.work.labelling import speakers

MENTION = (276, 309)  # "Defense Secretary James N. Mattis"
SPAN = "{}-{}".format(*MENTION)


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


@pytest.fixture
def ann(browser):
    return browser("ann")


def proposed(page):
    """Return what the dashed chips say, each with its key."""
    found = re.findall(
        r'<button class="button dashed" name="act" value="propose.*?</button>', page, re.S
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def test_a_new_speaker_has_the_next_free_key_and_says_that_it_is_new(ann, url):
    assert proposed(ann.get(url).text) == ["1 new: James Mattis"]


def test_taking_one_adds_it_with_its_type_and_its_words(ann, url, article):
    ann.post(url, fields({"speaker": ""}, act="propose-0-0"), 303)
    (stored,) = answer_of(article).claims
    assert (stored.speaker.name, stored.speaker.type) == ("James Mattis", "person")
    assert (stored.mention_start, stored.mention_end) == MENTION


def test_nothing_is_taken_by_itself(ann, url, article):
    ann.get(url)
    assert nothing_stored()
    ann.post(url, fields(claim()), 303)
    (stored,) = answer_of(article).claims
    assert (stored.speaker.name, stored.mention_start) == ("NARRATOR", None)


def test_who_is_known_here_is_no_new_one_and_brings_the_words_along(ann, url):
    ann.post(url, fields({"speaker": ""}, act="propose-0-0"), 303)
    page = ann.get(url).text
    assert proposed(page) == []
    number = speaker_named("James Mattis").id
    chip = re.search(rf'<input type="radio" id="claims-0-speaker-{number}".*?>', page)[0]
    assert f'data-mention="{SPAN}"' in chip


def test_whom_the_project_knew_before_the_article_came_is_not_called_new(ann, url, project):
    text = "“No,” Mattis said.\n\n“Yes,” Quill said."
    with write():
        speakers.add(project, None, "James Mattis", "person", None)
        draft = storing.read_file("later.txt", text.encode())
        later = storing.store_article(db.session.merge(project), draft)
        give(later.id, "ann")
        number = later.id
    assert proposed(ann.get(f"/label/{number}/0").text) == ["1 James Mattis"]
    assert proposed(ann.get(f"/label/{number}/1").text) == ["1 new: Quill"]


def test_what_others_took_changes_no_proposal(browser, ann, url):
    before = proposed(ann.get(url).text)
    browser("ben").post(url, fields({"speaker": ""}, act="propose-0-0"), 303)
    assert proposed(ann.get(url).text) == before == ["1 new: James Mattis"]


def test_a_name_that_might_be_a_known_one_is_asked_about_and_keeps_its_words(ann, url, article):
    elsewhere = url.replace("/2", "/3")
    new = {"speaker": "new", "new_name": "Karin Mattis", "new_type": "person"}
    ann.post(elsewhere, fields(new, act="speaker-0"), 303)
    refused = ann.post(url, fields({"speaker": ""}, act="propose-0-0"), 422).text
    assert "Use Karin Mattis" in refused
    assert f'name="claims-0-span" value="{SPAN}"' in refused
    taken = {"speaker": "new", "new_name": "James Mattis", "new_type": "person", "span": SPAN}
    ann.post(url, fields(taken, act="sure-0"), 303)
    (stored,) = answer_of(article).claims
    assert (stored.speaker.name, stored.mention_start) == ("James Mattis", MENTION[0])


def test_an_article_of_an_older_version_gets_its_proposals_when_it_is_opened(ann, url, article):
    with write() as session:
        session.execute(update(Sentence).values(proposals=None))
    assert proposed(ann.get(url).text) == ["1 new: James Mattis"]
    assert sentence_at(article, 3).proposals is not None


def test_a_proposal_that_is_not_there_takes_nobody(ann, url):
    for act in ("propose-0-7", "propose-0-x", "propose-0"):
        ann.post(url, fields({"speaker": ""}, act=act), 303)
    assert nothing_stored()


def test_names_of_the_article_are_found_before_anybody_has_added_them(ann, url):
    page = ann.get(f"{url}/speakers", query_string={"q": "russian m"}).text
    names = re.findall(r'id="found-new-\d" aria-selected="false" data-name="([^"]+)"', page)
    assert names == [
        "Russian Ministry of Defense",
        "Officials from the Russian Ministry of Defense",
    ]


def test_the_words_of_a_role_are_where_picking_a_mention_begins(ann, article):
    page = ann.get(f"/label/{article.id}/3").text
    assert 'data-role="363-381"' in page
    assert all("chief" not in each for each in proposed(page))


def test_the_narrator_has_no_words_to_bring(ann, url):
    page = ann.get(url).text
    chip = re.search(rf'<input type="radio" id="claims-0-speaker-{narrator().id}".*?>', page)[0]
    assert "data-mention" not in chip
