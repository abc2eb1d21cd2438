"""Bulk acts beside which somebody saves, in another process; and how much each write stores."""

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

import saving_beside
from labelling_examples import sentence_of
from sqlalchemy import Engine, event, func, select

from annotator.store.db import db
from annotator.store.models import Article
from annotator.work.accounts import accounts
from annotator.work.labelling import arriving
from annotator.work.labelling import saving as labelling

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
POSITION = 3


class Saver:
    """Somebody who saves in another process, and how long each of their saves took."""

    def __init__(self, process):
        self.process = process
        self.went_on, self.seconds, self.is_over = threading.Condition(), [], False
        self.ear = threading.Thread(target=self.hear)
        self.ear.start()

    def hear(self):
        for line in self.process.stdout:
            with self.went_on:
                self.seconds.append(float(line))
                self.went_on.notify_all()
        with self.went_on:
            self.is_over = True
            self.went_on.notify_all()

    def wait_for(self, many):
        """Wait until there are so many saves."""
        with self.went_on:
            self.went_on.wait_for(lambda: self.is_over or len(self.seconds) >= many, 60)
        assert len(self.seconds) >= many, self.process.stderr.read() if self.is_over else "it hangs"

    def end(self):
        """Let them stop; return how many saves there were."""
        self.process.stdin.close()
        self.ear.join()
        assert self.process.wait(60) == 0, self.process.stderr.read()
        return len(self.seconds)


@contextmanager
def saving(settings, article):
    """Let somebody save in an article, in another process; nothing they save is lost."""
    environ = {
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
        "ANNOTATOR_SECRET_KEY": settings.secret_key,
    }
    with subprocess.Popen(
        [sys.executable, saving_beside.__file__, str(article.id), str(POSITION)],
        env=os.environ | environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        saver = Saver(process)
        try:
            yield saver
            assert saver.end() == revision_of(article.id, POSITION)
        finally:
            process.kill()


class Accumulator:
    """Counts the rows, or statements, that each write of this process stores."""

    def __init__(self):
        self.rows, self.writes = Counter(), []

    def count(self, _connection, cursor, statement, parameters, _context, executemany):
        if WRITES.match(statement):
            many = executemany and isinstance(parameters, list)
            sets = len(parameters) if many else 1
            values = len(re.findall(r"\((?:\?|%\(|%s)", statement.partition("VALUES")[2]))
            self.rows[threading.get_ident()] += max(cursor.rowcount, sets, values)

    @contextmanager
    def copies(self):
        """Count what is copied into PostgreSQL, too: no statement tells of it."""
        copy = arriving.copy

        def counted(made, rows):
            self.rows[threading.get_ident()] += len(rows)
            copy(made, rows)

        with patch.object(arriving, "copy", counted):
            yield

    def end(self, _connection):
        self.writes.append(self.rows.pop(threading.get_ident(), 0))


@contextmanager
def beside(saver, most, whole=0):
    """Let somebody save while an act goes on that stores `whole` rows and `most` in one write."""
    accumulator = Accumulator()
    heard = (("after_cursor_execute", accumulator.count), ("commit", accumulator.end))
    db.session.rollback()
    before = len(saver.seconds)
    saver.wait_for(before + 1)
    for name, listener in heard:
        event.listen(Engine, name, listener)
    try:
        with accumulator.copies():
            yield
    finally:
        for name, listener in heard:
            event.remove(Engine, name, listener)
    saver.wait_for(len(saver.seconds) + 2)
    db.session.rollback()
    assert max(accumulator.writes, default=0) <= most, sorted(accumulator.writes)[-5:]
    assert sum(accumulator.writes) >= whole
    assert max(saver.seconds[before:]) <= saving_beside.PATIENCE


def revision_of(article_id, position):
    """Return the revision of Ann's answer to a sentence; 0 where there is none."""
    db.session.rollback()
    sentence = sentence_of(db.session.get(Article, article_id), position)
    found = labelling.answer_for(sentence, accounts.get_user("ann"))
    return found.revision if found else 0


def count_of(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))
