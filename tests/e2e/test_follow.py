"""What is shown about an answer follows the form at once, whatever the network does."""

import pytest
from label_page import chip_says, cut_line, hold, is_at, saved, start, until

HINT = "document.querySelector('.claim.open h3 .hint').innerText"
MARGIN = "document.querySelector('#sentence .margin').innerText.replace(/\\s+/g, ' ').trim()"
SLOT = "document.querySelector('#rules strong').innerText.trim()"
TALLY = "document.querySelector('#progress').innerText.trim()"


@pytest.fixture
def page(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    return page


def look(page):
    return page.evaluate(HINT), page.evaluate(MARGIN)


def test_the_hint_and_the_margin_follow_before_the_server_has_answered(page):
    let_go = hold(page)
    before = page.evaluate(TALLY)
    assert look(page) == ("choose a speaker or no claim", "no answer yet")
    page.keyboard.press("0")
    assert look(page)[0] == "stance and certainty still open"
    assert page.evaluate(MARGIN) == "claim 1: NARRATOR, stance open, certainty open … … Narrator"
    page.keyboard.press("n")
    page.keyboard.press("c")
    assert page.evaluate(HINT) == "complete"
    drawn = page.evaluate(MARGIN)
    assert drawn.startswith("claim 1: NARRATOR, neutral, certain")
    assert page.evaluate(TALLY) != before
    counted = page.evaluate(TALLY)
    let_go()
    chip_says(page, "Saved")
    # The server draws and counts the same.
    assert (page.evaluate(MARGIN), page.evaluate(TALLY)) == (drawn, counted)
    assert page.evaluate(HINT) == "complete"


def test_without_a_connection_nothing_contradicts_the_form(page):
    total = page.evaluate(TALLY).split(" of ")[1]
    cut_line(page)
    for number in (1, 2):
        for key in "0sl":
            page.keyboard.press(key)
        assert page.evaluate(HINT) == "complete"
        page.keyboard.press("Enter")
        is_at(page, number + 1)
        assert page.evaluate(TALLY) == f"{number} of {total}"
    assert page.evaluate(HINT) == "choose a speaker or no claim"
    left = page.evaluate("document.querySelectorAll('li.line.decided .margin')[1].innerText")
    assert "Narrator" in left
    assert "not sent yet" in left
    numbers = (
        "[...document.querySelectorAll('li.line a.number')].map((one) => one.textContent.trim())"
    )
    assert page.evaluate(numbers)[1:4] == [
        "answered sentence 2",
        "answered sentence 3",
        "sentence 4",
    ]
    page.keyboard.press("Backspace")
    assert "when the connection is back" in page.inner_text("#notice")
    page.context.set_offline(False)
    saved(page)


@pytest.mark.parametrize(
    ("key", "control", "words"),
    [
        ("m", "Mention", "SP-9"),
        ("v", "Via", "CL-3"),
        ("i", "Conditional", "CE-8"),
        ("t", "Note", "doubt"),
        ("f", "Unsure", "second look"),
        ("x", "No claim", "unrelated"),
        ("s", "support", "Example:"),
    ],
)
def test_the_slot_explains_whatever_has_the_focus(page, key, control, words):
    page.keyboard.press(key)
    until(page, f"{SLOT} === '{control}'")
    assert words in page.inner_text("#rules")


@pytest.mark.parametrize("online", [True, False])
def test_after_next_the_rules_are_those_of_the_field_that_comes_next(page, online):
    if not online:
        cut_line(page)
    for key in "0nc":
        page.keyboard.press(key)
    assert page.evaluate(SLOT) == "certain"
    page.keyboard.press("Enter")
    is_at(page, 2)
    assert page.evaluate(SLOT) == "Speaker"
