"""A large import of labels: in short steps that nobody sees, all of it or nothing."""

import json
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from labelling_examples import (
    assignment_of,
    claim,
    claims,
    nothing_claimed,
    save,
    sentence_of,
    speaker_called,
)
from serving_examples import start
from slow_cases import further, server, slow
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError
from staging_examples import GONE, broken_off, broken_off_behind, in_turn, killed, meanwhile

from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.labels import rows as annotation_rows
from annotator.measure.rounds import SECOND_ROUND
from annotator.store import snapshot
from annotator.store.db import Base, db, write, write_in_steps
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import (
    Answer,
    Assignment,
    Membership,
    Roster,
    Speaker,
    Staging,
)
from annotator.work import staging
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import repairing, storing
from annotator.work.label_import import appearing
from annotator.work.label_import import rows as labels_in
from annotator.work.label_import import storing as storing_labels
from annotator.work.label_import.rows import Importer
from annotator.work.labelling import arriving, history, independence, saving
from annotator.work.labelling.annotation_rows import annotation_rows as rows_of
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.labelling.saving import Save
from annotator.work.operations import checkup, leftovers

pytestmark = server

# PostgreSQL takes 65,535 variables, SQLite 32,766.
MORE_THAN_VARIABLES = 66_000


@pytest.fixture
def few_at_once(monkeypatch):
    """Let a step store two answers, and a part of an import be one person's in one article."""
    for module in (arriving, labels_in, storing_labels):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    monkeypatch.setattr(appearing, "AT_ONCE", 1)
    monkeypatch.setattr(appearing, "SECONDS", 0)


@pytest.fixture
def other(project):
    """Return a second article of five sentences."""
    text = " ".join(f"Number {n} was what Lavrov said of it." for n in range(5))
    with write():
        return storing.store_article(project, storing.read_file("other.txt", text.encode()))


def said(article, sentence, annotator="A77"):
    """Return one line of a file: a claim, by default of somebody whom nobody knows yet."""
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
        "start": 0, "end": 1, "text": "", "codebook_version": 1, "origin": "human", "round": 1,
        "revision": 3, "active_seconds": 5, "created_at": "2018-07-24T16:05:00Z",
        "updated_at": "2018-07-24T16:06:00Z",
    } | place(article, sentence)  # fmt: skip


def place(article, sentence):
    """Return where a sentence stands, as a line says it."""
    found = sentence_of(article, sentence)
    return {"start": found.start, "end": found.end, "text": found.text}


def row(article, sentence, annotator):
    return annotation_rows.answer_row(said(article, sentence, annotator), f"line {sentence + 1}")


def rows(*articles):
    """Return the answers of two strangers, and of Ann, to the first sentences of each article."""
    return [
        row(article, n, who)
        for article in articles
        for who in ("A77", "A78", pseudonym_of("ann"))
        for n in (0, 1)
    ]


def pseudonym_of(username):
    members = memberships.members(projects.get("us-russia"))
    return next(each.pseudonym for each in members if each.user.username == username)


@contextmanager
def importer(wanted):
    """Plan an import of these rows and yield what stores them."""
    with Importer(projects.get("us-russia")) as made:
        plan = made.plan(wanted)
        assert plan.problems == []
        yield made


def counted():
    """Return how many rows there are in each table."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


def exported():
    db.session.rollback()
    return "".join(jsonl.write(rows_of(projects.get("us-russia"))))


def seen():
    """Return what anybody can see of the project's labels."""
    project = projects.get("us-russia")
    return (
        exported(),
        history.audit(),
        db.session.scalars(select(Speaker.name).where(Speaker.project_id == project.id)).all(),
        [each.pseudonym for each in memberships.members(project)],
        db.session.execute(select(Assignment.id, Assignment.decided_count)).all(),
        list(checkup.faults()),
        [each.slug for each in projects.all_projects()],
    )


def let_die():
    """Let the process of the import that is going on have ended."""
    with write():
        db.session.execute(update(Staging).values(pid=GONE))


def test_an_import_in_steps_stores_what_it_says(article, other, few_at_once):
    with importer(rows(article, other)) as made:
        write_in_steps(made.store())
    assert exported().count('"Petro Poroshenko"') == 12
    assert (history.audit().answers, history.audit().faults) == (12, ())
    assert list(checkup.faults()) == []
    assert assignment_of(article).decided_count == 2
    left = counted()
    assert (left["stagings"], left["staged_answers"], left["projects"]) == (0, 0, 1)


@slow
def test_what_breaks_off_leaves_nothing_or_is_completed(article, other, few_at_once):
    save(article, nothing_claimed(), position=5)
    before, steps, taken_back, over = counted(), 0, 0, False
    while not over:
        with importer(rows(article, other)) as made:
            try:
                over = write_in_steps(broken_off(made.store(), steps)) is not None or (
                    exported().count("Petro") == 12
                )
            except KeyboardInterrupt:
                assert counted() == before, steps
                steps, taken_back = steps + 3, taken_back + 1
    assert taken_back > 3
    assert exported().count('"Petro Poroshenko"') == 12
    assert list(checkup.faults()) == []


@pytest.mark.parametrize("name", further(["add_answers", "open_up", "show", "forget"]))
def test_who_breaks_off_between_two_steps_hears_what_is_so(
    article, other, few_at_once, monkeypatch, name
):
    before = counted()
    with importer(rows(article, other)) as made:
        steps = broken_off_behind(name, made.store(), monkeypatch)
        if name == "add_answers":
            with pytest.raises(KeyboardInterrupt):
                write_in_steps(steps)
            assert counted() == before
            return
        write_in_steps(steps)
    assert exported().count('"Petro Poroshenko"') == 12
    assert (counted()["stagings"], list(checkup.faults())) == (0, [])


def test_who_knew_of_a_sentence_before_an_import_knows_of_it_afterwards(article, other):
    ann = accounts.get_user("ann")
    with write():
        independence.expose(ann.id, [sentence_of(other, 3).id], independence.ANSWERS)
    with importer(rows(other)) as made:
        write_in_steps(made.store())
    assert save(other, nothing_claimed(), position=3).answer.round == SECOND_ROUND


def test_no_repair_moves_the_places_of_an_import_that_has_begun_to_appear(
    article, other, few_at_once
):
    with importer(rows(article, other)) as made:
        write_in_steps(until_it_appears(made.store()))
    with pytest.raises(RefusedError, match="Labels are being imported"), write():
        repairing.carry_out(repairing.plan(other, 0, "merge"), accounts.get_user("lea"))
    let_die()
    write_in_steps(leftovers.tidy())
    assert exported().count('"Petro Poroshenko"') == 12
    with write():
        repairing.carry_out(repairing.plan(other, 0, "merge"), accounts.get_user("lea"))


@pytest.mark.parametrize("steps", further([2, 5, 9, 11]))
def test_what_is_killed_is_seen_by_nobody_and_taken_back(article, other, few_at_once, steps):
    save(article, nothing_claimed(), position=5)
    before, stored = seen(), counted()
    with importer(rows(article, other)) as made:
        write_in_steps(killed(made.store(), steps))
    assert seen() == before
    assert counted() != stored
    # Its process may still live: nobody else touches it.
    assert write_in_steps(leftovers.tidy()) == []
    let_die()
    said = write_in_steps(leftovers.tidy())
    assert said == ["The import of labels into us-russia was interrupted; nothing was stored."]
    assert (seen(), counted()) == (before, stored)


def test_a_process_before_this_one_with_its_number_is_dead(article, few_at_once):
    with importer(rows(article)) as made:
        write_in_steps(killed(made.store(), 2))
    with write():
        begun = staging.BEGUN - timedelta(seconds=1)
        db.session.execute(update(Staging).values(started_at=begun))
    said = write_in_steps(leftovers.tidy())
    assert said == ["The import of labels into us-russia was interrupted; nothing was stored."]


def test_what_is_killed_while_it_appears_is_completed(
    article, other, few_at_once, monkeypatch, command
):
    with importer(rows(article, other)) as made:
        steps = made.store()
        write_in_steps(until_it_appears(steps))
    assert db.session.scalar(select(Staging.state)) == "appearing"
    monkeypatch.setattr(snapshot, "WAIT_SECONDS", 0.0)
    for read in (exported, history.audit):
        with pytest.raises(DatabaseBusyError, match="in progress"):
            read()
    let_die()
    result = command("labels", "import", "/dev/null", "-p", "us-russia")
    assert (
        "The import of labels into us-russia was interrupted at its end; it is now complete."
        in (result.stderr)
    )
    assert exported().count('"Petro Poroshenko"') == 12
    assert (counted()["stagings"], list(checkup.faults())) == (0, [])


def test_two_processes_that_finish_one_import_at_once_count_it_once(article, other, few_at_once):
    with importer(rows(article, other)) as made:
        write_in_steps(until_it_appears(made.store()))
    number = db.session.scalars(select(Staging.id)).one()
    write_in_steps(in_turn(appearing.appear(number), appearing.appear(number)))
    counts = db.session.scalars(select(Assignment.decided_count)).all()
    assert sorted(counts) == [0, *[2] * 6]
    assert exported().count('"Petro Poroshenko"') == 12
    assert (counted()["stagings"], list(checkup.faults())) == (0, [])


def test_an_import_appears_by_articles_and_an_article_with_too_many_answers_by_people(monkeypatch):
    monkeypatch.setattr(appearing, "AT_ONCE", 100)
    monkeypatch.setattr(appearing, "WORK", 5)
    many = {1: (25, 25), 2: (45,), 3: (35, 35, 35, 35), 4: (10,)}
    pairs = [
        (article, user, answers, 0, 0, 0, True)
        for article, all_answers in many.items()
        for user, answers in enumerate(all_answers)
    ]
    parts = appearing.parts(reversed(pairs))
    found = [[pair[:2] for pair in part] for part in parts]
    assert found == [[(1, 0), (1, 1)], [(2, 0)], [(3, 0), (3, 1)], [(3, 2), (3, 3)], [(4, 0)]]


def test_a_later_round_that_comes_in_is_the_current_one_and_counted_once(
    article, other, few_at_once
):
    save(article, nothing_claimed(), position=0)
    second = said(article, 0, pseudonym_of("ann")) | {"round": 2}
    with importer([annotation_rows.answer_row(second, "line 1")]) as made:
        write_in_steps(made.store())
    found = db.session.execute(select(Answer.round, Answer.current).order_by(Answer.round)).all()
    assert [tuple(each) for each in found] == [(1, False), (2, True)]
    assert assignment_of(article).decided_count == 1
    assert list(checkup.faults()) == []


@slow
def test_speakers_of_more_people_than_a_statement_has_variables_are_numbered(article):
    save(article, claims(), position=0)
    ann, fresh = accounts.get_user("ann"), speaker_called("NARRATOR")
    nobody = [(10**6 + n, 10**6 + n, []) for n in range(MORE_THAN_VARIABLES)]
    with write():
        appearing.meet([*nobody, (article.id, ann.id, [fresh.id])])
    numbers = db.session.scalars(select(Roster.number).order_by(Roster.number)).all()
    assert numbers == [1, 2]


def until_it_appears(steps):
    """Carry out the steps of an import up to the first that shows something."""
    step = next(steps)
    while step.func is not appearing.open_up:
        step = steps.send((yield step))
    yield step


def test_who_answers_meanwhile_keeps_the_answer_and_the_import_says_so(article, other, few_at_once):
    with importer(rows(article, other)) as made:
        steps = meanwhile(made.store(), 9, lambda: save(article, claims(), position=1))
        with pytest.raises(
            RefusedError, match=r"Sentence 2 \(1 in files\) of .* was answered while"
        ):
            write_in_steps(steps)
    assert exported().count("\n") == 1
    assert (counted()["stagings"], counted()["answers"]) == (0, 1)


def test_a_save_where_an_import_appears_waits_until_it_has(article):
    """The save locks its assignment first; in a file the write of the import is lock enough."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file has one writer")
    ann, ben = accounts.get_user("ann").id, accounts.get_user("ben").id
    mine = select(Assignment.id).where(Assignment.article_id == article.id)

    def lock(user, connection):
        query = mine.where(Assignment.user_id == user).with_for_update(nowait=True)
        return connection.scalars(query).one()

    with db.engine.connect() as beside:
        with write():
            appearing.hold_back([(article.id, ann)], [ann])
            with pytest.raises(OperationalError), beside.begin():
                lock(ann, beside)
            with beside.begin():
                assert lock(ben, beside)
        with beside.begin():
            assert lock(ann, beside)


def test_a_repair_meanwhile_takes_the_import_back(article, few_at_once):
    def repair():
        with write():
            plan = repairing.plan(article, 0, "merge")
            repairing.carry_out(plan, accounts.get_user("lea"))

    refused = pytest.raises(RefusedError, match="were repaired while the import ran")
    with importer(rows(article)) as made, refused:
        write_in_steps(meanwhile(made.store(), 7, repair))
    left = counted()
    assert (left["answers"], left["stagings"], left["repairs"]) == (0, 0, 1)


def test_a_speaker_added_meanwhile_is_the_one_that_counts(article, few_at_once):
    poroshenko = claims(claim(NewSpeaker("Petro Poroshenko", "person")))
    with importer(rows(article)) as made:
        steps = meanwhile(made.store(), 7, lambda: save(article, poroshenko, position=7))
        write_in_steps(steps)
    assert exported().count('"Petro Poroshenko"') == 7
    assert history.audit().faults == ()
    merged = db.session.scalars(select(Speaker).where(Speaker.merged_into_id.is_not(None))).one()
    assert merged.today.name == "Petro Poroshenko"


def test_a_new_annotator_of_an_import_has_no_role_and_no_way_in(article):
    with importer(rows(article)) as made:
        write_in_steps(made.store())
    who = db.session.scalars(select(Membership).where(Membership.pseudonym == "A77")).one()
    assert (who.roles, who.user.password_hash) == (frozenset(), None)


@slow
def test_no_step_stores_more_than_some_hundred_answers(app, article, other, monkeypatch):
    """Between two BEGIN IMMEDIATE, or COMMITs, no more rows than one short write may have."""
    rows_in, longest, copy = 0, 0, arriving.copy

    def copied(made, rows):
        nonlocal rows_in
        rows_in += len(rows) if made.name == "answers" else 0
        copy(made, rows)

    def count(_connection, _cursor, statement, parameters, _context, _executemany):
        nonlocal rows_in
        if statement.startswith("INSERT INTO answers"):
            rows_in += len(parameters) if isinstance(parameters, list) else statement.count("(%(")

    def end(_connection):
        nonlocal rows_in, longest
        longest, rows_in = max(longest, rows_in), 0

    wanted = [
        row(article, n, f"P{who:03}") for who in range(60) for n in range(article.sentence_count)
    ]
    assert len(wanted) > 2 * arriving.AT_ONCE
    monkeypatch.setattr(arriving, "copy", copied)
    event.listen(db.engine, "before_cursor_execute", count)
    event.listen(db.engine, "commit", end)
    try:
        with importer(wanted) as made:
            write_in_steps(made.store())
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
        event.remove(db.engine, "commit", end)
    assert db.session.scalar(select(func.count(Answer.id))) == len(wanted)
    assert 100 < longest <= arriving.AT_ONCE


@slow
def test_people_save_while_thousands_of_labels_come_in(article, settings, tmp_path):
    """A save that has to wait for two seconds is refused here; none is."""
    path = tmp_path / "rows.jsonl"
    lines = [said(article, n) for n in range(article.sentence_count)]
    with path.open("w") as file:
        for who in range(60):
            file.writelines(json.dumps(each | {"annotator": f"P{who:03}"}) + "\n" for each in lines)
    environ = {
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
        "ANNOTATOR_SECRET_KEY": settings.secret_key,
    }
    sentence, ann = sentence_of(article, 3), accounts.get_user("ann")
    saved = 0
    with start("labels", "import", path, "-p", "us-russia", **environ) as process:
        while process.poll() is None:
            draft = nothing_claimed(note=f"save {saved}")
            with write(2.0):
                saving.save_answer(sentence, ann, draft, Save(saved, f"beside-{saved:04}"))
            saved += 1
            time.sleep(0.25)
        out, err = process.communicate()
    assert process.returncode == 0, out + err
    assert saved > 2
    assert exported().count('"P059"') == article.sentence_count
    assert list(checkup.faults()) == []


def test_a_step_shows_as_many_parts_as_fit_into_its_time():
    assert appearing.parts_in(0.1, 1, 0.01) == 2  # at most twice as many as before
    assert appearing.parts_in(0.1, 4, 0.1) == 4
    assert appearing.parts_in(0.1, 8, 0.4) == 2
    assert appearing.parts_in(0.1, 1, 5.0) == 1
    assert appearing.parts_in(0.1, 2, 0.0) == 4
