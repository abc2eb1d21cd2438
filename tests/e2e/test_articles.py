"""Importing and repairing articles in a real browser, by keyboard and at a narrow width."""

import re
import sqlite3

import axe
import pytest

SLUG = "us-russia-cooperation"
TEXT = "Ministers weigh joint patrols\n\nTalks went on. They ended late and nobody spoke.\n"
BROKEN = b"text,title\nOne.,A\nTwo.\n"
FOCUSED = "document.activeElement.textContent.trim()"


@pytest.fixture
def lead(visit):
    return visit("lead")


def faults(page):
    """Return what a program finds wrong, and whether the page is wider than a telephone."""
    found = axe.faults(page)
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth") > 390
    page.set_viewport_size(size)
    return [*found, *(["scrolls sideways"] if wide else [])]


def press_enter(page, control):
    """Press a control by keyboard and wait for the page that it leads to."""
    control.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def paste(page, demo):
    """Paste an article by keyboard, look at it, add it."""
    page.goto(f"{demo.base}/projects/{SLUG}/import")
    page.get_by_label("Key", exact=True).focus()
    page.keyboard.type("patrols")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(TEXT)
    press_enter(page, page.get_by_role("button", name="Preview"))


def test_a_text_is_pasted_previewed_and_added_by_keyboard(lead, demo):
    paste(lead, demo)
    assert "1 of 1 file can be added. Nothing has been stored yet." in lead.inner_text("main")
    press_enter(lead, lead.get_by_role("button", name="Add 1 article"))
    lead.get_by_text("1 article added").wait_for()
    assert lead.get_by_role("link", name="Ministers weigh joint patrols").count() == 1


def test_nothing_is_wrong_with_the_pages_of_an_import(visit, demo):
    page = visit("lead")
    page.goto(f"{demo.base}/projects/{SLUG}/import")
    found = {"form": faults(page)}
    files = [
        {"name": "notes.csv", "mimeType": "text/csv", "buffer": BROKEN},
        {"name": "rows.csv", "mimeType": "text/csv", "buffer": b"id;body\n7;Talks went on.\n"},
        {"name": "a.txt", "mimeType": "text/plain", "buffer": TEXT.encode()},
    ]
    page.set_input_files("input[type=file]", files)
    with page.expect_navigation():
        page.get_by_role("button", name="Preview").click()
    assert page.get_by_role("group", name=re.compile("Columns of")).count() == 1
    found["preview"] = faults(page)
    assert found == {"form": [], "preview": []}


def sentences(demo, key="patrols"):
    """Return the sentences of an article as they are stored."""
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        rows = database.execute(
            "SELECT sentences.text FROM sentences JOIN articles"
            " ON articles.id = sentences.article_id WHERE articles.key = ? ORDER BY position",
            (key,),
        ).fetchall()
    database.close()
    return [text for (text,) in rows]


def test_a_sentence_is_split_and_put_back_by_keyboard(lead, demo):
    paste(lead, demo)
    press_enter(lead, lead.get_by_role("button", name="Add 1 article"))
    before = sentences(demo)
    press_enter(lead, lead.get_by_role("link", name="Ministers weigh joint patrols"))
    press_enter(lead, lead.get_by_role("link", name="Repair sentence 3"))
    split = lead.get_by_role("form", name="Split")
    split.get_by_role("button").first.focus()
    while lead.evaluate(FOCUSED) != "and":
        lead.keyboard.press("Tab")
    with lead.expect_navigation():
        lead.keyboard.press("Enter")
    assert sentences(demo)[2:] == ["They ended late", "and nobody spoke."]
    press_enter(lead, lead.get_by_role("button", name="Undo latest repair"))
    assert sentences(demo) == before


def test_nothing_is_wrong_with_the_pages_of_a_repair(visit, demo):
    page = visit("lead")
    page.goto(f"{demo.base}/projects/{SLUG}/articles")
    found = {"list": faults(page)}
    page.goto(f"{demo.base}/projects/{SLUG}/articles/1")
    found["review"] = faults(page)
    page.get_by_role("link", name="Repair sentence 6").click()
    page.wait_for_url("**/repair/5")
    found["repair"] = faults(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Merge", exact=True).click()
    assert "affects existing answers" in page.inner_text("h1")
    found["preview"] = faults(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_the_way_to_a_repair_is_in_sight_on_a_telephone(visit, demo):
    page = visit("lead", width=390, height=844)
    page.goto(f"{demo.base}/projects/{SLUG}/articles/1")
    link = page.get_by_role("link", name="Repair sentence 6").bounding_box()
    assert link["x"] + link["width"] <= 390


def test_words_to_press_look_like_the_sentence(lead, demo):
    lead.goto(f"{demo.base}/projects/{SLUG}/articles/1/repair/5")
    words = lead.evaluate(
        "[...document.querySelectorAll('.word-by-word > *')].map((one) =>"
        " getComputedStyle(one).fontFamily + getComputedStyle(one).fontSize)"
    )
    assert len(words) > 60
    assert len(set(words)) == 1
