"""Writing while others write: nobody waits longer than said, and some threads stay free to read."""

import sqlite3
import threading
from contextlib import closing, contextmanager
from contextvars import Context
from statistics import median

import pytest
from serving_examples import until
from slow_cases import server, slow
from sqlalchemy import text

from annotator.store import db as store
from annotator.store import engine
from annotator.store.db import db, limit_writers, write
from annotator.store.engine import DatabaseBusyError
from annotator.work.accounts import accounts


@pytest.fixture(autouse=True)
def on_sqlite(settings):
    if not settings.is_sqlite:
        pytest.skip("the lock of a file; what a server does has a test of its own")


@pytest.fixture
def app(own_app):
    """Return an application whose engine may be changed."""
    return own_app


@contextmanager
def locked(settings):
    """Hold the write lock of the file, as another program does."""
    path = settings.data / "annotator.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_of_many_writes_that_wait_some_are_refused_so_that_others_can_read(app, settings):
    limit_writers(db.engine, 4)
    db.engine.update_execution_options(**{engine.BUSY_SECONDS: 60.0})
    assert accounts.find_user("person1") is None  # the first connection turns the log on
    refused, done = [], []

    def try_to_write(number):
        with app.app_context():
            try:
                with write():
                    accounts.add_user(f"person{number}")
                done.append(number)
            except DatabaseBusyError:
                refused.append(number)

    threads = [
        threading.Thread(target=Context().run, args=(try_to_write, each)) for each in range(6)
    ]
    with locked(settings):
        for thread in threads:
            thread.start()
        until(lambda: len(refused) == 4)
        assert accounts.find_user("person1") is None  # reading goes on
        assert not done
    for thread in threads:
        thread.join(timeout=60)
    assert (len(done), len(refused)) == (2, 4)


def test_a_turn_is_given_back(app):
    limit_writers(db.engine, 1)
    for number in range(3):
        with write():
            accounts.add_user(f"person{number}")
    with pytest.raises(ZeroDivisionError), write():
        raise ZeroDivisionError
    with write():
        accounts.add_user("last")


def test_a_step_in_the_background_waits_though_all_places_are_taken(app):
    limit_writers(db.engine, 3)
    with store.turn(db.engine, 1.0):
        with pytest.raises(DatabaseBusyError), write(wait=0.1):
            raise AssertionError("it is not reached")
        with write(wait=60):
            accounts.add_user("person")


def patience():
    return db.session.scalar(text("PRAGMA busy_timeout"))


def test_who_has_waited_in_the_queue_waits_less_for_the_file(app):
    store._writer.acquire()
    threading.Timer(0.3, store._writer.release).start()
    with write(wait=2.0):
        assert patience() <= 1900
    with write():
        assert patience() > 4000
    with write(wait=0.2):
        assert patience() <= 200


def test_a_queue_that_does_not_move_is_left_in_time(app):
    with store._writer, pytest.raises(DatabaseBusyError), write(wait=0.1):
        raise AssertionError("it is not reached")


@slow
@server
def test_a_write_gets_the_next_turn_that_another_process_leaves(app, settings):
    assert accounts.find_user("person0") is None  # the first connection turns the log on
    over, turns = threading.Event(), []

    def go_on():
        while not over.wait(0.02):
            with locked(settings):
                turns.append(1)
                over.wait(0.3)

    other = threading.Thread(target=go_on)
    other.start()
    waited = []
    try:
        for number in range(7):
            before = len(turns)
            until(lambda before=before: len(turns) > before)
            with write(20.0):
                accounts.add_user(f"person{number}")
                waited.append(len(turns) - before)
    finally:
        over.set()
        other.join()
    assert median(waited) <= 2
