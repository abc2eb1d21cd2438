"""A database that cannot be reached: every reply has its page, and says which fault it is."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from browser import Browser
from cable import Cable
from guarded import guarded
from label_form import answer_of, claim, fields, nothing_stored
from slow_cases import further, server
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from annotator.app import create_app
from annotator.store.db import db
from annotator.web import errors

pytestmark = server


@pytest.fixture
def cable(settings, article):
    """Return what connects the application of `far` to its database."""
    if settings.is_sqlite:
        yield None
        return
    server = make_url(settings.database_url)
    cable = Cable(server.host or "127.0.0.1", server.port or 5432)
    yield cable
    cable.cut()


@pytest.fixture
def far(app, settings, cable):
    """Return an application whose database can be taken away by `take_away`."""
    url = make_url(settings.database_url)
    if cable:
        url = url.set(host="127.0.0.1", port=cable.port)
    made = create_app(replace(settings, database_url=url.render_as_string(hide_password=False)))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def ann(far, article):
    browser = Browser(far, "ann")
    browser.get("/account")
    return browser


@pytest.fixture
def take_away(far, cable, settings):
    def away():
        if cable:
            cable.cut()
            return
        path = Path(make_url(settings.database_url).database)
        with far.app_context():
            db.engine.dispose()
        path.rename(path.with_name("elsewhere.sqlite3"))

    return away


@pytest.mark.parametrize(
    ("path", "status"),
    further(
        [
            ("/nope", 404),
            ("/static/nope.css", 404),
            ("/healthz", 503),
            ("/account", 503),
            ("/", 503),
        ]
    ),
)
def test_every_page_is_answered_while_the_database_is_away(ann, take_away, path, status):
    take_away()
    page = ann.get(path, status)
    assert guarded(page)
    assert "Your account" not in page.text
    assert ("The database cannot be reached" in page.text) is (status == 503)
    assert page.headers.get("Retry-After") == ("10" if status == 503 else None)


def test_a_form_without_a_good_token_is_answered_while_the_database_is_away(ann, take_away):
    take_away()
    for data, htmx in product(({}, {"csrf_token": "old"}), (False, True)):
        page = ann.post("/account", data, 400, csrf=False, htmx=htmx)
        assert guarded(page)
        assert "ANNOTATOR_BEHIND_PROXY" in page.text


def test_another_method_is_answered_while_the_database_is_away(ann, take_away):
    take_away()
    page = ann.look_at(ann.run(ann.client.delete, "/account", buffered=True), 405)
    assert guarded(page)


@pytest.mark.parametrize("htmx", further([False, True]))
def test_a_body_over_the_limit_is_answered_while_the_database_is_away(ann, take_away, htmx):
    take_away()
    page = ann.post("/account", {"change": "x" * 30_000_000}, 413, htmx=htmx)
    assert guarded(page)


@pytest.mark.parametrize("htmx", further([False, True]))
def test_an_answer_is_not_saved_while_the_database_is_away(ann, take_away, article, htmx):
    take_away()
    page = ann.post(f"/label/{article.id}/2", fields(claim()), 503, htmx=htmx)
    assert guarded(page)
    assert "database cannot be reached" in page.text
    assert "Your answer was not saved. Try again." in page.text
    assert page.headers["Retry-After"] == "10"


def test_the_words_fit_what_was_to_be_done(ann, take_away):
    take_away()
    for path, said in (
        ("/sign-in", "You are not signed in. Try again."),
        ("/sign-out", "You are still signed in. Try again."),
        ("/account", "Nothing was saved. Try again."),
    ):
        page = ann.post(path, {"username": "ann", "password": "x" * 9, "change": "theme"}, 503)
        assert said in page.text
        assert "Your answer" not in page.text


def test_a_save_that_is_stored_is_told_though_the_connection_is_lost_after_it(
    ann, far, cable, article, monkeypatch
):
    """The pages read on after a commit; the rollback of that at the end meets a dead connection."""
    if cable is None:
        pytest.skip("a file has no connection to lose")

    def cut(response):
        cable.cut()
        return response

    far.after_request_funcs.setdefault(None, []).insert(0, cut)
    reply = ann.post(f"/label/{article.id}/2", fields(claim()), 200, htmx=True)
    assert reply.headers["Annotator-Revision"] == "1"
    assert answer_of(article).revision == 1


def test_a_commit_without_an_answer_leaves_the_save_in_doubt(ann, far, cable, article):
    if cable is None:
        pytest.skip("a file has no connection to lose")
    with far.app_context():
        engine = db.engine

    def cut(_connection):
        cable.cut()

    event.listen(engine, "commit", cut)
    page = ann.post(f"/label/{article.id}/2", fields(claim()), 503, htmx=True)
    assert "It is not known whether your answer was saved. You can try again." in page.text
    assert "was not saved" not in page.text
    assert nothing_stored()


def test_a_file_that_was_moved_away_takes_no_save(ann, settings, article):
    """The open file goes on to live without its name: what is written there would be lost."""
    if not settings.is_sqlite:
        pytest.skip("a server has no file of ours")
    path = settings.data / "annotator.sqlite3"
    path.rename(path.with_name("elsewhere.sqlite3"))
    page = ann.post(f"/label/{article.id}/2", fields(claim()), 503, htmx=True)
    assert "database cannot be reached" in page.text
    assert not path.exists()
    path.with_name("elsewhere.sqlite3").rename(path)
    ann.post(f"/label/{article.id}/2", fields(claim()), 200, htmx=True)


def test_an_error_page_that_cannot_be_made_is_still_answered(ann, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(errors, "render_template", fail)
    page = ann.run(ann.client.get, "/nope", buffered=True)
    assert (page.status_code, page.mimetype) == (500, "text/plain")
    assert guarded(page)
    assert "secret" not in page.text
    assert page.headers["X-Request-ID"] in page.text


def test_a_file_that_another_program_writes_is_busy_and_not_away(app, settings, article):
    if not settings.is_sqlite:
        pytest.skip("a lock of a file")
    hasty = create_app(replace(settings, busy_seconds=0.05))
    ann = Browser(hasty, "ann")
    ann.get("/account")
    with closing(sqlite3.connect(settings.data / "annotator.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        page = ann.post("/sign-out", {}, 503)
        saved = ann.post(f"/label/{article.id}/2", fields(claim()), 503, htmx=True)
    with hasty.app_context():
        db.engine.dispose()
    assert "The database is busy" in page.text
    assert "You are still signed in. Try again." in page.text
    assert page.headers["Retry-After"] == "2"
    assert "Your answer was not saved. Try again." in saved.text


def test_a_server_that_others_keep_busy_says_so(app, settings, article):
    if settings.is_sqlite:
        pytest.skip("a fault of a server; the file's lock has tests of its own")
    hasty = create_app(replace(settings, busy_seconds=0.05))
    ann = Browser(hasty, "ann")
    with db.engine.connect() as other:
        other.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
        page = ann.get("/account", 503)
    with hasty.app_context():
        db.engine.dispose()
    assert "The database is busy" in page.text
    assert page.headers["Retry-After"] == "2"
