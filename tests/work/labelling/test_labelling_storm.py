"""Saves at the same time: exactly one wins per revision, and nothing acknowledged is lost."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

import pytest
from labelling_examples import assignment_of, claim, claims, save, stored
from places import TESTS
from slow_cases import server, slow
from sqlalchemy import select

from annotator.store import health
from annotator.store.db import db
from annotator.store.models import AnswerEvent, Speaker
from annotator.work.labelling import history
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.labelling.saving import StaleRevisionError
from annotator.work.operations import checkup

pytestmark = [server, slow]

THREADS = 6
EACH = 8


@pytest.fixture
def app(own_app):
    """Return an application that writes to the disk as in earnest."""
    return own_app


@pytest.fixture
def at_once(app):
    """Return a function that calls another in many threads, all of which begin together."""

    def run(function):
        barrier = Barrier(THREADS)

        def work(number):
            with app.app_context():
                barrier.wait(timeout=30)
                try:
                    return function(number)
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(THREADS) as pool:
            tasks = [pool.submit(Context().run, work, number) for number in range(THREADS)]
            results = [task.result(timeout=120) for task in tasks]
        db.session.rollback()
        return results

    return run


def test_of_saves_on_one_revision_exactly_one_wins(article, at_once):
    def try_once(number):
        try:
            return save(article, claims(note=str(number)), key=f"thread-{number}").written
        except StaleRevisionError:
            return False

    assert at_once(try_once).count(True) == 1
    assert stored(article).revision == 1


def test_who_tries_again_loses_no_save(article, at_once):
    def save_each(number):
        for turn in range(EACH):
            said = claims(note=f"{number}.{turn}")
            while True:
                db.session.rollback()
                answer = stored(article)
                revision = answer.revision if answer else 0
                try:
                    save(article, said, revision=revision, key=f"turn-{number}-{turn}")
                    break
                except StaleRevisionError:
                    continue

    at_once(save_each)
    keys = set(db.session.scalars(select(AnswerEvent.key)))
    assert keys == {f"turn-{number}-{turn}" for number in range(THREADS) for turn in range(EACH)}
    assert stored(article).revision == THREADS * EACH
    assert history.audit().faults == ()


def test_a_reply_that_is_sent_again_at_once_is_one_save(article, at_once):
    at_once(lambda number: save(article, claims(), key="the-same-key"))
    assert stored(article).revision == 1
    assert len(db.session.scalars(select(AnswerEvent)).all()) == 1


def test_saves_in_many_sentences_of_two_people_are_all_counted(article, at_once):
    def label(number):
        name, part = ("ann", "ben")[number % 2], number // 2
        for position in range(part, article.sentence_count, THREADS // 2):
            save(article, claims(), name=name, position=position)

    at_once(label)
    for name in ("ann", "ben"):
        assert assignment_of(article, name).decided_count == article.sentence_count
    assert list(checkup.faults()) == []


def test_a_new_speaker_that_all_add_at_once_is_one_speaker(article, at_once):
    new = NewSpeaker("Mike Pompeo", "person")
    at_once(lambda number: save(article, claims(claim(new)), position=number))
    query = select(Speaker.id).where(Speaker.name == "Mike Pompeo")
    assert len(db.session.scalars(query).all()) == 1


STORM = """
import itertools, sys
sys.path.insert(0, sys.argv[1])
from labelling_examples import claims, save
from annotator.app import create_app
from annotator.store.models import Article
from annotator.store.db import db

with create_app().app_context():
    article = db.session.get(Article, int(sys.argv[2]))
    for turn in itertools.count():
        for position in range(article.sentence_count):
            key = f"storm-{turn}-{position}"
            save(article, claims(note=key), position=position, revision=turn, key=key)
            print(key, flush=True)
"""


def test_kill_9_in_a_storm_loses_no_acknowledged_save(article, settings):
    environ = os.environ | {
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
        "ANNOTATOR_SECRET_KEY": settings.secret_key,
    }
    said = set()
    arguments = [sys.executable, "-c", STORM, str(TESTS / "support"), str(article.id)]
    with subprocess.Popen(arguments, env=environ, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            said.add(line.strip())
            if len(said) == 60:
                process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    assert len(said) >= 60
    assert said <= set(db.session.scalars(select(AnswerEvent.key)))
    assert history.audit().faults == ()
    assert list(checkup.faults()) == []
    with db.engine.connect() as connection:
        assert health.examine(connection).faults == []
