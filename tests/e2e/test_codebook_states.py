"""Pages after a change of the codebook and with many answers: axe, the Tab key, and 320 px."""

from dataclasses import replace

from label_page import chip_says, until
from page_walk import SIZES, troubles
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Article, Sentence, WorklistAnswer
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.assignment import assigning
from annotator.work.codebook import drafts, versions, worklists
from annotator.work.codebook.worklists import Wanted
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.saving import Save, save_answer

PROJECT = "us-russia-cooperation"
BOOK = f"/projects/{PROJECT}/codebook"
PAGES = {
    "lead": [
        f"/projects/{PROJECT}/adjudicate/1/3",
        f"{BOOK}/publish",
        f"{BOOK}/versions",
        f"{BOOK}/worklists",
        f"{BOOK}/rulings/ST-3",
        f"/projects/{PROJECT}/people/invite",
        f"/projects/{PROJECT}/settings",
    ],
    "ann": [f"/projects/{PROJECT}/worklist", "/label/1/2?worklist=y"],
}


def changed(demo):
    """Change the codebook, begin a draft that retires more, and let six answer one sentence."""
    with demo.app.app_context():
        db.session.rollback()
        with write():
            project, lead = projects.get(PROJECT), accounts.get_user("lead")
            book = project.codebook
            stances = [
                replace(each, definition=f"{each.definition} Named.") for each in book.stances
            ]
            versions.publish(
                project, replace(book, version="1.1", stances=tuple(stances)), "r", lead
            )
            worklists.make(project, Wanted(value="stances.neutral"), "Named? See ST-3.", lead)
            book = project.codebook
            stances = tuple(replace(each, retired=each.value == "oppose") for each in stances)
            types = tuple(
                replace(each, retired=each.value == "organisation") for each in book.speaker_types
            )
            draft = replace(book, version="1.2", stances=stances, speaker_types=types)
            drafts.save(project, drafts.document_from(draft), lead, None)
        with write():
            project = projects.get(PROJECT)
            sentence = db.session.query(Sentence).filter_by(article_id=1, position=3).one()
            for name in ("dora", "eli", "fay"):
                user = accounts.add_user(name)
                memberships.join(project, user, {"annotator"})
                db.session.flush()
                assigning.assign([(db.session.get(Article, 1).id, user.id)])
                save_answer(sentence, user, AnswerDraft("no_claim"), Save(0, f"key-of-{name}"))
        db.session.remove()


def test_no_such_page_has_a_fault_loses_the_focus_or_scrolls_sideways(visit, demo):
    visit("lead").context.close()
    changed(demo)
    found = {}
    for name, paths in PAGES.items():
        page = visit(name)
        for path in paths:
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                reply = page.goto(demo.base + path)
                assert reply.status == 200, path
                until(page, "document.readyState === 'complete'")
                if "adjudicate" in path and width > 900:
                    assert "3 of 6" in page.inner_text("main")
                if said := troubles(page):
                    found[path, width] = said
    assert found == {}


def test_what_is_confirmed_without_a_connection_is_sent_later(visit, demo):
    ann = visit("ann")
    changed(demo)
    ann.goto(f"{demo.base}/projects/{PROJECT}/worklist")
    ann.click("text=Go through them")
    until(ann, "document.querySelector('#recheck')")
    ann.wait_for_load_state("networkidle")  # every script is there
    first = ann.url
    ann.context.set_offline(True)
    ann.keyboard.press("Enter")
    chip_says(ann, "Offline: 1 unsent")
    assert confirmed(demo) == 0
    ann.context.set_offline(False)
    chip_says(ann, "Saved")
    assert confirmed(demo) == 1
    assert "worklist=y" in ann.url
    ann.goto(first)
    assert "looked at" in ann.inner_text("#recheck")


def confirmed(demo):
    with demo.app.app_context():
        db.session.rollback()
        looked_at = WorklistAnswer.confirmed_at.is_not(None)
        return len(db.session.scalars(select(WorklistAnswer).where(looked_at)).all())
