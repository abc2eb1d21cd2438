"""Undo and redo by key in a real browser, across two sentences and a reload."""

import pytest


@pytest.fixture
def page(visit):
    return visit("cal")


def until(page, expression):
    """Wait until something is true on the page; the content policy forbids Playwright's own way."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not true within 5 s: {expression}")


def chosen(page, value):
    until(page, f"document.querySelector('#sentence [value={value}]')?.checked === true")


def unchosen(page, value):
    until(page, f"document.querySelector('#sentence [value={value}]')?.checked === false")


def named(page, words):
    """Wait until a button has this accessible name."""
    until(page, f"[...document.querySelectorAll('#answer button')].some(b => b.textContent"
                f".replace(/\\s+/g, ' ').trim().endsWith({words!r}))")  # fmt: skip


def test_the_last_saves_by_key_across_sentences_and_a_reload(page, demo):
    page.goto(demo.base + "/label/2/1")
    # What is pressed while a save is under way is one save: here each key is to be a step.
    for key, step in (
        ("0", "speaker NARRATOR"),
        ("n", "stance neutral"),
        ("c", "certainty certain"),
    ):
        page.keyboard.press(key)
        named(page, f"Undo: {step}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/label/2/2")
    page.keyboard.press("x")
    named(page, "Undo: no claim")

    page.keyboard.press("Backspace")
    unchosen(page, "no_claim")
    named(page, "Undo in sentence 2: certainty certain")
    page.reload()
    page.keyboard.press("Backspace")
    page.wait_for_url("**/label/2/1")
    unchosen(page, "certain")
    page.keyboard.press("Backspace")
    unchosen(page, "neutral")
    page.reload()
    unchosen(page, "neutral")
    named(page, "Redo: stance neutral")

    for value in ("neutral", "certain"):
        page.keyboard.press("Shift+Backspace")
        chosen(page, value)
    page.keyboard.press("Shift+Backspace")
    page.wait_for_url("**/label/2/2")
    chosen(page, "no_claim")
    until(page, "!document.querySelector('#sentence button[value=redo]')")
