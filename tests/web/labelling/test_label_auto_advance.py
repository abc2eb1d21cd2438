"""Moving on by itself, for whoever wants it."""

import json
import re

import pytest
from label_form import claim, fields, narrator

from annotator.work.accounts import accounts


@pytest.fixture
def ann(browser, article):
    """Ann's browser; she has switched it on."""
    ann = browser("ann")
    ann.post("/account", {"change": "auto_advance", "auto_advance": "y"}, 303)
    return ann


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def led_to(reply):
    return json.loads(reply.headers.get("HX-Location", "{}")).get("path")


def test_the_switch_is_kept_and_can_be_taken_back(ann, url):
    assert re.search(r'name="auto_advance"[^>]*', ann.get("/account").text)
    assert re.search(r"<input[^>]* checked[^>]*auto_advance", ann.get("/account").text)
    assert "data-auto-advance" in ann.get(url).text
    ann.post("/account", {"change": "auto_advance"}, 303)
    assert accounts.get_user("ann").preferences == {"auto_advance": False}
    assert "data-auto-advance" not in ann.get(url).text


def test_the_last_field_of_the_only_claim_leads_on(ann, url, article):
    half = {"speaker": narrator().id, "stance": "neutral"}
    assert led_to(ann.post(url, fields(half), 200, htmx=True)) is None
    whole = ann.post(url, fields(claim(), revision=1), 200, htmx=True)
    assert led_to(whole) == f"/label/{article.id}/3"


def test_a_sentence_without_a_claim_leads_on(ann, url, article):
    reply = ann.post(url, fields(status="no_claim"), 200, htmx=True)
    assert led_to(reply) == f"/label/{article.id}/3"


def test_a_change_of_what_was_complete_stays(ann, url):
    ann.post(url, fields(claim()), 200, htmx=True)
    for revision, changed in enumerate(({"unsure": "y"}, {"note": "x"}), start=1):
        posted = fields(claim(), revision=revision, **changed)
        assert led_to(ann.post(url, posted, 200, htmx=True)) is None


def test_a_second_claim_stays(ann, url):
    half = {"speaker": narrator().id, "stance": "oppose"}
    ann.post(url, fields(claim(), half), 200, htmx=True)
    reply = ann.post(url, fields(claim(), claim(stance="oppose"), revision=1), 200, htmx=True)
    assert led_to(reply) is None


def test_a_button_does_what_it_says(ann, url):
    assert led_to(ann.post(url, fields(claim(), act="stay"), 200, htmx=True)) is None


def test_whoever_has_not_switched_it_on_stays(browser, ann, url):
    ben = browser("ben")
    assert led_to(ben.post(url, fields(claim()), 200, htmx=True)) is None
    assert "data-auto-advance" not in ben.get(url).text
