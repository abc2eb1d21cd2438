"""Quality in a real browser: a control article that looks like work, and every page of quality."""

import json

from axe import Report
from label_page import chip_says, run, until
from quality_demo import SLUG, give_control, measure, purposes

PROJECT = f"/projects/{SLUG}"
WIDE = "document.documentElement.scrollWidth - innerWidth"


def test_a_control_article_looks_like_work_and_counts_in_quality_alone(visit, demo):
    number = give_control(demo)
    agreement = run(demo, "agreement", "-p", SLUG, "--json")
    gold = run(demo, "labels", "export", "-p", SLUG)
    run(demo, "project", "checks", SLUG, "--give", "control", "--annotators", "ben")
    assert purposes(demo, "ben")[-1] == "control"
    ben = visit("ben")
    assert "Evening talks" in ben.inner_text("main")
    ben.goto(f"{demo.base}/label/{number}/0")
    assert "control" not in ben.content().lower().replace("controls", "")
    for position in (1, 2):
        ben.goto(f"{demo.base}/label/{number}/{position}")
        for key in "0nc" if position == 2 else "x":
            ben.keyboard.press(key)
        chip_says(ben, "Saved")
    ben.goto(f"{demo.base}/label/{number}/0")
    ben.keyboard.press("x")
    chip_says(ben, "Saved")
    ben.goto(f"{demo.base}/label/{number}/submit")
    ben.get_by_role("button", name="Submit article").click()
    until(ben, "!document.body.innerText.includes('Submit article')")
    assert "control" not in ben.inner_text("main").lower()
    lead = visit("lead")
    lead.goto(f"{demo.base}{PROJECT}/quality?field=status")
    row = lead.locator("tr[id^=annotator-]").filter(has_text="of 3").inner_text()
    assert "67" in row
    assert "2 of 3" in row
    assert run(demo, "agreement", "-p", SLUG, "--json") == agreement
    assert run(demo, "labels", "export", "-p", SLUG) == gold
    control = run(demo, "labels", "export", "-p", SLUG, "--purpose", "control").splitlines()
    assert [json.loads(row)["purpose"] for row in control] == ["control"] * 3


def states(visit, demo, width, height):
    """Yield each page of quality and models with its name, as wide as is asked for."""
    falls = measure(demo)
    lead = visit("lead", width, height)
    for path in (
        "/quality",
        f"/quality?annotator={falls}",
        f"/quality/{falls}/control?show=wrong",
        "/models",
    ):
        lead.goto(demo.base + PROJECT + path)
        yield lead, path
    lead.goto(f"{demo.base}{PROJECT}/quality")
    lead.get_by_text("As a table").click()
    yield lead, "weeks as a table"
    cal = visit("cal", width, height)
    cal.goto(f"{demo.base}{PROJECT}/my-quality")
    yield cal, "my quality"


def test_no_page_of_quality_has_a_fault_or_scrolls_sideways(visit, demo):
    found, width, height = {}, 390, 844
    for page, name in states(visit, demo, width, height):
        look = Report(page)
        look(name)
        found |= look.found
        page.set_viewport_size({"width": 320, "height": 800})
        if (wide := page.evaluate(WIDE)) > 0:
            found[name, "wide"] = wide
        page.set_viewport_size({"width": width, "height": height})
    assert found == {}


def test_a_lead_lets_several_in_at_once(visit, demo):
    measure(demo)
    lead = visit("lead")
    lead.goto(f"{demo.base}{PROJECT}/quality")
    waiting = lead.get_by_role("group", name="Let in").get_by_role("checkbox")
    before = waiting.count()
    assert before >= 3
    waiting.nth(0).check()
    waiting.nth(1).check()
    lead.get_by_label("Reason").fill("They have labelled for years.")
    lead.get_by_role("button", name="Let in").click()
    lead.get_by_text("can get work now.").wait_for()
    assert waiting.count() == before - 2
