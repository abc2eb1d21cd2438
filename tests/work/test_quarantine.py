"""What models say, and what is said in training, control and repeats, changes no figure."""

from random import Random

import pytest
from copy_examples import answered, given, said_by_model, submitted
from labelling_examples import assignment_of, claim, claims, nothing_claimed
from release_examples import content, labelled, release
from slow_cases import server, slow
from sqlalchemy import func, select

from annotator.formats.release.gates import GATES
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Answer, Article, Project, Sentence
from annotator.store.models.answers import PURPOSES, WORK
from annotator.work.adjudication import refreshing, standing
from annotator.work.agreement import measuring
from annotator.work.agreement.report_json import as_json
from annotator.work.assignment import assigning, matrix, pace, progress
from annotator.work.gold import counts
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.releases import status

pytestmark = [server, slow]
SOMEBODY = NewSpeaker("Somebody New", "person")
ROUNDS = 4


def figures(project):
    """Return every figure that people read of a project."""
    db.session.rollback()
    db.session.expire_all()
    write_in_steps(refreshing.refresh(project))
    people = progress.people_of(project)
    stands = status.standing(project)
    return {
        "agreement": as_json(measuring.report_for(project, measuring.usual(project))),
        "gold": list(gold_rows(project, every=True)),
        # Of sentences that stand in no way at all it is not known how many were looked at.
        "queue": {
            each: n for each, n in standing.standings_of(project).counts.items() if each.code
        },
        "progress": progress.figures(project),
        "short": progress.short_of_people(project),
        "gates": [(each.gate, each.found, each.passed) for each in stands.results],
        "warnings": stands.warnings,
        "people": [each.pseudonym for each in people],
        "matrix": [
            (line.article.key, line.cells)
            for line in matrix.lines_of(project, people, matrix.Wanted(), 0, 100)
        ],
        "pace": pace.pace_of(project),
        "plan": assigning.loads_of(project),
        "answers": counts.answers(project).by_origin.get("human"),
        "labels": [row for row in annotation_rows(project) if row["origin"] != "model"],
    }


def noise(project, article, rng):
    """Let a model and the annotators say anything at all, where it must not count."""
    positions = range(article.sentence_count)
    stances = [None, "support", "oppose", "neutral"]
    name = f"Model {rng.randrange(10**9)}"
    said = {position: rng.choice(stances) for position in rng.sample(positions, 5)}
    said_by_model(project, name, article, said)
    for who in ("ann", "ben"):
        purpose = rng.choice([each for each in PURPOSES if each != WORK])
        attempt = given(article, who, purpose)
        for position in rng.sample(positions, 3):
            stance = rng.choice(stances)
            draft = claims(claim(SOMEBODY, stance)) if stance else nothing_claimed(unsure=True)
            answered(attempt, draft, position)
        if rng.random() < 0.5:
            submitted(attempt)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_is_no_work_changes_a_figure(project, article, tmp_path, seed):
    labelled(project, article)
    project = db.session.get(Project, project.id)
    for who in ("ann", "ben"):
        submitted(assignment_of(article, who))
    with write():
        project.gates = dict.fromkeys(GATES, 0.5)
    before = figures(project)
    assert [gate for gate, *_ in before["gates"]] == list(GATES)
    assert len({passed for *_, passed in before["gates"]}) == 2
    release(project, tmp_path / "before")
    rng = Random(seed)
    for _ in range(ROUNDS):
        noise(project, db.session.get(Article, article.id), rng)
    assert figures(project) == before
    release(project, tmp_path / "after")
    assert content(tmp_path / "after") == content(tmp_path / "before")
    # The noise is there, and can be asked for.
    rows = list(annotation_rows(project, purposes=PURPOSES))
    assert {row["origin"] for row in rows} == {"human", "model"}
    assert len({row["purpose"] for row in rows}) > 1
    aside = [row for row in rows if row["purpose"] != WORK]
    in_copies = (
        select(func.count(Answer.id))
        .join(Answer.sentence)
        .join(Sentence.article)
        .where(Article.copy_of_id == article.id)
    )
    assert len(aside) == db.session.scalar(in_copies)
    assert {row["article"] for row in aside} == {article.key}
    names = ("sentence", "annotator", "purpose", "attempt", "round")
    assert len({tuple(row[name] for name in names) for row in aside}) == len(aside)


def test_gates_that_are_just_passed_or_missed_stay_so(project, article):
    """Every gate at exactly the value that it has, then just above it, whatever else is said."""
    labelled(project, article)
    project = db.session.get(Project, project.id)
    for who in ("ann", "ben"):
        submitted(assignment_of(article, who))

    def stands(above=0.0):
        db.session.expire_all()
        with write():
            project.gates = {name: min(value + above, 1.0) for name, value in values.items()}
        found = status.standing(project)
        return [(each.gate, each.found, each.passed) for each in found.results]

    values = dict.fromkeys(GATES, 0.0)
    values |= {gate: found or 0.0 for gate, found, _ in stands()}
    passed, missed = stands(), stands(above=1e-9)
    assert passed != missed
    rng = Random(7)
    for _ in range(2):
        noise(project, db.session.get(Article, article.id), rng)
    assert (stands(), stands(above=1e-9)) == (passed, missed)
