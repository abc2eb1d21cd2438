"""The order of claims: the first one is the primary one."""

import re

import pytest
from label_form import answer_of, claim, fields


@pytest.fixture
def ann(browser):
    return browser("ann")


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def three():
    return [claim(stance=stance) for stance in ("support", "neutral", "oppose")]


@pytest.mark.parametrize(
    ("act", "order", "opened"),
    [
        ("up-2", ["support", "oppose", "neutral"], 1),
        ("down-0", ["neutral", "support", "oppose"], 1),
        ("up-0", ["support", "neutral", "oppose"], 0),
        ("down-2", ["support", "neutral", "oppose"], 2),
        ("up-9", ["support", "neutral", "oppose"], 2),
    ],
)
def test_a_claim_moves_one_place_and_stays_open(ann, url, article, act, order, opened):
    reply = ann.post(url, fields(*three(), act=act), 200, htmx=True)
    assert [each.stance for each in answer_of(article).claims] == order
    assert f'data-focus="claim-{opened}"' in reply.text or act == "up-9"


def test_only_what_can_move_has_its_buttons(ann, url):
    ann.post(url, fields(*three(), act="stay"), 303)
    for number, found in ((0, {"down-0"}), (1, {"up-1", "down-1"}), (2, {"up-2"})):
        page = ann.get(f"{url}?claim={number}").text.split("</form>")[0]
        assert set(re.findall(r'value="((?:up|down)-\d)"', page)) == found


def test_a_plain_browser_moves_claims_too(ann, url, article):
    there = ann.post(url, fields(*three(), act="up-2"), 303).location
    assert "claim=1" in there
    assert answer_of(article).claims[1].stance == "oppose"


def test_a_removed_claim_needs_no_question_and_undo_brings_it_back(ann, url, article):
    ann.post(url, fields(*three(), act="stay"), 303)
    page = ann.post(url, fields(*three(), revision=1, act="remove-1"), 200, htmx=True).text
    assert len(answer_of(article).claims) == 2
    step = re.search(r'name="undo" value="(\d+)"', page).group(1)
    ann.post(url, {"act": "undo", "undo": step, "key": "take-it-back"}, 200, htmx=True)
    assert [each.stance for each in answer_of(article).claims] == ["support", "neutral", "oppose"]


def test_q_and_shift_q_lead_to_the_neighbours(ann, url):
    ann.post(url, fields(*three(), act="stay"), 303)
    page = ann.get(f"{url}?claim=1").text
    assert re.search(r'value="edit-2" data-key="Q"', page)
    assert re.search(r'value="edit-0" data-key="Shift\+Q"', page)
