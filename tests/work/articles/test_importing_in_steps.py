"""A large import of articles: in short steps that nobody sees, all of a file or nothing."""

import io
import json
from contextlib import contextmanager
from functools import partial
from random import Random

import pytest
from quality_examples import adjudicated_articles
from slow_cases import further, server, slow
from sqlalchemy import func, select, update
from staging_examples import GONE, broken_off, broken_off_behind, killed, meanwhile

from annotator.store.db import Base, db, write, write_in_steps
from annotator.store.models import Article, Assignment, Job, Role, Sentence, Staging
from annotator.store.models.answers import CONTROL
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import appearing, import_reports, import_run, storing
from annotator.work.articles.import_run import Run
from annotator.work.assignment import assigning, mixing
from annotator.work.operations import checkup, leftovers

pytestmark = server

LONG = " ".join(f"Number {n} was what Lavrov said of it in Geneva on that day." for n in range(12))


@pytest.fixture
def few_at_once(monkeypatch):
    """Let every step store very little, and the import appear in parts of two articles."""
    monkeypatch.setattr(import_run, "BATCH", 2)
    monkeypatch.setattr(import_run, "SENTENCES", 5)
    monkeypatch.setattr(appearing, "AT_ONCE", 2)
    monkeypatch.setattr(appearing, "ROWS_AT_ONCE", 2)


def lines(*texts, first=0):
    """Return a file of articles, with these texts."""
    rows = [{"key": f"k{n}", "text": text} for n, text in enumerate(texts, start=first)]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


FILES = {
    "a.jsonl": lines(LONG, LONG.replace("Geneva", "Vienna", 1), "One. Two. Three.", "Four. Five."),
    "b.jsonl": lines("Six.", "Seven. Eight.", LONG.replace("Geneva", "Rome", 1), first=10),
}


@contextmanager
def run_of(files=None):
    """Read files and yield the run that stores them."""
    with Run(projects.get("us-russia")) as run:
        for name, raw in (files or FILES).items():
            run.read(name, lambda _form, raw=raw: io.BytesIO(raw))
        assert run.refused == 0, run.reports
        yield run


def steps_of(run, people=()):
    """Return the steps that store a run, and give its articles to people, two each."""

    def end():
        import_reports.record(run, None, "done")
        return "over"

    def give(number):
        yield from appearing.give(number, run.project, people, 2)

    return run.store(end, give=give if people else None)


def counted():
    """Return how many rows there are in each table."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


def keys():
    db.session.rollback()
    project = projects.get("us-russia")
    query = select(Article.key).where(Article.project_id == project.id).order_by(Article.id)
    return db.session.scalars(query).all()


def let_die():
    """Let the process of the import that is going on have ended."""
    with write():
        db.session.execute(update(Staging).values(pid=GONE))


def store_one(key, text):
    """Store one article as somebody else does meanwhile."""
    project = projects.get("us-russia")
    with write():
        storing.store_article(project, storing.read_file(f"{key}.txt", text.encode()))


def test_an_import_in_steps_stores_what_one_transaction_stored(project, few_at_once):
    with run_of() as run:
        assert write_in_steps(steps_of(run)) == "over"
    assert keys() == ["k0", "k1", "k2", "k3", "k10", "k11", "k12"]
    assert list(checkup.faults()) == []
    first = db.session.scalars(select(Article).where(Article.key == "k0")).one()
    clusters = dict(db.session.execute(select(Article.key, Article.cluster_id)).all())
    assert {key for key, each in clusters.items() if each == first.id} == {"k0", "k1", "k12"}
    found = ["“k0” of “k1”, “k1” of “k0”", "“k12” of “k0”"]
    assert [report.twins for report in run.reports] == found
    for article in db.session.scalars(select(Article)):
        words = select(func.count(Sentence.id)).where(Sentence.article_id == article.id)
        assert db.session.scalar(words) == article.sentence_count
    left = counted()
    assert (left["stagings"], left["projects"], left["jobs"]) == (0, 1, 1)


@slow
def test_what_breaks_off_leaves_nothing_or_is_completed(project, few_at_once):
    before, steps, taken_back, over = counted(), 0, 0, False
    while not over:
        with run_of() as run:
            try:
                over = write_in_steps(broken_off(steps_of(run), steps)) is not None or (
                    len(keys()) == 7
                )
            except KeyboardInterrupt:
                assert counted() == before, steps
                steps, taken_back = steps + 3, taken_back + 1
    assert taken_back > 3
    assert (len(keys()), counted()["stagings"], counted()["jobs"]) == (7, 0, 1)
    assert list(checkup.faults()) == []


@pytest.mark.parametrize("name", ["open_up", "show", "forget"])
def test_who_breaks_off_once_it_appears_has_it_all(project, few_at_once, monkeypatch, name):
    with run_of() as run:
        write_in_steps(broken_off_behind(name, steps_of(run), monkeypatch))
    assert (len(keys()), counted()["stagings"], counted()["jobs"]) == (7, 0, 1)


@pytest.mark.parametrize("steps", further([1, 6, 12, 16]))
def test_what_is_killed_is_seen_by_nobody_and_taken_back(project, few_at_once, steps):
    annotators = assigning.annotators_of(project)[:2]
    before = counted()
    with run_of() as run:
        write_in_steps(killed(steps_of(run, annotators), steps))
    assert keys() == []
    assert counted() != before
    assert write_in_steps(leftovers.tidy()) == []  # its process may still live
    let_die()
    said = write_in_steps(leftovers.tidy())
    assert said == ["The import of articles into us-russia was interrupted; nothing was stored."]
    assert counted() == before


def test_what_is_killed_while_it_appears_is_completed(project, few_at_once):
    with run_of() as run:
        write_in_steps(until_it_appears(steps_of(run)))
    assert len(keys()) == 2
    assert db.session.scalar(select(Staging.state)) == "appearing"
    let_die()
    said = write_in_steps(leftovers.tidy())
    assert said == [
        "The import of articles into us-russia was interrupted at its end; it is now complete."
    ]
    assert (len(keys()), counted()["stagings"]) == (7, 0)
    assert db.session.scalars(select(Job.said)).all() == ["done"]


def until_it_appears(steps):
    """Carry out the steps of an import up to the first that shows something."""
    step = next(steps)
    while getattr(step, "func", None) is not appearing.open_up:
        step = steps.send((yield step))
    yield step


def test_a_file_whose_key_was_taken_meanwhile_is_refused_and_the_others_are_stored(
    project, few_at_once
):
    annotators = assigning.annotators_of(project)[:2]
    with run_of() as run:
        act = partial(store_one, "k11", "Another text. Of three. Sentences.")
        write_in_steps(meanwhile(steps_of(run, annotators), 13, act))
    assert [bool(report.refusal) for report in run.reports] == [False, True]
    assert "there is already an article “k11” with another text" in run.reports[1].refusal
    assert keys() == ["k0", "k1", "k2", "k3", "k11"]
    assert db.session.scalar(select(func.count(Assignment.id))) == 8
    assert list(checkup.faults()) == []


def test_what_came_in_just_before_the_last_step_is_compared_with(project, few_at_once):
    with run_of() as run:
        steps = steps_of(run)
        write_in_steps(and_before_it_appears(steps, partial(store_one, "k11", "Text. Of another.")))
    assert [bool(report.refusal) for report in run.reports] == [False, True]
    assert sorted(keys()) == ["k0", "k1", "k11", "k2", "k3"]
    assert (counted()["stagings"], list(checkup.faults())) == (0, [])


def and_before_it_appears(steps, act):
    """Carry out all steps, and let somebody else do something before the first that shows any."""
    try:
        step, acted = next(steps), False
        while True:
            if not acted and getattr(step, "func", None) is appearing.open_up:
                act()
                acted = True
            try:
                result = yield step
            except appearing.ChangedError as error:
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration:
        return


def test_another_import_counts_what_is_about_to_appear(project, few_at_once):
    with run_of() as run:
        write_in_steps(until_it_appears(steps_of(run)))
    with Run(projects.get("us-russia")) as other:
        other.read("c.jsonl", lambda _form: io.BytesIO(lines("Something else.", first=12)))
        assert "there is already an article “k12”" in other.reports[0].refusal


def test_an_article_alike_that_came_in_meanwhile_is_in_the_cluster(project, few_at_once):
    with run_of() as run:
        act = partial(store_one, "z", LONG.replace("Geneva", "Bern", 1))
        write_in_steps(and_before_it_appears(steps_of(run), act))
    clusters = dict(db.session.execute(select(Article.key, Article.cluster_id)).all())
    assert clusters["z"] is not None
    assert clusters["z"] == clusters["k0"] == clusters["k12"]
    assert len(keys()) == 8


def test_new_articles_are_given_as_exactly_as_ever(project, few_at_once):
    with write():
        memberships.join(project, accounts.add_user("eve"), {Role.ANNOTATOR}, Random(3))
    annotators = assigning.annotators_of(project)
    assert len(annotators) == 3
    with run_of() as run:
        write_in_steps(steps_of(run, annotators))
    held = db.session.execute(
        select(Article.key, func.count(Assignment.id)).join(Assignment).group_by(Article.key)
    ).all()
    assert dict(held) == dict.fromkeys(keys(), 2)


def test_controls_are_mixed_into_what_an_import_gives(project, few_at_once, monkeypatch):
    monkeypatch.setattr(mixing, "lot_of", lambda *_: 0.0)
    with write():
        mixing.change(project, mixing.Checks(control=5))
        [gold] = adjudicated_articles(project, 1, 2)
    controls = select(Assignment).where(Assignment.purpose == CONTROL)
    with run_of() as run:
        write_in_steps(until_it_appears(steps_of(run, assigning.annotators_of(project))))
    # Not before all articles are seen beside which they stand, whatever ends the process.
    assert len(keys()) == 3
    assert db.session.scalars(controls).all() == []
    let_die()
    write_in_steps(leftovers.tidy())
    found = db.session.scalars(controls).all()
    assert {each.article.copy_of_id for each in found} == {gold.id}
    assert len(found) == len(assigning.annotators_of(projects.get("us-russia")))
