"""The agreement report in a real browser: assistive technology, narrow screens, the way down."""

import pytest
from axe import faults

PAGE = "projects/us-russia-cooperation/agreement"


@pytest.mark.parametrize("path", ["", "?field=certainty", "/sentences?kind=all", "/by/article"])
def test_nothing_is_wrong_for_assistive_technology(visit, path):
    page = visit("lead")
    page.goto(page.url + PAGE + path)
    assert faults(page) == []


def test_nothing_reaches_over_a_narrow_screen(visit):
    page = visit("lead", width=390, height=844)
    page.goto(page.url + PAGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_from_a_cell_to_its_sentences_by_keyboard(visit):
    page = visit("lead")
    page.goto(page.url + PAGE)
    cell = page.locator("#confusion-stance a.cell:not(.same)").first
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreement/sentences**")
    assert page.locator("article.behind").count() >= 1
