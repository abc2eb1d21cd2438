"""One article labelled in a real browser with the keyboard alone."""

import json
import re

import pytest
from label_page import saved, until

# The fields of the reference-like reading of the second sample article that Cal gives here:
# sentence, then the keys a person presses. Names are typed once, then have a number.
KEYS = {
    1: ["0", "n", "c"],
    2: [("+", "Donald Trump", "person"), "s", "c", ".", ("a", "multiple officials"), "n", "c"],
    3: ["1", "s", "c"],
    4: ["0", "u", "c"],
    5: [("+", "Democrats and some Republicans", "group"), "o", "c", ".", "1", "s", "c"],
    6: ["1", "s", "c"],
    7: ["0", "s", "p"],
    8: ["1", "u", "c"],
    9: ["r", "s", "c"],
    10: ["r", "u", "d", "f"],
    11: ["r", "u", "c"],
    12: ["r", "s", "c"],
    13: ["0", "n", "d", ".", ("a", "many key voices in the cabinet"), "o", "c"],
    14: [("+", "James Mattis", "person"), "u", "c"],
    15: ["0", "u", "c"],
    16: ["0", "n", "c"],
    17: ["0", "u", "c"],
    0: ["0", "n", "c"],
}


@pytest.fixture
def page(visit):
    return visit("cal")


def at(position):
    """Match the address of a sentence of the second article."""
    return re.compile(rf"/label/2/{position}(#|$)")


def press(page, keys):
    for key in keys:
        if isinstance(key, str):
            page.keyboard.press(key)
            continue
        door, words, *kind = key
        page.keyboard.press(door)
        page.keyboard.type(words)
        if kind:
            page.keyboard.press("Tab")
            page.keyboard.type(kind[0])
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")  # in the text field: take it
        until(page, "document.activeElement.matches('h3')")


def test_a_whole_article_by_keyboard_alone(page, demo):
    page.get_by_role("link", name="Start").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(at(1))
    order = [*range(1, 18), 0]
    for position in order:
        page.wait_for_url(at(position))
        press(page, KEYS[position])
        saved(page)
        page.keyboard.press("Enter")
    page.wait_for_url("**/label/2/submit")
    assert "18 of 18 answered" in page.inner_text("main")
    rows = exported(demo)
    assert [row["sentence"] for row in rows] == list(range(18))
    assert all(row["complete"] for row in rows)
    assert [claim["speaker"] for claim in rows[5]["claims"]] == [
        "Democrats and some Republicans",
        "Donald Trump",
    ]
    assert rows[10]["unsure"]
    assert rows[9]["claims"][0]["speaker"] == "Donald Trump"


def exported(demo):
    """Return the rows of Cal's answers to the second article, as the lead downloads them."""
    from walker import Walker

    lead = Walker(demo.base)
    lead.get(demo.links["lead"])
    lead.submit(lead.form("csrf_token"))
    lead.get("/projects/us-russia-cooperation/labels.jsonl")
    rows = [json.loads(line) for line in lead.body.decode("utf-8").splitlines()]
    return [row for row in rows if row["annotator"] == "A03" and row["article"].startswith("003")]
