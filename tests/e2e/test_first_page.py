"""What the first label page says, what a lead sees of it, and training: in a real browser."""

import json

import pytest
from axe import Report
from label_page import run, saved, until, waiting

from annotator.app import create_app
from annotator.config import Settings
from annotator.store.db import db, write
from annotator.store.models import Article, CodebookVersion, Decision, Sentence

PROJECT = "us-russia-cooperation"
STEPS = "document.querySelector('#first-steps')"
SLOT = "document.querySelector('#rules strong').innerText.trim()"
looks = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])


@pytest.fixture
def dee(demo, tmp_path):
    """Let somebody new have an article of three sentences; return its address."""
    path = tmp_path / "short.txt"
    path.write_text("They met. They talked.\n\nNobody said why.", "utf-8")
    run(demo, "user", "add", "dee", "--role", "annotator", "-p", PROJECT)
    run(demo, "import", path, "-p", PROJECT)
    assign = ("--overlap", "1", "--annotators", "dee", "--articles", "short")
    run(demo, "assign", "-p", PROJECT, *assign)
    return f"{demo.base}/label/5"


def gold(demo):
    """Decide the sentences of the short article as no claim, and train with it."""
    app = create_app(Settings.from_environ({}, data=demo.folder))
    with app.app_context():
        with write():
            version = db.session.query(CodebookVersion.id).first()[0]
            for sentence in db.session.query(Sentence).filter_by(article_id=5):
                made = {"status": "no_claim", "how": "adjudicated", "reason": "By CL-5: nothing."}
                db.session.add(
                    Decision(sentence_id=sentence.id, codebook_version_id=version, **made)
                )
            db.session.get(Article, 5).training = True
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("key", ["0", "x", "f"])
def test_the_first_answer_closes_the_four_lines(visit, dee, key):
    page = visit("dee")
    page.goto(f"{dee}/0")
    assert page.evaluate(f"{STEPS}.querySelectorAll('li').length") == 4
    page.keyboard.press("j")
    until(page, f"location.pathname.endsWith('/1') && {STEPS} !== null")
    page.keyboard.press(key)
    saved(page)
    until(page, f"{STEPS} === null")
    page.keyboard.press("j")
    until(page, "location.pathname.endsWith('/2')")
    assert page.evaluate(f"{STEPS} === null")


@looks
def test_the_first_page_has_no_fault(visit, dee, width, height):
    page = visit("dee", width, height)
    page.goto(f"{dee}/0")
    look = Report(page)
    look("first page")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert look.found == {}


@looks
def test_a_lead_tries_the_controls_and_nothing_is_saved(visit, demo, width, height):
    page = visit("lead", width, height)
    page.goto(f"{demo.base}/projects/{PROJECT}/articles/2")
    page.get_by_role("link", name="Preview the label page").click()
    page.wait_for_url("**/label/2/0/preview")
    look = Report(page)
    look("preview")
    for key in "0sc":
        page.keyboard.press(key)
    until(page, f"{SLOT} === 'certain'")
    assert "complete" in page.inner_text(".claim.open h3")
    assert waiting(page) == 0
    page.keyboard.press("x")
    until(page, f"{SLOT} === 'No claim'")
    look("tried")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/label/2/1/preview*")
    assert page.locator("#answer :checked:not(option)").count() == 0
    assert look.found == {}
    rows = run(demo, "labels", "export", "--project", PROJECT).splitlines()
    assert [row for row in map(json.loads, rows) if row["annotator"] == "L01"] == []


@looks
def test_training_by_keys_leads_to_work(visit, demo, dee, width, height):
    gold(demo)
    run(demo, "user", "add", "eve", "--role", "annotator", "-p", PROJECT)
    asked = ("--threshold", "status=0.6", "--threshold", "speaker=0")
    asked += ("--threshold", "stance=0", "--threshold", "certainty=0")
    run(demo, "project", "training", PROJECT, "--gate", *asked)
    run(demo, "project", "change", PROJECT, "--overlap", "4")
    page = visit("eve", width, height)
    page.goto(demo.base)
    look = Report(page)
    look("before")
    page.get_by_role("button", name="Begin the training").click()
    page.wait_for_url("**/label/5/0*")
    for key in "0sc":
        page.keyboard.press(key)
    saved(page)
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'feedback'")
    assert "Your answer differs from gold" in page.inner_text("#feedback")
    assert "not right" in page.inner_text("#feedback")
    assert "By CL-5: nothing." in page.inner_text("#feedback")
    look("differs")
    for position in (1, 2):
        page.keyboard.press("Enter")
        until(page, f"location.pathname.endsWith('/{position}')")
        page.keyboard.press("x")
        saved(page)
        page.keyboard.press("Enter")
        until(page, "document.activeElement.id === 'feedback'")
        assert "Your answer agrees with gold" in page.inner_text("#feedback")
    look("agrees")
    page.keyboard.press("Enter")
    page.wait_for_url("**/label/5/submit")
    page.get_by_role("button", name="Submit article").click()
    page.wait_for_url(f"**/projects/{PROJECT}/my-quality#training")
    assert "Passed" in page.inner_text("#training")
    look("passed")
    page.goto(demo.base)
    assert page.locator("table.articles a.button").inner_text().startswith("Start")
    look("work")
    assert look.found == {}
