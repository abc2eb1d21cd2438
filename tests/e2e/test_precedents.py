"""Precedents on the label page, in a real browser: one key, nothing moves, at 1366 and at 390."""

import sqlite3

from axe import Report
from label_page import run, saved, until
from stillness import MOST, PLACES, WATCH

PROJECT = "us-russia-cooperation"
TEXT = (
    "The department has no plans for joint operations of U.S. and Russian forces.\n\nNobody knew."
)
OPEN = "!document.querySelector('#precedents').hidden"
SHUT = "document.querySelector('#precedents').hidden"
IN_SIGHT = """() => {
    const { top, bottom } = document.querySelector("#sentence-words").getBoundingClientRect();
    return document.querySelector("#precedents").getBoundingClientRect().top >= bottom && top > 0;
}"""


def decided(demo, tmp_path):
    """Decide a sentence of the first article, and let somebody new have one that is like it."""
    path = tmp_path / "short.txt"
    path.write_text(TEXT, "utf-8")
    run(demo, "user", "add", "dee", "--role", "annotator", "-p", PROJECT)
    run(demo, "import", path, "-p", PROJECT)
    assign = ("--overlap", "1", "--annotators", "dee", "--articles", "short")
    run(demo, "assign", "-p", PROJECT, *assign)
    run(demo, "project", "change", PROJECT, "--precedents")
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute(
            "INSERT INTO decisions (sentence_id, state, revision, how, fields, status, claims,"
            " reason, rule, readers, codebook_version_id, decided_at) SELECT sentences.id,"
            " 'decided', 1, 'adjudicated', '{}', 'no_claim', '[]', 'ST-3: a plan is none', 'ST-3',"
            " '[]', 1, '2026-01-01' FROM sentences WHERE article_id = 1 AND position = 2"
        )
    database.close()


def test_one_key_shows_them_without_moving_anything(visit, demo, tmp_path):
    decided(demo, tmp_path)
    for width, height in ((1366, 768), (390, 844), (320, 640)):
        page = visit("dee")
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{demo.base}/label/5/0")
        report = Report(page)
        before = page.evaluate(PLACES)
        page.evaluate(WATCH)
        page.keyboard.press("Shift+B")
        until(page, OPEN)
        shown = page.inner_text("#precedents")
        assert "ST-3: a plan is none" in shown
        assert "The Defense Department has no plans" in shown
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width > 900:
            assert page.evaluate(IN_SIGHT)
        page.keyboard.press("Escape")
        until(page, SHUT)
        assert page.evaluate("document.activeElement !== document.body")
        now = page.evaluate(PLACES)
        assert {
            name: (before[name], now.get(name)) for name in before if before[name] != now.get(name)
        } == {}
        assert sum(value for value, _ in page.evaluate("shifts")) <= MOST
        # Labelling goes on with them open; another sentence shuts them.
        page.keyboard.press("Shift+B")
        until(page, OPEN)
        report("precedents")  # it moves things itself, so not before
        assert report.found == {}, (width, report.found)
        page.keyboard.press("0")
        saved(page)
        assert page.evaluate(OPEN)
        page.keyboard.press("j")
        until(page, SHUT)


def test_without_scripts_the_link_is_a_page(chromium, visit, demo, tmp_path):
    decided(demo, tmp_path)
    cookies = visit("dee").context.cookies()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{demo.base}/label/5/0")
    page.click("#precedents-link")
    assert "ST-3: a plan is none" in page.inner_text("main")
    page.click("text=Back to the sentence")
    assert page.url.startswith(f"{demo.base}/label/5/0")
    context.close()
