"""Beside every bulk act people save: none is refused or waits long, no write stores much."""

import json
import re

import pytest
from agreement_examples import label
from beside_examples import beside, count_of
from homecoming_examples import released
from labelling_examples import sentence_of
from slow_cases import server, slow
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from annotator.store.db import MANY_STEPS, db, write, write_in_steps
from annotator.store.models import Article, Assignment, Decision, Speaker
from annotator.work.accounts import accounts
from annotator.work.articles import repairing, storing
from annotator.work.operations import checkup
from annotator.work.speakers import changes

pytestmark = [server, slow]

# With these a write takes some tens of milliseconds; each is far below what its act stores in all.
ARTICLES, PAIRS, ANSWERS, FEW = 8_000, 1_500, 2_000, 250


def test_people_save_while_articles_come_in_and_are_assigned(app, saver, command, tmp_path):
    path = tmp_path / "articles.jsonl"
    with path.open("w") as file:
        for n in range(1_600):
            words = " ".join(f"In {n} he said {k}." for k in range(12))
            file.write(json.dumps({"key": f"n{n:04}", "text": words}) + "\n")
    with beside(saver, ARTICLES, 20_000):
        result = command("import", path, "-p", "us-russia")
        assert result.exit_code == 0, result.output
    with beside(saver, PAIRS, 3_200):
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
    app, project, article, saver, command, tmp_path
):
    articles = [article]
    for key in ("one", "two", "three", "four"):
        raw = " ".join(f"In {key} Lavrov said {n}." for n in range(20)).encode()
        with write():
            articles.append(storing.store_article(project, storing.read_file(f"{key}.txt", raw)))
    path, folder = tmp_path / "rows.jsonl", tmp_path / "v1"
    here = [said(each, n, "") for each in articles for n in range(each.sentence_count)]
    with path.open("w") as file:
        for who in range(12):
            file.writelines(json.dumps(row | {"annotator": f"P{who:03}"}) + "\n" for row in here)
    whole = 4 * 12 * len(here)
    with beside(saver, ANSWERS, whole):
        result = command("labels", "import", path, "-p", "us-russia")
        assert result.exit_code == 0, result.output
    with beside(saver, FEW):
        released(project, folder)
    with beside(saver, ANSWERS, whole):
        result = command("import-release", folder, "--as", "again")
        assert result.exit_code == 0, result.output
    lea, number = accounts.get_user("lea"), speaker_of(project, "Petro Poroshenko").id
    with beside(saver, FEW, whole // 2):
        steps = changes.split(project, number, [each.id for each in articles], "Another", lea)
        split = write_in_steps(steps).id
    with beside(saver, FEW, whole // 2):
        write_in_steps(changes.undo(project, split, lea))
    with beside(saver, FEW), write():
        one, into = speaker_of(project, "Petro Poroshenko"), speaker_of(project, "Kyiv Post")
        merged = changes.merge(project, one, into, lea).id
    with beside(saver, FEW):
        write_in_steps(changes.undo(project, merged, lea))
    with beside(saver, ANSWERS), write():
        repairing.carry_out(
            repairing.plan(db.session.get(Article, articles[1].id), 0, "merge"), lea
        )
    assert list(checkup.faults()) == []


def test_people_save_while_many_sentences_are_accepted_and_that_is_undone(
    app, project, article, saver, browser
):
    label(project, "\n".join(["a: x | b: x"] * 60))
    cleo, path = browser("cleo"), "/projects/us-russia/adjudicate/unanimous"
    page = cleo.get(path)
    boxes = re.findall(r'name="sentence" value="([^"]+)"', page.text)
    key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    assert len(boxes) >= 40
    with beside(saver, FEW, len(boxes) * 4):
        reply = cleo.post(path, {"key": key, "sentence": boxes}, 303)
    page = cleo.get(reply.location)
    undo = re.search(r'name="undo" value="([^"]+)"', page.text)[1]
    with beside(saver, FEW, len(boxes) * 2):
        cleo.post(path, {"undo": undo, "key": "another-key"}, 303)
    states = db.session.scalars(select(Decision.state)).all()
    assert states == ["reopened"] * len(boxes)


def known(table):
    """Return how many rows PostgreSQL's planner believes a table to have; SQLite asks nobody."""
    if db.engine.dialect.name == "sqlite":
        return len(db.session.execute(text(f"SELECT * FROM {table}")).all())
    query = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:table)")
    return db.session.scalar(query, {"table": f"public.{table}"})


def test_after_a_bulk_act_the_planner_knows_how_many_rows_there_are(app):
    def act():
        for number in range(MANY_STEPS):
            yield lambda name=f"p{number}": accounts.add_user(name)

    write_in_steps(act())
    assert known("users") == MANY_STEPS


def test_a_server_that_cannot_count_takes_nothing_from_a_bulk_act(app, monkeypatch, caplog):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite is not asked to count")

    def refuse(_statement):
        raise OperationalError("ANALYZE", {}, Exception("canceling statement due to lock timeout"))

    def act():
        for number in range(MANY_STEPS):
            yield lambda name=f"p{number}": accounts.add_user(name)
        return "done"

    monkeypatch.setattr("annotator.store.db.text", refuse)
    assert write_in_steps(act()) == "done"
    assert accounts.find_user(f"p{MANY_STEPS - 1}")
    assert "rows were not counted" in caplog.text
