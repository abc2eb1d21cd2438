"""What a save changes comes in parts; the page is then as if the server had drawn it whole."""

from urllib.parse import parse_qsl

import pytest
from label_page import as_drawn_whole, is_at, saved, start, until
from werkzeug.datastructures import MultiDict

from annotator.web.labelling.draft import read_plainly


@pytest.fixture
def page(visit, demo):
    page = visit("cal")
    page.requests = []
    page.on("request", lambda request: page.requests.append((request.method, request.url)))
    start(page, demo)
    return page


def strike(page, keys):
    for key in keys:
        page.keyboard.press(key)
        saved(page)


def test_after_each_choice(page):
    for key in "0sc":
        strike(page, key)
        as_drawn_whole(page)
    strike(page, "ol")
    as_drawn_whole(page)


def test_what_the_page_posts_is_read_without_the_form(page):
    posts = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request))
    for keys in ("0sc", "x"):
        strike(page, keys)
        strike(page, ["Enter"])
    bodies = [MultiDict(parse_qsl(post.post_data, keep_blank_values=True)) for post in posts]
    assert len(bodies) == 6
    assert [body for body in bodies if read_plainly(body) is None] == []


@pytest.mark.parametrize("keys", ["x", "u", "0ncw", "0su"])
def test_after_a_status_a_flag_or_a_condition(page, keys):
    strike(page, keys)
    as_drawn_whole(page)


def test_after_next_also_where_the_next_one_is_answered(page):
    for _ in range(3):
        strike(page, "0sc")
        page.keyboard.press("Enter")
        as_drawn_whole(page)
    page.keyboard.press("k")
    is_at(page, 3)
    page.keyboard.press("k")
    is_at(page, 2)
    as_drawn_whole(page)
    page.keyboard.press("Enter")
    is_at(page, 3)
    as_drawn_whole(page)


def test_after_undo_and_redo(page):
    strike(page, "0sc")
    page.keyboard.press("Backspace")
    until(page, "document.querySelector('[name$=-certainty]:checked') === null")
    as_drawn_whole(page)
    page.keyboard.press("c")
    as_drawn_whole(page)


def test_the_underlined_words_of_a_sentence_go_with_it(page):
    strike(page, "0sc")
    page.keyboard.press("m")
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    until(page, "document.querySelector('#sentence .words .mention') !== null")
    saved(page)
    page.click("#next")
    is_at(page, 2)
    as_drawn_whole(page)
    assert page.locator(".words .mention").count() == 0


def test_a_sentence_costs_one_request_for_each_key_and_none_for_the_next_sentence(page):
    del page.requests[:]
    strike(page, "0sc")
    page.keyboard.press("Enter")
    is_at(page, 2)
    saved(page)
    assert [method for method, _ in page.requests] == ["POST"] * 4
