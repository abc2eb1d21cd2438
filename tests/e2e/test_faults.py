"""A fault in a script never ends in "saved", and one answer that cannot be sent stops no other."""

from label_page import chip, chip_says, cut_line, events_of, is_at, rows_of, start, until, waiting

BROKEN = "Not saved: reload this page"
SLUG = "us-russia-cooperation"


def test_an_answer_to_a_sentence_whose_boundary_was_moved_is_shown_and_saved_on_purpose(
    visit, demo
):
    page, lead = visit("cal", routed=True), visit("lead")
    start(page, demo)
    cut_line(page)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    is_at(page, 2)
    lead.goto(f"{demo.base}/projects/{SLUG}/articles/2/repair/1")
    with lead.expect_navigation():
        lead.get_by_role("form", name="Split").get_by_role("button").last.click()
    if "answers" in lead.inner_text("h1"):
        with lead.expect_navigation():
            lead.locator("main form button").first.click()
    page.context.set_offline(False)
    chip_says(page, "Conflict: 1 sentence")
    page.locator("#saved a").click()
    is_at(page, 1)
    until(page, "document.querySelector('#notice')?.innerText.includes('Your lead changed')")
    assert page.is_checked("#status-no_claim")
    assert waiting(page) == 1
    assert "saved" not in chip(page).lower().replace("not saved", "")
    assert rows_of(demo) == []
    page.keyboard.press("Enter")
    is_at(page, 2)
    chip_says(page, "Saved")
    assert waiting(page) == 0
    assert [row["sentence"] for row in rows_of(demo)] == [1]


def test_a_script_error_turns_the_chip_and_what_is_chosen_is_sent_all_the_same(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    page.evaluate("void setTimeout(() => { throw new Error('injected'); })")
    chip_says(page, BROKEN)
    assert "may not be saved" in page.inner_text("#alert")
    page.keyboard.press("x")
    until(page, "!Object.keys(localStorage).join().includes('-waiting-')")
    assert chip(page) == BROKEN
    page.keyboard.press("Enter")
    is_at(page, 2)
    assert chip(page) == BROKEN
    assert events_of(demo) == [1]
    page.evaluate("void Promise.reject(new Error('a promise'))")
    page.keyboard.press("z")
    until(page, "!Object.keys(localStorage).join().includes('-waiting-')")
    assert events_of(demo) == [1, 2]
    with page.expect_navigation():
        page.get_by_role("button", name=BROKEN).click()
    chip_says(page, "Saved")
    assert [fault.split(": ")[-1] for fault in visit.faults] == ["injected", "a promise"]
    visit.faults.clear()


def test_a_script_that_cannot_be_loaded_turns_the_chip(visit, demo):
    page = visit("cal", routed=True)
    page.route("**/static/*/labelling/spans.js", lambda route: route.fulfill(status=500, body=""))
    start(page, demo)
    chip_says(page, BROKEN)


def test_an_entry_that_cannot_be_read_stops_no_other(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    user = page.evaluate("document.documentElement.dataset.user")
    page.evaluate(
        "([user]) => { const name = `annotator-waiting-${user}-0000000000000001`;"
        " const tab = sessionStorage.annotatorTab;"
        " const entry = {name, order: 1, url: '/label/2/7', fields: [[1], 2], tab};"
        " localStorage.setItem(name, JSON.stringify(entry)); }",
        [user],
    )
    page.keyboard.press("x")
    until(
        page, "Object.keys(localStorage).filter((name) => name.includes('-waiting-')).length === 1"
    )
    assert events_of(demo) == [1]
    chip_says(page, BROKEN)
    assert len(visit.faults) == 1
    visit.faults.clear()


def test_a_script_error_on_a_page_without_a_chip_is_said_as_well(visit, demo):
    page = visit("lead")
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    scripts = "[...document.scripts].map((script) => script.getAttribute('src'))"
    assert "script-errors" in page.evaluate(scripts)[0]
    page.evaluate("void setTimeout(() => { throw new Error('injected'); })")
    until(page, "document.querySelector('#alert').innerText.includes('may not be saved')")
    visit.faults.clear()
