"""Undo and redo from the label page, across sentences and reloads."""

import json
import re

import pytest
from label_form import answer_of, claim, fields, new_key, stored

from annotator.store.db import db, write
from annotator.store.models import AnswerEvent, Assignment


@pytest.fixture
def ann(browser, article):
    return browser("ann")


def url(article, position=2):
    return f"/label/{article.id}/{position}"


def shown(browser, path):
    """Return the fields that undo and redo post, and the names of their buttons."""
    page = browser.get(path).text
    hidden = dict(re.findall(r'name="(undo|redo)" value="(\d+)"', page))
    plain = re.sub(r"<svg.*?</svg>|<kbd.*?</kbd>|<(?!/?button)[^>]*>", "", page, flags=re.S)
    names = re.findall(r'<button[^>]*value="(undo|redo)"[^>]*>(.*?)</button>', plain, re.S)
    return hidden, {act: " ".join(words.split()) for act, words in names}


def press(browser, path, act, status=303, key=None, **how):
    hidden, _names = shown(browser, path)
    posted = {"act": act, "key": key or new_key(), "seconds": 0, **hidden}
    return browser.post(path, posted, status, **how)


def test_without_anything_to_take_back_there_is_no_button(ann, article):
    assert shown(ann, url(article)) == ({}, {})


def test_the_button_says_what_it_takes_back_and_has_its_key(ann, article):
    ann.post(url(article), fields(claim()), 200, htmx=True)
    ann.post(url(article), fields(claim(stance="oppose"), revision=1), 200, htmx=True)
    assert shown(ann, url(article))[1] == {"undo": "Undo: stance oppose"}
    assert shown(ann, url(article, 5))[1] == {"undo": "Undo in sentence 3: stance oppose"}
    assert 'value="undo" data-key="Backspace"' in ann.get(url(article)).text


def test_a_plain_browser_takes_back_and_brings_back(ann, article):
    ann.post(url(article), fields(status="no_claim", act="stay"), 303)
    assert press(ann, url(article), "undo").location.startswith(url(article))
    assert answer_of(article).status is None
    assert shown(ann, url(article))[1] == {"redo": "Redo: no claim"}
    press(ann, url(article), "redo")
    assert answer_of(article).status == "no_claim"


def test_what_happened_in_another_sentence_leads_there(ann, article):
    ann.post(url(article, 5), fields(status="no_claim"), 200, htmx=True)
    reply = press(ann, url(article), "undo", 200, htmx=True)
    there = json.loads(reply.headers["HX-Location"])
    assert (there["path"], there["select"]) == (url(article, 5), "#label")
    assert press(ann, url(article), "redo").location == url(article, 5) + "#sentence"


def test_the_focus_goes_to_what_changed(ann, article):
    ann.post(url(article), fields(claim()), 200, htmx=True)
    ann.post(url(article), fields(claim(stance="oppose"), revision=1), 200, htmx=True)
    reply = press(ann, url(article), "undo", 200, htmx=True)
    assert 'data-focus="claims-0-stance"' in reply.text
    assert re.search(r'value="neutral"[^>]* checked', reply.text)


def test_sent_twice_it_is_done_once(ann, article):
    ann.post(url(article, 2), fields(status="no_claim"), 200, htmx=True)
    ann.post(url(article, 5), fields(status="no_claim"), 200, htmx=True)
    hidden, _names = shown(ann, url(article))
    posted = {"act": "undo", "key": new_key(), **hidden}
    for _ in range(2):
        ann.post(url(article), posted, 303)
    assert answer_of(article, 2).status == "no_claim"
    assert stored(AnswerEvent) == 3


@pytest.mark.parametrize("changed", [{"undo": "999999"}, {"undo": ""}, {"key": "short"}])
def test_what_was_not_shown_is_not_taken_back(ann, article, changed):
    ann.post(url(article), fields(status="no_claim"), 200, htmx=True)
    hidden, _names = shown(ann, url(article))
    reply = ann.post(url(article), {"act": "undo", "key": new_key(), **hidden, **changed}, 200)
    assert "Nothing was changed" in reply.text
    assert stored(AnswerEvent) == 1


def test_nobody_takes_back_what_others_did(ann, browser, article):
    ann.post(url(article), fields(status="no_claim"), 200, htmx=True)
    hidden, _names = shown(ann, url(article))
    assert shown(browser("ben"), url(article)) == ({}, {})
    posted = {"act": "undo", "key": new_key(), **hidden}
    assert "Nothing was changed" in browser("ben").post(url(article), posted, 200).text
    assert answer_of(article).status == "no_claim"


def test_a_submitted_article_refuses(ann, article):
    ann.post(url(article), fields(status="no_claim"), 200, htmx=True)
    hidden, _names = shown(ann, url(article))
    with write():
        db.session.query(Assignment).update({"state": "submitted"})
    assert shown(ann, url(article)) == ({}, {})
    ann.post(url(article), {"act": "undo", "key": new_key(), **hidden}, 403)
    assert answer_of(article).status == "no_claim"


def test_the_keyboard_sheet_names_both(ann, article):
    sheet = ann.get(url(article)).text.split('<dialog id="keys"')[1]
    assert "<dd>Undo</dd>" in sheet
    assert "<dd>Redo</dd>" in sheet


def test_an_undo_says_which_revision_it_made(ann, article):
    ann.post(url(article), fields(claim()), 200, htmx=True)
    ann.post(url(article), fields(claim(stance="oppose"), revision=1), 200, htmx=True)
    key = new_key()
    reply = press(ann, url(article), "undo", 200, key=key, htmx=True)
    assert reply.headers["Annotator-Revision"] == "3"
    ann.post(url(article), fields(claim(stance="support"), revision=3), 200, htmx=True)


def test_an_undo_elsewhere_says_no_revision_of_this_sentence(ann, article):
    ann.post(url(article), fields(claim()), 200, htmx=True)
    reply = press(ann, url(article, 5), "undo", 200, htmx=True)
    assert "Annotator-Revision" not in reply.headers


def test_the_blank_form_has_nothing_to_take_back(ann, article):
    ann.post(url(article), fields(claim()), 200, htmx=True)
    page, _, blank = ann.get(url(article)).text.partition('<template id="blank"')
    assert 'name="undo"' in page
    assert not re.search('"(undo|redo)"', blank.partition("</template>")[0])
