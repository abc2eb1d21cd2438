"""What the label page says while a save is on its way, held up, refused or impossible."""

import json
import re

import pytest
from label_page import (
    chip,
    chip_said,
    chip_says,
    cut_line,
    events_of,
    hold,
    is_at,
    listen,
    start,
    tell,
    until,
    waiting,
)

HERE = "**/label/2/1"
REFUSED = '<p data-status="{0}"><strong>Not saved: {1}.</strong></p>'


@pytest.fixture
def page(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    return page


def answer(page, status, body="", pattern=HERE):
    """Let something else answer every POST in the server's place."""

    def reply(route):
        if route.request.method != "POST":
            return route.continue_()
        headers = {"HX-Retarget": "#alert", "HX-Reswap": "innerHTML"} if body else {}
        return route.fulfill(status=status, body=body, headers=headers, content_type="text/html")

    page.route(pattern, reply)


def notice(page):
    return " ".join(page.inner_text("#waiting").split())


def test_nothing_to_save_then_saved_with_the_time(page):
    assert chip(page) == "All saved"
    page.keyboard.press("x")
    chip_says(page, "Saved")
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d", chip(page))
    assert page.locator("#saved time").get_attribute("datetime")
    assert page.inner_text("#sentence .margin").strip() == "no claim"
    until(page, "document.querySelector('#status').textContent === 'Saved'")


def test_a_slow_server_is_waited_for_in_words(page, demo):
    let_go = hold(page)
    listen(page)
    page.keyboard.press("x")
    chip_said(page, "Saving…")
    chip_said(page, "Still saving…")
    let_go()
    chip_says(page, "Saved")
    assert events_of(demo) == [1]


def test_what_waited_is_counted_while_it_is_sent(page, demo):
    cut_line(page)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    is_at(page, 2)
    page.keyboard.press("x")
    chip_says(page, "Offline: 2 unsent")
    assert re.match(r"No connection since \d\d:\d\d:\d\d 2 unsent answers in", notice(page))
    assert "to be sent when the connection is back" in notice(page)
    listen(page)
    page.context.set_offline(False)
    chip_said(page, "Sending 2…")
    chip_says(page, "Saved")
    assert events_of(demo) == [1, 2]


def test_a_copy_of_what_waits_is_a_file(page, tmp_path):
    cut_line(page)
    page.keyboard.press("x")
    chip_says(page, "Offline: 1 unsent")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a copy as a file").click()
    assert download.value.suggested_filename == "waiting-answers.json"
    download.value.save_as(tmp_path / "copy.json")
    (entry,) = json.loads((tmp_path / "copy.json").read_text())
    assert entry["url"] == "/label/2/1"
    assert ["status", "no_claim"] in entry["fields"]


def test_leaving_with_something_waiting_is_asked_about(page, demo):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    cut_line(page)
    page.keyboard.press("x")
    chip_says(page, "Offline: 1 unsent")
    page.context.set_offline(False)
    page.route(HERE, lambda route: route.abort())
    page.goto(demo.base + "/account")
    assert asked == ["beforeunload"]


def test_a_refused_answer_names_the_field_and_keeps_what_was_typed(page, demo):
    page.keyboard.press("0")
    chip_says(page, "Saved")
    page.evaluate("document.querySelector('[name=\"claims-0-mention\"]').value = 'Elvis Presley'")
    page.keyboard.press("n")
    chip_says(page, "Not saved: check mention")
    assert "was not found in this sentence" in page.inner_text("#claims-0-mention-error")
    assert page.input_value("[name='claims-0-mention']") == "Elvis Presley"
    assert page.is_checked("#claims-0-stance-neutral")
    until(page, "document.querySelector('#status').textContent.includes('Nothing was saved')")
    # What was refused is still there after a reload, and goes on from there.
    page.reload()
    chip_says(page, "Not saved: check mention")
    assert page.input_value("[name='claims-0-mention']") == "Elvis Presley"
    page.evaluate("document.querySelector('[name=\"claims-0-mention\"]').value = ''")
    page.keyboard.press("c")
    chip_says(page, "Saved")
    assert waiting(page) == 0
    assert events_of(demo) == [1, 1]


def test_a_refusal_of_another_sentence_is_linked(page):
    page.evaluate("document.querySelector('[name=\"claims-0-mention\"]').value = 'Elvis Presley'")
    page.keyboard.press("0")
    chip_says(page, "Not saved: check mention")
    page.keyboard.press("j")
    is_at(page, 2)
    chip_says(page, "Not saved: check sentence 2")
    page.click("#saved a")
    is_at(page, 1)
    chip_says(page, "Not saved: check mention")


def test_a_fault_is_tried_again_and_at_last_explained(page, demo):
    answer(page, 500)
    listen(page)
    page.keyboard.press("x")
    for seconds in (1, 2, 4):
        chip_said(page, f"Not saved: server error, retrying in {seconds} s")
    until(page, "document.querySelector('#waiting')")
    assert chip(page) == "Not saved: server error, 1 unsent"
    assert notice(page).startswith("Server error since")
    assert "No connection" not in notice(page)
    page.unroute(HERE)
    page.get_by_role("button", name="Retry now").click()
    chip_says(page, "Saved")
    assert events_of(demo) == [1]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (507, "the server cannot write: its disk is full"),
        (503, "the server cannot write"),
    ],
)
def test_a_server_that_cannot_write_says_whom_to_tell(page, demo, status, why):
    answer(page, status, REFUSED.format(status, why))
    page.keyboard.press("x")
    chip_says(page, "Not saved: the server cannot write")
    assert notice(page).startswith("The server cannot write since")
    assert "Tell your lead: lead." in notice(page)
    page.unroute(HERE)
    chip_says(page, "Saved")
    assert events_of(demo) == [1]


def test_an_article_taken_back_is_said_and_what_was_not_saved_can_be_copied(page):
    answer(page, 404, REFUSED.format(404, "not here"))
    page.keyboard.press("x")
    chip_says(page, "Not saved: article not assigned to you")
    alert = " ".join(page.inner_text("#alert").split())
    assert "Your lead reassigned it" in alert
    assert "Saved answers are kept" in alert
    assert page.locator("#alert a").get_attribute("href") == "/"
    with page.expect_download():
        page.locator("#alert").get_by_role("button", name="Save a copy as a file").click()
    page.get_by_role("button", name="Discard").click()
    chip_says(page, "All saved")
    assert waiting(page) == 0


def test_an_article_that_was_taken_back_says_when(page, demo, visit):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    lead = visit("lead")
    lead.goto(f"{demo.base}/projects/us-russia-cooperation/articles/2/people/A03")
    lead.get_by_role("button", name=re.compile("^Close")).click()
    lead.get_by_text(re.compile("closed for A03", re.IGNORECASE)).wait_for()
    page.keyboard.press("f")
    chip_says(page, "Not saved: article closed")
    at = r"\d+ \w{3} \d{4}, \d\d:\d\d UTC"
    assert re.search(
        rf"Your lead closed this article for you on {at}\. Saved", page.inner_text("#alert")
    )
    assert page.inner_text("#alert").count("are kept;") == 1


def test_an_article_submitted_in_another_window_is_closed(page):
    answer(page, 403, REFUSED.format(403, "change not possible"))
    page.keyboard.press("x")
    chip_says(page, "Not saved: article closed")
    assert waiting(page) == 1


@pytest.mark.parametrize("status", [200, 302])
def test_what_answers_in_the_servers_place_saves_nothing(page, demo, status):
    body = "<!doctype html><title>Welcome to our hotel</title>"

    def reply(route):
        if route.request.method != "POST":
            return route.continue_()
        if status == 200:
            return route.fulfill(status=200, body=body, content_type="text/html")
        return route.fulfill(status=302, headers={"location": demo.base + "/account"})

    page.route(HERE, reply)
    page.keyboard.press("x")
    chip_says(page, "Offline: 1 unsent")
    assert waiting(page) == 1
    page.unroute(HERE)
    chip_says(page, "Saved")
    assert events_of(demo) == [1]


def test_times_of_another_day_show_the_date(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.evaluate(
        "document.querySelector('#saved time').dateTime = '2020-01-02T12:00:00Z';"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    until(page, "document.querySelector('#saved').innerText.includes('2020')")


def in_sight(page, selector):
    """Say whether something is drawn where a person can see it, over whatever lies there."""
    box = page.locator(selector).bounding_box()
    height = page.viewport_size["height"]
    assert box, selector
    assert box["y"] >= 0, selector
    assert box["y"] + box["height"] <= height, selector
    return page.evaluate(
        "([x, y, wanted]) => Boolean(document.elementFromPoint(x, y)?.closest(wanted))",
        [box["x"] + 8, box["y"] + box["height"] / 2, selector],
    )


@pytest.mark.parametrize("width", [1366, 390])
def test_a_refusal_is_in_sight(visit, demo, width):
    page = visit("cal", width=width, height=844, routed=True)
    start(page, demo, 8)
    answer(page, 404, REFUSED.format(404, "not here"), "**/label/2/8")
    page.keyboard.press("x")
    chip_says(page, "Not saved: article not assigned to you")
    assert in_sight(page, "#alert")


@pytest.mark.parametrize("width", [1366, 390])
def test_the_end_of_the_session_is_in_sight(visit, demo, width):
    page = visit("cal", width=width, height=844, routed=True)
    start(page, demo, 8)
    page.wait_for_load_state("networkidle")
    tell(page, "100")
    until(page, "document.querySelector('#session-end').innerText !== ''")
    assert in_sight(page, "#session-end")
