"""What is kept of sentences is what their answers and decisions say, whatever anybody does."""

from random import Random

import pytest
from acts_on_sentences import ACTS, WEIGHTS, Actor
from agreement_examples import give, label
from labelling_examples import claims, nothing_claimed, save
from slow_cases import further, server, slow
from sqlalchemy import delete, select, update
from statements import counted_queries

from annotator.store.db import db, write, write_in_steps
from annotator.store.marking import TABLE
from annotator.store.models import Answer, Appeal, Assignment, Sentence
from annotator.work.adjudication import refreshing
from annotator.work.adjudication.bulk import cases_of
from annotator.work.adjudication.queue import View, queue_of
from annotator.work.adjudication.standing import standings_of
from annotator.work.assignment import leaving
from annotator.work.consensus import additions, disagreements, expecting
from annotator.work.consensus.disagreements import KINDS, UNSURE
from annotator.work.consensus.voting import MAJORITY

# What there has to be before every act can be done.
FIRST = [
    *["save"] * 24, *["hand_in"] * 2, *["decide"] * 2, *["merge"] * 5, *["repair"] * 4, "give_back",
    *["save"] * 4,
]  # fmt: skip


def said(project):
    """Return how each sentence stands, as pages read it; what is false is left out."""
    write_in_steps(refreshing.refresh(project))
    standings = standings_of(project)
    rows = db.session.execute(standings.select(standings.counts)) if standings.counts else ()
    by_code = {each.code: each for each in standings.counts}
    found = {row.sentence_id: (row.difference, by_code[row.code]) for row in rows}
    return {
        number: (round(difference, 9), {name: value for name, value in vars(each).items() if value})
        for number, (difference, each) in found.items()
    }


def truth(project):
    """Return the same from the answers alone, sentence by sentence."""
    db.session.rollback()
    rows = {row.sentence_id: row for row in db.session.execute(disagreements.states(project)).all()}
    kept = db.session.scalars(select(TABLE.c.sentence_id)).all()
    return {case.sentence.id: of(project, case, rows) for case in cases_of(project, kept)}


def of(project, case, rows):
    row = rows.get(case.sentence.id)
    given_back = db.session.scalar(
        select(Assignment.id)
        .join(Assignment.article)
        .where(
            Assignment.article_id == case.sentence.article_id,
            Assignment.state == "returned",
            ~leaving.has_left(),
        )
        .limit(1)
    )
    answers = db.session.scalars(
        select(Answer.unsure).where(
            Answer.sentence_id == case.sentence.id,
            Answer.origin == "human",
            Answer.current,
        )
    ).all()
    decision = case.decision
    appealed = decision and db.session.scalar(
        select(Appeal.id).where(Appeal.decision_id == decision.id, Appeal.state == "open")
    )
    found = {
        "expected": bool(expecting.expected_on(case.sentence)),
        "given_back": given_back is not None,
        "majority": case.consensus.how == MAJORITY and not any(answers),
        "appealed": bool(appealed),
    }
    if row is not None:
        found |= {
            "kinds": tuple(name for name in (*KINDS, UNSURE) if getattr(row, name)),
            "compared": row.n > 1,
            "state": decision.state if decision else None,
            "changed": bool(row.changed),
            "added": bool(row.added),
            "confirmed": bool(
                row.state == "decided"
                and row.added
                and additions.confirmed(project, [row.decision_id])
            ),
        }
    difference = round(float(row.difference), 9) if row is not None else 0.0
    return difference, {name: value for name, value in found.items() if value}


def check(project):
    """Hold what is kept, and what a reader sees, to the truth."""
    db.session.rollback()
    assert list(refreshing.faults(project)) == []
    seen = said(project)
    wanted = truth(project)
    for each in seen.values():
        each[1].pop("code", None)
    assert seen == wanted


@pytest.mark.parametrize("act", further(ACTS))
def test_who_reads_after_an_act_sees_the_truth(project, act):
    actor = Actor(project, Random(1))
    for name in FIRST:
        actor.do(name)
    check(project)
    done = {actor.do(act) for _ in range(8)}
    assert True in done
    check(project)


@slow
@pytest.mark.parametrize("seed", [pytest.param(1, marks=server), *range(2, 7)])
def test_whatever_is_done_what_is_kept_is_what_the_answers_say(project, seed):
    rng = Random(seed)
    actor = Actor(project, rng)
    done = set()
    for number in range(120):
        name = rng.choices(ACTS, WEIGHTS)[0]
        done |= {name} if actor.do(name) else set()
        if number % 6 == 0:
            check(project)
    check(project)
    assert len(done) > 10


def test_only_what_has_changed_is_found_out_anew(project):
    label(project, "a: x | b: x\na: x | b: z", "a: x | b: z")
    assert write_in_steps(refreshing.refresh(project)) == 3
    assert write_in_steps(refreshing.refresh(project)) == 0
    sentence = db.session.scalars(select(Sentence).order_by(Sentence.id)).first()
    with write():
        give(sentence.article_id, "ann")
    save(sentence.article, nothing_claimed(note="hm"), position=0, revision=1)
    assert write_in_steps(refreshing.refresh(project)) == 1


def test_what_is_marked_while_it_is_found_out_stays_stale(project):
    label(project, "a: x | b: x")
    steps = refreshing.refresh(project)
    step = next(steps)
    with write():
        db.session.execute(update(TABLE).values(marks=TABLE.c.marks + 1))
    with write():
        step()
    steps.close()
    assert write_in_steps(refreshing.refresh(project)) == 1
    assert write_in_steps(refreshing.refresh(project)) == 0


def test_a_save_marks_by_one_statement(project, article):
    save(article, claims())
    with counted_queries() as seen:
        save(article, nothing_claimed(), revision=1)
    assert sum("consensus" in each for each in seen) == 1


def test_a_row_that_is_wrong_or_missing_is_found_and_rebuilt(project):
    label(project, "a: x | b: z\na: x | b: x")
    write_in_steps(refreshing.refresh(project))
    with write():
        first, second = db.session.scalars(select(TABLE.c.sentence_id).order_by("sentence_id"))
        db.session.execute(update(TABLE).where(TABLE.c.sentence_id == first).values(kinds=0))
        db.session.execute(delete(TABLE).where(TABLE.c.sentence_id == second))
    (fault,) = refreshing.faults(project)
    assert "2 sentences" in fault
    assert write_in_steps(refreshing.rebuild(project)) == 2
    assert list(refreshing.faults(project)) == []


def test_every_entry_of_a_view_is_met_by_going_on_from_one_to_the_next(project):
    lines = [f"a: x | b: {'z' if n % 3 else 'Mattis oc'} | c: x" for n in range(9)]
    label(project, "\n".join(lines), "\n".join(lines))
    write_in_steps(refreshing.refresh(project))
    for sort in ("difference", "text"):
        view = View(sort=sort)
        first = queue_of(project, view).first()
        met, here = [first.place], queue_of(project, view, first.place)
        last = here.previous.place
        assert queue_of(project, view, last).entries[-1].place == last
        while here.next.place != first.place:
            shown = [entry.place for entry in here.entries]
            assert len(shown) == 10
            assert shown.index(met[-1]) <= 3 or shown[-1] == last
            met.append(here.next.place)
            here = queue_of(project, view, met[-1])
            assert here.previous.place == met[-2]
        assert len(met) == len(set(met)) == 18
        assert here.length == here.left == 18
