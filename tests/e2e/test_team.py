"""The pages of a lead in a real browser; the whole path of a team is in test_whole_path.py."""

import re

import pytest
from axe import Report
from label_page import until


@pytest.fixture
def lead(visit):
    return visit("lead")


def press(page, name, **options):
    page.get_by_role("button", name=name, **options).click()
    page.wait_for_load_state()


def test_a_merge_by_keyboard_and_its_undo(lead, demo):
    lead.goto(f"{demo.base}/projects/us-russia-cooperation/speakers?q=Russian")
    lead.get_by_role("link", name="Russian government").focus()
    lead.keyboard.press("Enter")
    lead.get_by_label("Speaker to keep").focus()
    lead.keyboard.type("Russian Ministry of Defense")
    lead.keyboard.press("Enter")
    lead.get_by_role("heading", name="“Russian government” merged into").wait_for()
    until(lead, "document.activeElement?.id === 'preview-heading'")
    lead.keyboard.press("Tab")
    assert lead.evaluate("document.activeElement.textContent") == "Merge"
    lead.keyboard.press("Enter")
    lead.get_by_text(re.compile(r"\b16 claims in")).wait_for()
    press(lead, re.compile("^Undo"))
    lead.get_by_text("Undone: “Russian government” merged").wait_for()


PAGES = (
    "",
    "/people",
    "/settings",
    "/speakers",
    "/speakers/2",
    "/flags",
    "/pace",
    "/articles/1/people/A01",
    "/articles/2/people/A02",
)


def test_the_pages_of_a_team_have_no_fault_that_a_program_can_find(visit, demo):
    page = visit("lead")
    report = Report(page)
    for path in PAGES:
        page.goto(f"{demo.base}/projects/us-russia-cooperation{path}")
        report(path)
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.set_viewport_size({"width": 1366, "height": 768})
    assert report.found == {}
