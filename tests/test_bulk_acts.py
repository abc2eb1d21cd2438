"""Beside every bulk act people save: none is refused or waits long, no write stores much."""

import json
import re
import threading
from contextlib import contextmanager

from agreement_examples import label
from homecoming_examples import released
from labelling_examples import nothing_claimed, sentence_of
from slow_cases import slow
from sqlalchemy import Engine, event, func, select, text

from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Article, Assignment, Decision, Speaker
from annotator.work import accounts, checkup, importing, labelling, repairing, speaker_changes
from annotator.work.labelling import Save

pytestmark = slow

PATIENCE = 2.0  # a save that has to wait for longer is refused here
PAUSE = 0.05
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
# With these a write takes some tens of milliseconds; each is far below what its act stores in all.
ARTICLES, PAIRS, ANSWERS, FEW = 8_000, 1_500, 2_000, 200


class Saver(threading.Thread):
    """Saves one answer after the other, as an annotator does whose pages are open."""

    def __init__(self, app, article, position=3):
        super().__init__()
        self.app, self.place = app, (article.id, position)
        self.over, self.went_on = threading.Event(), threading.Condition()
        self.saved, self.revision, self.error = 0, 0, None

    def run(self):
        with self.app.app_context():
            try:
                self.revision = revision_of(*self.place)
                while not self.over.wait(PAUSE):
                    self.save()
            except Exception as error:
                self.error = error
            with self.went_on:
                self.went_on.notify_all()

    def save(self):
        article, position = self.place
        draft = nothing_claimed(note=f"save {self.revision}")
        with write(PATIENCE) as session:
            if db.engine.dialect.name != "sqlite":
                session.execute(text(f"SET LOCAL lock_timeout = {int(PATIENCE * 1000)}"))
            sentence = sentence_of(db.session.get(Article, article), position)
            by = Save(self.revision, f"beside-{self.revision:06}")
            labelling.save_answer(sentence, accounts.get_user("ann"), draft, by)
        with self.went_on:
            self.saved, self.revision = self.saved + 1, self.revision + 1
            self.went_on.notify_all()

    def wait_for(self, many):
        """Wait until there are so many saves."""
        with self.went_on:
            assert self.went_on.wait_for(lambda: self.error or self.saved >= many, 30)
        assert self.error is None, repr(self.error)


class Ledger:
    """Counts the rows, or statements, that each write of this thread stores."""

    def __init__(self):
        self.thread, self.rows, self.writes = threading.get_ident(), 0, []

    def count(self, _connection, cursor, statement, parameters, _context, executemany):
        if threading.get_ident() == self.thread and WRITES.match(statement):
            many = executemany and isinstance(parameters, list)
            sets = len(parameters) if many else 1
            values = len(re.findall(r"\((?:\?|%\(|%s)", statement.partition("VALUES")[2]))
            self.rows += max(cursor.rowcount, sets, values)

    def end(self, _connection):
        if threading.get_ident() == self.thread:
            self.writes.append(self.rows)
            self.rows = 0


@contextmanager
def beside(app, article, most, whole=0):
    """Let somebody save while an act goes on that stores `whole` rows and `most` in one write."""
    saver, ledger = Saver(app, article), Ledger()
    heard = (("after_cursor_execute", ledger.count), ("commit", ledger.end))
    db.session.rollback()
    saver.start()
    try:
        saver.wait_for(1)
        for name, listener in heard:
            event.listen(Engine, name, listener)
        try:
            yield
        finally:
            for name, listener in heard:
                event.remove(Engine, name, listener)
        saver.wait_for(saver.saved + 1)
    finally:
        saver.over.set()
        saver.join()
    db.session.rollback()
    assert max(ledger.writes, default=0) <= most, sorted(ledger.writes)[-5:]
    assert sum(ledger.writes) >= whole
    assert revision_of(article.id, 3) == saver.revision  # nothing that was saved is lost


def revision_of(article_id, position):
    """Return the revision of Ann's answer to a sentence; 0 where there is none."""
    db.session.rollback()
    sentence = sentence_of(db.session.get(Article, article_id), position)
    found = labelling.answer_for(sentence, accounts.get_user("ann"))
    return found.revision if found else 0


def count_of(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_people_save_while_articles_come_in_and_are_assigned(app, article, command, tmp_path):
    path = tmp_path / "articles.jsonl"
    with path.open("w") as file:
        for n in range(1_600):
            words = " ".join(f"In {n} he said {k}." for k in range(12))
            file.write(json.dumps({"key": f"n{n:04}", "text": words}) + "\n")
    with beside(app, article, ARTICLES, 20_000):
        result = command("import", path, "-p", "us-russia")
        assert result.exit_code == 0, result.output
    with beside(app, article, PAIRS, 3_200):
        result = command("assign", "-p", "us-russia", "--overlap", "2")
        assert result.exit_code == 0, result.output
    assert count_of(Assignment) == 2 * 1_601


def speaker_of(project, name):
    query = select(Speaker).where(Speaker.project_id == project.id, Speaker.name == name)
    return db.session.scalars(query).one()


def said(article, sentence, annotator):
    """Return one line of a file of labels."""
    found = sentence_of(article, sentence)
    return {
        "article": article.key, "sentence": sentence, "annotator": annotator, "status": "claims",
        "complete": True, "unsure": False, "note": "",
        "claims": [
            {
                "speaker": "Petro Poroshenko", "speaker_type": "person", "mention": None,
                "via": ["Kyiv Post"], "stance": "oppose", "certainty": "certain",
                "conditional": False, "aspect": None, "evidence": [], "note": "",
            }
        ],
        "start": found.start, "end": found.end, "text": found.text, "codebook_version": 1,
        "origin": "human", "round": 1, "revision": 3, "active_seconds": 5,
        "created_at": "2018-07-24T16:05:00Z", "updated_at": "2018-07-24T16:06:00Z",
    }  # fmt: skip


def test_people_save_while_labels_and_releases_come_in_and_speakers_change(
    app, project, article, command, tmp_path
):
    articles = [article]
    for key in ("one", "two", "three", "four"):
        raw = " ".join(f"In {key} Lavrov said {n}." for n in range(20)).encode()
        with write():
            articles.append(
                importing.store_article(project, importing.read_file(f"{key}.txt", raw))
            )
    path, folder = tmp_path / "rows.jsonl", tmp_path / "v1"
    here = [said(each, n, "") for each in articles for n in range(each.sentence_count)]
    with path.open("w") as file:
        for who in range(12):
            file.writelines(json.dumps(row | {"annotator": f"P{who:03}"}) + "\n" for row in here)
    whole = 4 * 12 * len(here)
    with beside(app, article, ANSWERS, whole):
        result = command("labels", "import", path, "-p", "us-russia")
        assert result.exit_code == 0, result.output
    with beside(app, article, FEW):
        released(project, folder)
    with beside(app, article, ANSWERS, whole):
        result = command("import-release", folder, "--as", "again")
        assert result.exit_code == 0, result.output
    lea, number = accounts.get_user("lea"), speaker_of(project, "Petro Poroshenko").id
    with beside(app, article, ANSWERS, whole // 2):
        steps = speaker_changes.split(
            project, number, [each.id for each in articles], "Another", lea
        )
        split = write_in_steps(steps).id
    with beside(app, article, ANSWERS, whole // 2):
        write_in_steps(speaker_changes.undo(project, split, lea))
    with beside(app, article, FEW), write():
        one, into = speaker_of(project, "Petro Poroshenko"), speaker_of(project, "Kyiv Post")
        merged = speaker_changes.merge(project, one, into, lea).id
    with beside(app, article, FEW):
        write_in_steps(speaker_changes.undo(project, merged, lea))
    with beside(app, article, ANSWERS), write():
        repairing.carry_out(
            repairing.plan(db.session.get(Article, articles[1].id), 0, "merge"), lea
        )
    assert list(checkup.faults()) == []


def test_people_save_while_many_sentences_are_accepted_and_that_is_undone(
    app, project, article, browser
):
    label(project, "\n".join(["a: x | b: x"] * 60))
    cleo, path = browser("cleo"), "/projects/us-russia/adjudicate/unanimous"
    page = cleo.get(path)
    boxes = re.findall(r'name="sentence" value="([^"]+)"', page.text)
    key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    assert len(boxes) >= 40
    with beside(app, article, FEW, len(boxes) * 4):
        reply = cleo.post(path, {"key": key, "sentence": boxes}, 303)
    page = cleo.get(reply.location)
    undo = re.search(r'name="undo" value="([^"]+)"', page.text)[1]
    with beside(app, article, FEW, len(boxes) * 2):
        cleo.post(path, {"undo": undo, "key": "another-key"}, 303)
    states = db.session.scalars(select(Decision.state)).all()
    assert states == ["reopened"] * len(boxes)
