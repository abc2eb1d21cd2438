"""Answers that wait in the browser are counted and sent on every page of whoever gave them."""

import pytest
from label_page import chip_says, cut_line, events_of, renew_link, start, until, waiting

UNSENT = "document.querySelector('#unsent')?.innerText ?? ''"


def leave_with(page, demo, keys, path="/"):
    """Label while nothing gets through, and go to another page all the same."""
    start(page, demo)
    page.route("**/label/2/*", hold)
    for key in keys:
        page.keyboard.press(key)
    until(page, f"{len(keys)} === Object.keys(localStorage).join().split('-waiting-').length - 1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(demo.base + path)


def hold(route):
    return route.abort() if route.request.method == "POST" else route.continue_()


@pytest.mark.parametrize(("name", "path"), [("cal", "/"), ("cal", "/account"), ("cal", "/nowhere")])
def test_a_page_says_how_many_answers_wait_and_sends_them(visit, demo, name, path):
    page = visit(name, routed=True)
    leave_with(page, demo, "0", path)
    until(page, f"({UNSENT}).includes('1 unsent answer in this browser')")
    assert "saved" not in page.inner_text("main")
    assert events_of(demo) == []
    page.unroute("**/label/2/*")
    until(page, f"({UNSENT}).includes('Saved 1 answer')")
    assert waiting(page) == 0
    assert events_of(demo) == [1]


def test_the_sign_in_page_says_how_many_answers_wait_and_they_are_sent_after_it(visit, demo):
    page = visit("cal", routed=True)
    leave_with(page, demo, "0")
    page.context.clear_cookies()
    page.goto(demo.base + "/")
    page.get_by_text("1 unsent answer in this browser, to be sent when").wait_for()
    page.unroute("**/label/2/*")
    page.goto(renew_link(demo, "cal"))
    page.get_by_role("button", name="Sign in").click()
    until(page, f"({UNSENT}).includes('Saved 1 answer')")
    assert events_of(demo) == [1]
    page.context.clear_cookies()
    page.goto(demo.base + "/")
    assert page.locator("#waits").is_hidden()


def test_a_page_without_waiting_answers_says_nothing_of_them(visit):
    page = visit("cal")
    assert page.locator("#unsent").count() == 0
    assert "saved" not in page.inner_text("main")


def test_two_changes_of_one_sentence_are_one_answer_to_whoever_signs_out(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    cut_line(page)
    for key in "0n":
        page.keyboard.press(key)
    chip_says(page, "Offline: 1 unsent")
    page.context.route("**/label/**", hold)
    page.context.set_offline(False)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(demo.base + "/")
    until(page, f"({UNSENT}).includes('1 unsent answer in this browser')")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert any(words.startswith("1 unsent answer in this browser") for words in asked)
    assert waiting(page) == 0


def test_what_somebody_else_left_in_this_browser_is_neither_sent_nor_counted(visit, demo):
    page = visit("cal", routed=True)
    page.evaluate(
        "localStorage.setItem('annotator-waiting-999-1', JSON.stringify({url: '/label/2/1'}))"
    )
    page.reload()
    page.wait_for_timeout(300)
    assert page.locator("#unsent").count() == 0
    assert page.evaluate("localStorage.getItem('annotator-waiting-999-1') !== null")


def test_a_refused_answer_is_named_with_the_way_to_it(visit, demo):
    page = visit("cal", routed=True)
    leave_with(page, demo, "0")
    other = page.context.new_page()
    other.on("dialog", lambda dialog: dialog.accept())
    start(other, demo)
    other.keyboard.press("x")
    chip_says(other, "Saved")
    other.close()
    page.unroute("**/label/2/*")
    until(page, f"({UNSENT}).includes('check sentence 2')")
    page.get_by_role("link", name="check sentence 2").click()
    until(page, "document.querySelector('#conflict') !== null")


def test_an_article_is_not_submitted_while_an_answer_to_it_waits(visit, demo):
    page = visit("cal", routed=True)
    leave_with(page, demo, "0")
    until(page, f"({UNSENT}).includes('1 unsent answer')")
    page.evaluate(
        "() => { const form = document.createElement('form'); form.method = 'post';"
        " form.action = '/label/2/submit'; document.body.append(form); form.requestSubmit(); }"
    )
    until(page, f"({UNSENT}).includes('Not submitted')")
    assert page.url == demo.base + "/"
