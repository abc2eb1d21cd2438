"""Every page and every state of the label page, looked at by axe: it finds nothing."""

import sqlite3

from axe import Report, faults, looks
from label_page import chip_says, cut_line, run, start, until

PROJECT = "us-russia-cooperation"
PAGES = {
    None: ["/sign-in", "/sign-in/unknown"],
    "lead": [
        "/",
        "/account",
        "/nowhere",
        *(
            f"/projects/{PROJECT}{path}"
            for path in (
                "",
                "/articles",
                "/articles/1",
                "/articles/1/details",
                "/articles/metadata",
                "/articles/withdrawn",
                "/manage",
                "/people/invite",
                "/articles/1/read",
                "/explore?text=military",
                "/activity",
                "/import",
                "/assign",
                "/agreement",
                "/quality",
                "/gold?method=dawid-skene&show=open",
                "/models",
                "/results",
                "/results?source=answers&by=week",
                "/codebook",
                "/codebook/versions",
                "/codebook/difference",
                "/codebook/edit",
                "/codebook/worklists?value=stances.oppose",
                "/codebook/edit/settings",
                "/codebook/edit/stances/0",
                "/codebook/edit/certainties/4",
                "/releases",
                "/releases/gates?method=mace",
                "/adjudicate/majority",
                "/adjudicate/unanimous",
            )
        ),
    ],
    "new": ["/", "/projects/training/my-quality"],
    "ben": ["/", "/?tab=flagged", "/?tab=submitted", "/label/2/submit", "/label/1/submit"],
}


@looks
def test_no_page_has_a_fault(chromium, visit, demo, width, height):
    found = {}
    for name, paths in PAGES.items():
        if name:
            page = visit(name, width, height)
        else:
            size = {"width": width, "height": height}
            page = chromium.new_page(viewport=size)
        for path in paths:
            page.goto(demo.base + path)
            if seen := faults(page):
                found[f"{name} {path}"] = seen
        page.context.close()
    assert found == {}


@looks
def test_no_state_of_an_answer_has_a_fault(visit, demo, width, height):
    page = visit("cal", width, height)
    look = Report(page)
    start(page, demo)
    look("empty")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#notice')")
    look("no answer yet")
    for key in "0nc":
        page.keyboard.press(key)
    chip_says(page, "Saved")
    look("one claim")
    page.keyboard.press(".")
    until(page, "document.querySelectorAll('#answer .claim').length === 2")
    page.keyboard.press("+")
    page.keyboard.type("Tr")
    until(page, "document.querySelector('.found:not([hidden]) [role=option]')")
    look("finding a speaker")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    until(page, "document.querySelector('.asks-unnamed .found:not([hidden]) [role=option]')")
    look("an unnamed source")
    page.keyboard.press("Escape")
    for key in "0sc.":
        page.keyboard.press(key)
    until(page, "document.querySelectorAll('#answer .claim').length === 3")
    for key in "0uc":
        page.keyboard.press(key)
    chip_says(page, "Saved")
    look("three claims")
    for key in "vt":
        page.keyboard.press(key)
        page.keyboard.press("Escape")
    look("details open")
    page.keyboard.press("m")
    look("picking the mention")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    until(page, "document.querySelector('#notice')")
    look("asked before claims go")
    page.goto(f"{demo.base}/label/2/1/history")
    look("history")
    assert look.found == {}


@looks
def test_no_trouble_has_a_fault(visit, demo, width, height):
    page = visit("cal", width, height)
    look = Report(page)
    start(page, demo, 2)
    page.evaluate("document.querySelector('[name$=-stance]').value = 'nonsense'")
    page.evaluate("document.querySelector('[name$=-stance]').click()")
    chip_says(page, "Not saved")
    look("refused")
    page.evaluate("localStorage.clear()")
    start(page, demo, 3)
    other = page.context.new_page()
    start(other, demo, 3)
    other.keyboard.press("x")
    chip_says(other, "Saved")
    other.close()
    page.keyboard.press("z")
    until(page, "document.querySelector('#conflict')")
    look("conflict")
    page.keyboard.press("2")
    until(page, "!document.querySelector('#conflict')")
    start(page, demo, 4)
    cut_line(page)
    page.keyboard.press("x")
    chip_says(page, "Offline: 1 unsent")
    look("offline")
    page.context.set_offline(False)
    chip_says(page, "Saved")
    start(page, demo, 5)
    change(demo, "DELETE FROM sign_ins")
    page.keyboard.press("x")
    until(page, "document.querySelector('#signed-out').open")
    look("signed out")
    assert look.found == {}


@looks
def test_nothing_that_opens_has_a_fault(visit, demo, width, height):
    page = visit("ben", width, height)
    look = Report(page)
    start(page, demo, 13)
    if width < 900:
        page.click("#menu-button")
        look("menu")
        page.keyboard.press("Escape")
        page.click(".chips .phone input")
        look("all speakers")
    else:
        page.keyboard.press("b")
        until(page, "!document.querySelector('#codebook').hidden")
        look("codebook")
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    until(page, "document.querySelector('#keys').open")
    look("keys")
    assert look.found == {}


@looks
def test_nothing_that_opens_for_a_lead_has_a_fault(visit, demo, width, height):
    page = visit("lead", width, height)
    look = Report(page)
    page.goto(f"{demo.base}/projects/{PROJECT}/gold")
    page.get_by_text("Download as CSV").click()
    look("downloads")
    if width < 900:
        page.get_by_role("button", name="Menu").click()
        look("pages")
    assert look.found == {}


@looks
def test_no_state_of_an_article_has_a_fault(visit, demo, tmp_path, width, height):
    text = tmp_path / "long.txt"
    text.write_text("A long transcript\n\n" + "They said that it was so. " * 300, encoding="utf-8")
    run(demo, "import", str(text), "--project", PROJECT)
    run(demo, "assign", "--project", PROJECT, "--overlap", "3")
    page = visit("ben", width, height)
    look = Report(page)
    page.goto(f"{demo.base}/label/1/2")
    assert "Submitted" in page.inner_text("#answer")
    look("submitted")
    change(
        demo,
        "UPDATE assignments SET state = 'returned', note = 'Who speaks in sentence 7?'"
        " WHERE article_id = 1",
    )
    page.reload()
    assert "Who speaks in sentence 7?" in page.inner_text("#answer")
    look("returned")
    page.goto(f"{demo.base}/?tab=returned")
    look("returned, in my work")
    page.goto(f"{demo.base}/label/5/150")
    assert page.get_by_label("Go to sentence").is_visible()
    look("long")
    assert look.found == {}


def change(demo, statement):
    """Change the database behind the server's back."""
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute(statement)
    database.close()
