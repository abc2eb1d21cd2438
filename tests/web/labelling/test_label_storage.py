"""A database that cannot be written: nothing is acknowledged, and it works again by itself."""

from contextlib import contextmanager

import pytest
from label_form import answer_of, claim, fields, nothing_stored
from slow_cases import further
from sqlalchemy import event, update

from annotator.store.db import db, write
from annotator.store.models import Sentence

LONG = "x" * 4000


@pytest.fixture
def ann(browser, article):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the faults are made with pragmas of SQLite")
    return browser("ann")


@pytest.fixture
def app(own_app):
    """Return an application whose connections may be changed."""
    return own_app


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


@contextmanager
def every_connection(during, after):
    """Set a pragma on each connection while something is done, and another when it is over."""

    def broken(connection, *_rest):
        connection.execute(f"PRAGMA {during}")

    def mended(connection, *_rest):
        connection.execute(f"PRAGMA {after}")

    event.listen(db.engine, "checkout", broken)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", broken)
        event.listen(db.engine, "checkout", mended)


def read_only():
    return every_connection("query_only=ON", "query_only=OFF")


def full():
    return every_connection("max_page_count=1", "max_page_count=1073741823")


def test_an_article_without_proposals_can_be_read_while_nothing_can_be_written(ann, url):
    with write() as session:
        session.execute(update(Sentence).values(proposals=None))
    with read_only():
        assert "propose-0-" not in ann.get(url, status=200).text
    assert "propose-0-" in ann.get(url).text


def big():
    return fields(*(claim(note=LONG) for _ in range(5)))


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    further([(read_only, 503, "the server cannot write"), (full, 507, "its disk is full")]),
)
def test_nothing_is_acknowledged_and_it_works_again_without_a_restart(
    ann, url, article, fault, status, said
):
    posted = big()
    ann.fetch_token()
    with fault():
        reply = ann.post(url, posted, status, htmx=True)
        assert "Not saved: the server cannot write" in reply.text
        assert said in reply.text
        assert "Tell your lead" in reply.text
        assert "Annotator-Revision" not in reply.headers
        # Reading goes on.
        ann.get(url)
    assert nothing_stored()
    assert ann.post(url, posted, 200, htmx=True).headers["Annotator-Revision"] == "1"
    assert answer_of(article).claims[4].note == LONG


@pytest.mark.parametrize(("fault", "status"), [(read_only, 503), (full, 507)])
def test_without_javascript_what_was_typed_is_on_the_page(ann, url, fault, status):
    ann.fetch_token()
    with fault():
        page = ann.post(url, big() | {"act": "stay"}, status).text
    assert "cannot write" in page
    assert LONG in page
