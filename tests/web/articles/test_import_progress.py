"""A long import: it says how far it is, can be cancelled, and ends whole or not at all."""

import threading
from datetime import timedelta

import pytest
from lead_form import carried, preview, send, stored
from slow_cases import slow
from sqlalchemy import select

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Article, Job
from annotator.web import jobs as web_jobs
from annotator.web.articles import import_run, imports
from annotator.work import jobs
from annotator.work.accounts import accounts
from annotator.work.assignment import assigning

SENTENCE = b"The minister said" + b" that the talks would go on" * 60 + b".\n\n"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
def long(monkeypatch):
    """Take everything for long, and beat at every file."""
    monkeypatch.setattr(imports, "MUCH", 0)
    monkeypatch.setattr(web_jobs, "BEAT_SECONDS", 0)


def wait():
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join(60)
    db.session.rollback()
    db.session.expire_all()


def begin(browser, fields, **more):
    data = {"carried": fields, "give": "nobody", **more}
    return send(browser, "/projects/us-russia/import/add", data, 303).location


def job():
    return db.session.scalars(select(Job)).one()


@slow
def test_many_megabytes_are_read_in_the_background_and_stored_whole(lea):
    page = preview(lea, "us-russia", ("long.txt", SENTENCE * 3_000))
    where = begin(lea, carried(page))
    assert where == "/projects/us-russia/import/1"
    wait()
    text = lea.get(where).text
    assert "1 article added, 3,000 sentences." in text
    assert "hx-trigger" not in text
    assert db.session.scalar(select(Article.sentence_count)) == 3_000


def test_it_gives_the_articles_out_like_a_short_one(lea, project, long, caplog):
    caplog.set_level("INFO", "annotator.acts")
    everybody = [each.pseudonym for each in assigning.annotators_of(project)]
    page = preview(lea, "us-russia", ("a.txt", b"One. Two."))
    where = begin(lea, carried(page), give="overlap", annotators=everybody)
    wait()
    assert "1 article added, 2 sentences; 2 assignments made." in lea.get(where).text
    assert stored() == (1, 2)
    by = f"by user {accounts.get_user('lea').id}"
    said = "1 article added, 2 sentences; 2 assignments made."
    assert f"import 1 into 'us-russia': {said} {by}\n" in caplog.text


def test_refused_files_are_named_when_it_is_over(lea, long):
    page = preview(lea, "us-russia", ("a.txt", b"One. Two."), ("b.txt", b"Three."))
    preview(lea, "us-russia", ("z.txt", b"Three."))
    begin(lea, carried(preview(lea, "us-russia", ("z.txt", b"Three."))))
    wait()
    where = begin(lea, carried(page))
    wait()
    text = lea.get(where).text
    assert "1 article added, 2 sentences; 1 of 2 files refused." in text
    assert "the same text is already in this project as article “z”" in text


def test_while_it_runs_the_page_shows_how_far_it_is_and_asks_again(lea, project):
    with write():
        made = jobs.begin(jobs.IMPORT, project, accounts.get_user("lea"), 4 * 1024 * 1024)
        jobs.beat(made.id, 1024 * 1024)
    text = lea.get(f"/projects/us-russia/import/{made.id}").text
    assert "1.0 of 4.0 MB read" in text
    assert 'hx-trigger="load delay:1s, again"' in text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text


def test_a_cancelled_import_leaves_nothing_behind(lea, long, monkeypatch):
    page = preview(lea, "us-russia", ("a.txt", b"One. Two."), ("b.txt", b"Three."))
    here, go_on = threading.Event(), threading.Event()
    read = import_run.previewing.read

    def slowly(*given, **more):
        if threading.current_thread().name.startswith("import-"):
            here.set()
            go_on.wait(60)
        return read(*given, **more)

    monkeypatch.setattr(import_run.previewing, "read", slowly)
    where = begin(lea, carried(page))
    assert here.wait(60)
    assert send(lea, f"{where}/cancel", {}, 303).location == where
    go_on.set()
    wait()
    assert "Cancelled; nothing was stored." in lea.get(where).text
    assert stored() == (0, 0)


def test_cancelling_what_is_stored_changes_nothing(lea, long):
    where = begin(lea, carried(preview(lea, "us-russia", ("a.txt", b"One. Two."))))
    wait()
    send(lea, f"{where}/cancel", {}, 303)
    assert "1 article added" in lea.get(where).text
    assert stored() == (1, 0)


def test_a_cancel_at_the_last_moment_wins_over_the_store(lea, long, monkeypatch):
    def cancelled(*given):
        db.session.execute(Job.__table__.update().values(state=jobs.CANCELLED))
        finish_first(*given)

    finish_first = import_run.import_reports.finish
    monkeypatch.setattr(import_run.import_reports, "finish", cancelled)
    begin(lea, carried(preview(lea, "us-russia", ("a.txt", b"One. Two."))))
    wait()
    assert stored() == (0, 0)


def test_a_fault_stores_nothing_and_says_so(lea, long, monkeypatch):
    def broken(*_):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(import_run, "store", broken)
    where = begin(lea, carried(preview(lea, "us-russia", ("a.txt", b"One. Two."))))
    wait()
    text = lea.get(where).text
    assert "Server error." in text
    assert "Nothing was stored." in text
    assert stored() == (0, 0)


def test_an_import_whose_server_stopped_is_known(lea, project):
    with write():
        made = jobs.begin(jobs.IMPORT, project, accounts.get_user("lea"), 10)
        made.beat_at = now() - timedelta(minutes=3)
    text = lea.get(f"/projects/us-russia/import/{made.id}").text
    assert "The server stopped before this was complete." in text


def test_only_leads_of_this_project_see_it(browser, project):
    with write():
        made = jobs.begin(jobs.IMPORT, project, accounts.get_user("lea"), 10)
    path = f"/projects/us-russia/import/{made.id}"
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(path, status)
        send(browser(name), f"{path}/cancel", {}, status)
    browser("lea").get("/projects/us-russia/import/999", 404)
    send(browser("lea"), f"{path}/cancel", {}, 400, csrf=False)
    assert job().state == jobs.RUNNING
