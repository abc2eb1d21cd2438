"""Verifying the label history in the browser: a job, what it finds, and what it changes."""

import pytest
from labelling_examples import claims, save
from slow_cases import server
from sqlalchemy import select, update

from annotator.store.db import db, write
from annotator.store.models import AnswerEvent, Job
from annotator.web.explore import audit
from annotator.work import jobs
from annotator.work.explore import history as acts
from annotator.work.labelling import history

pytestmark = server
HERE = "/projects/us-russia/audit"


@pytest.fixture
def at_once(article, monkeypatch):
    """Carry jobs out before the reply; two answers have a history."""
    from annotator.web import jobs as job_pages

    def start(kind, number, carry_out):
        carry_out(job_pages.Beat(kind, number))

    monkeypatch.setattr(audit, "start", start)
    save(article, claims())
    save(article, claims(), name="ben", position=3)


def test_a_lead_verifies_the_history_and_reads_the_root_hash(browser, project, at_once):
    lea = browser("lea")
    assert "Verify the label history" in lea.get("/projects/us-russia/activity").text
    page = lea.get(lea.post(HERE, status=303).headers["Location"]).text
    assert "The history of every answer is intact: 2 answers with 2 saved steps." in page
    # A page that asks again takes this part, so all that was found is in it.
    assert (
        history.audit(project).root
        in page.partition('<div id="progress">')[2].partition("</div>")[0]
    )
    newest = acts.entries(project, acts.Wanted("labels"))[0]
    assert newest.what.startswith("Label history verified. The history of every answer is intact")


def test_what_was_changed_by_hand_is_named(browser, project, at_once):
    with write():
        first = db.session.scalars(select(AnswerEvent.id).order_by(AnswerEvent.id)).first()
        db.session.execute(update(AnswerEvent).where(AnswerEvent.id == first).values(key="other"))
    lea = browser("lea")
    page = lea.get(lea.post(HERE, status=303).headers["Location"]).text
    assert "1 fault in 2 answers with 2 saved steps." in page
    assert "revision 1 does not match its hash" in page
    assert "Nothing was changed." in page


def test_one_that_goes_on_is_shown_instead_of_a_second_and_can_be_cancelled(browser, project):
    with write():
        job = jobs.begin(jobs.AUDIT, project, None, 5)
    lea = browser("lea")
    assert lea.post(HERE, status=303).headers["Location"] == f"{HERE}/{job.id}"
    assert len(db.session.scalars(select(Job)).all()) == 1
    page = lea.post(f"{HERE}/{job.id}/cancel", status=303).headers["Location"]
    assert "Cancelled; nothing was changed." in lea.get(page).text
