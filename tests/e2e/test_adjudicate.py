"""Adjudication in a real browser, by keyboard alone: decide all of the demo, undo, edit, appeal."""

import json
import time

import pytest
from axe import faults
from label_page import run
from served_demo import HERE, SLUG


@pytest.fixture
def lead(visit, demo):
    page = visit("lead")
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    return page


def until(page, expression, seconds=10):
    """Wait until something is true on the page; the content policy forbids Playwright's own way."""
    from playwright.sync_api import Error

    for _ in range(seconds * 20):
        try:
            if page.evaluate(expression):
                return
        except Error as error:
            if "destroyed" not in str(error):  # by a navigation: the next page is asked again
                raise
        page.wait_for_timeout(50)
    pytest.fail(f"not true within {seconds} s: {expression}")


def heading(page):
    return page.evaluate("document.querySelector('h1').innerText")


def left(page):
    return int(page.evaluate("document.querySelector('#queue-heading .hint').innerText").split()[0])


def moved(page, before):
    """Wait for another sentence, on a page that listens: its scripts run when it is loaded."""
    other = f"document.querySelector('h1').innerText !== {json.dumps(before)}"
    until(page, f"document.readyState === 'complete' && {other}")


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_two_keys_decide_and_the_focus_is_on_the_next_sentence(lead):
    before, count = heading(lead), left(lead)
    lead.keyboard.press("1")
    lead.keyboard.press("Enter")
    moved(lead, before)
    assert left(lead) == count - 1
    assert focused(lead) == "sentence-heading"
    assert "Decided." in lead.inner_text("#status")
    assert HERE.search(lead.url)
    lead.keyboard.press("Backspace")
    until(lead, f"document.querySelector('h1').innerText === {json.dumps(before)}")
    assert left(lead) == count


def test_what_is_undone_by_key_is_brought_back_by_key(lead):
    before, count = heading(lead), left(lead)
    lead.keyboard.press("1")
    lead.keyboard.press("Enter")
    moved(lead, before)
    lead.keyboard.press("Backspace")
    until(lead, f"document.querySelector('h1').innerText === {json.dumps(before)}")
    assert left(lead) == count
    lead.keyboard.press("Shift+Backspace")
    until(lead, "document.querySelector('#status').innerText.includes('Redone')")
    assert left(lead) == count - 1


def test_ticked_sentences_are_accepted_together_and_the_others_stay(lead, demo):
    lead.goto(f"{demo.base}/projects/{SLUG}/adjudicate/unanimous")
    boxes = lead.locator("input[name=sentence]")
    count = boxes.count()
    first = boxes.first.get_attribute("value")
    assert count > 1
    boxes.first.uncheck()
    lead.get_by_role("button", name="Accept selected sentences").click()
    until(lead, f"document.querySelector('.notice.go')?.innerText.includes('{count - 1} ')")
    assert [box.get_attribute("value") for box in boxes.all()] == [first]


def test_enter_without_a_choice_says_what_to_do(lead):
    before = heading(lead)
    lead.keyboard.press("Enter")
    until(lead, "document.querySelector('#notice')?.innerText.includes('Select an answer')")
    assert heading(lead) == before


def test_keys_move_without_deciding(lead):
    before, count = heading(lead), left(lead)
    lead.keyboard.press("j")
    moved(lead, before)
    lead.keyboard.press("k")
    until(lead, f"document.querySelector('h1').innerText === {json.dumps(before)}")
    assert left(lead) == count


def test_keys_struck_faster_than_the_pages_come_are_all_heard(lead):
    places = [heading(lead)]
    for _ in range(3):
        lead.keyboard.press("j")
        moved(lead, places[-1])
        places.append(heading(lead))
    lead.keyboard.press("k")
    lead.keyboard.press("k")
    lead.keyboard.press("k")
    until(lead, f"document.querySelector('h1').innerText === {json.dumps(places[0])}")
    assert focused(lead) == "sentence-heading"
    assert places[0].split(" · ")[0] in lead.title()
    lead.go_back()
    until(lead, f"document.querySelector('h1').innerText === {json.dumps(places[1])}")


def test_moving_on_when_signed_out_keeps_the_page_and_says_so(lead):
    before = heading(lead)
    lead.context.clear_cookies()
    lead.keyboard.press("j")
    until(lead, "document.querySelector('#alert').innerText.includes('sign in again')")
    assert heading(lead) == before


def test_editing_has_its_own_keys_and_escape_leaves_it(lead):
    lead.keyboard.press("e")
    until(lead, "document.querySelector('.edit') !== null")
    lead.keyboard.press("o")
    lead.keyboard.press("l")
    values = "[...document.querySelectorAll('.edit input:checked')].map(one => one.value)"
    assert lead.evaluate(values)[-2:] == ["oppose", "likely"]
    lead.keyboard.press("Escape")
    until(lead, "document.querySelector('.edit') === null")
    assert "oppose" in lead.inner_text(".said.decided.filled")


def test_mention_and_links_are_edited_by_keyboard(lead, demo):
    lead.goto(f"{demo.base}/projects/{SLUG}/adjudicate/1/5")
    lead.keyboard.press("e")
    until(lead, "document.querySelector('.edit') !== null")
    lead.keyboard.press("v")
    until(lead, "document.activeElement.matches('select')")
    lead.keyboard.press("ArrowDown")
    link = lead.evaluate("document.activeElement.selectedOptions[0].label")
    lead.keyboard.press("Enter")
    until(lead, f"document.querySelector('.edit .chip')?.innerText === {json.dumps(link)}")
    assert lead.evaluate("document.activeElement.value") == ""
    lead.keyboard.press("Escape")
    lead.keyboard.press("m")
    until(lead, "document.activeElement.name === 'claims-0-mention'")
    lead.keyboard.press("Control+a")
    lead.keyboard.type("Mr. Mattis")
    lead.keyboard.press("Enter")
    until(lead, "document.querySelector('.edit') === null")
    decided = lead.inner_text("td.said.decided.filled")
    assert f"via {link}" in decided
    assert "“Mr. Mattis”" in decided


def test_a_whole_queue_is_decided_by_keyboard_at_more_than_200_an_hour(lead, demo):
    """Press what a person presses: a digit, a reason where one is needed, Enter."""
    count, begun, decided = left(lead), time.monotonic(), 0
    while "/adjudicate/" in lead.url:
        before = heading(lead)
        lead.keyboard.press("1")
        lead.keyboard.press("Enter")
        answered = (
            f"document.querySelector('h1').innerText !== {json.dumps(before)}"
            " || document.activeElement.id === 'reason'"
        )
        until(lead, answered)
        if focused(lead) == "reason":
            lead.keyboard.type("ST-3: no plans")
            lead.keyboard.press("Enter")
            moved(lead, before)
        decided += 1
        lead.wait_for_timeout(50)
        if decided >= count:
            break
    seconds = time.monotonic() - begun
    assert decided == count
    # The machine's own share of each decision leaves a person nearly all of the 18 seconds.
    assert seconds / decided < 9
    until(lead, "document.querySelector('h1').innerText === 'Adjudicate'")
    rows = [json.loads(line) for line in run(demo, "gold", "-p", SLUG).splitlines()]
    assert sum(row["how"] == "adjudicated" for row in rows) == count
    # What is left has a third annotator at work, so it waits for the answers.
    still_open = [row["article"] for row in rows if row["how"] == "open"]
    assert set(still_open) == {"003_d8b704d0d15f47b2"}
    lead.goto(f"{demo.base}/projects/{SLUG}/adjudicate?kind=expected")
    waiting = lead.locator(".views a[aria-current] .num").inner_text()
    assert int(waiting) >= len(still_open)
    assert "Answers still expected: " in lead.inner_text("#work")


def test_nothing_is_wrong_for_assistive_technology(lead):

    for key in ("", "1", "e"):
        if key:
            lead.keyboard.press(key)
            lead.wait_for_timeout(400)
        assert faults(lead) == []


def test_it_works_at_390_pixels_without_sideways_scrolling(visit, demo):
    page = visit("lead", width=390, height=800)
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_works_without_javascript(visit, demo):
    page = visit("lead", java_script_enabled=False)
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    before = page.inner_text("h1")
    page.get_by_role("button", name="Select").first.click()
    page.get_by_role("button", name="Decide and next").click()
    assert page.inner_text("h1") != before


def test_a_fault_is_said_with_the_id_that_the_log_has(lead):
    said = '<p data-status="500"><strong>Not saved: server error.</strong></p>'
    replies = [(500, said.replace("</p>", " <small>request ab12</small></p>")), (502, "<h1>Bad")]

    def answer(route):
        if route.request.method != "POST":
            return route.fallback()
        status, body = replies.pop(0)
        return route.fulfill(status=status, body=body, content_type="text/html")

    lead.route("**/adjudicate/**", answer)
    before = heading(lead)
    alert = "document.querySelector('#alert').innerText"
    ours, proxys = "Not saved: server error. request ab12", "(502). Try again."
    for key, words in (("1", ours), ("Enter", proxys)):
        lead.keyboard.press(key)
        until(lead, f"{alert}.includes({json.dumps(words)})")
        assert heading(lead) == before
