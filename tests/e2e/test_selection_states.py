"""Selections of Explore, their notes, and 45 annotators: axe, the Tab key, and 320 px."""

from label_page import until
from page_walk import SIZES, troubles, walked

from annotator.store.db import db, write
from annotator.store.models import Article, Sentence
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.assignment import assigning
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.saving import Save, save_answer

PROJECT = "us-russia-cooperation"
HOME = f"/projects/{PROJECT}"
EXPLORE = f"{HOME}/explore"
NOTE = "Compare these sentences with each other. " * 6


class Walk:
    """What is wrong with each state of a page, at each size."""

    def __init__(self, page):
        self.page, self.found = page, {}

    def __call__(self, state, *, tabs=True):
        until(self.page, "document.readyState === 'complete'")
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            if said := troubles(self.page, tabs=tabs):
                self.found[state, width] = said
        width, height = SIZES[0]
        self.page.set_viewport_size({"width": width, "height": height})


def crowded(demo):
    """Let 42 more people join, and answer one sentence each."""
    with demo.app.app_context():
        db.session.rollback()
        with write():
            project = projects.get(PROJECT)
            article = db.session.get(Article, 1)
            sentence = db.session.query(Sentence).filter_by(article_id=1, position=3).one()
            users = [accounts.add_user(f"person-{n}") for n in range(42)]
            for user in users:
                memberships.join(project, user, {"annotator"})
            db.session.flush()
            assigning.assign([(article.id, user.id) for user in users])
            for user in users:
                save_answer(sentence, user, AnswerDraft("no_claim"), Save(0, f"key-of-{user.id}"))
        db.session.remove()


def test_no_state_of_a_selection_and_its_note_has_a_fault(visit, demo):
    page = visit("lead")
    look = Walk(page)
    page.goto(f"{demo.base}{EXPLORE}?text=military")
    page.locator("input[name=row]").first.check()
    page.get_by_role("button", name="Write a note").click()
    look("what the note says is asked")
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Write the note").click()
    assert "Note written on 1 sentence." in page.inner_text("body")
    look("the list says that the note is written")
    for path in ("/flags", "/explore?note=yes", "/articles/1/read", "/adjudicate/1/3"):
        page.goto(demo.base + HOME + path)
        look(path)
    page.goto(f"{demo.base}{EXPLORE}?by=decisions")
    look("decisions")
    page.goto(f"{demo.base}{EXPLORE}?status=claims")
    page.get_by_label("found, on every page").check()
    page.get_by_role("button", name="Put on a worklist").click()
    assert "Worklist of the answers" in page.inner_text("h1")
    look("what to look at is asked")
    page.evaluate("document.querySelector('#written').required = false")
    page.get_by_role("button", name="Make the worklist").click()
    until(page, "document.activeElement.id === 'written' && document.querySelector('.error')")
    look("nothing was written")
    page.goto(f"{demo.base}{EXPLORE}?status=claims")
    page.get_by_label("found, on every page").check()
    page.get_by_role("button", name="Add to the adjudication queue").click()
    look("all of a view are asked about")
    assert look.found == {}


def test_no_page_with_many_annotators_has_a_fault(visit, demo):
    visit("lead").context.close()
    crowded(demo)
    page = visit("lead")
    look = Walk(page)
    page.goto(demo.base + HOME)
    assert "1 to 40 of 45 annotators" in page.inner_text("#matrix")
    look("the matrix")
    page.get_by_role("link", name="Next annotators").click()
    assert "41 to 45 of 45 annotators" in page.inner_text("#matrix")
    look("the last annotators of the matrix")
    page.goto(f"{demo.base}{HOME}/agreement?field=status")
    assert "40 annotators of" in page.inner_text("#pairs")
    look("the pairs by name", tabs=False)  # hundreds of links
    page.get_by_role("link", name="Lowest kappa first").click()
    assert page.locator("#pairs [aria-current=page]").inner_text() == "Lowest kappa first"
    look("the pairs by kappa", tabs=False)
    page.locator("#pairs [aria-current=page]").focus()
    assert walked(page, 60, leaves=False) == []
    assert look.found == {}
