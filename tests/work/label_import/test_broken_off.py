"""What is said of an import, or its undo, and ends midway: the same call carries out the rest."""

import pytest
from slow_cases import further, server
from sqlalchemy import func, select
from staging_examples import killed

from annotator.formats.labels.rows import AnswerRow, ClaimRow
from annotator.store.db import Base, db, write_in_steps
from annotator.store.models import Answer, LabelImport
from annotator.work.accounts import projects
from annotator.work.label_import import declaring, settling, undoing
from annotator.work.label_import.kinds import KINDS, Said
from annotator.work.label_import.rows import Importer
from annotator.work.operations import checkup

pytestmark = server

# What stays: the note of the import, what the project did, whom the file named, and that the
# consensus of its sentences is to be made anew.
STAYS = {"label_imports", "activities", "speakers", "consensus"}


@pytest.fixture
def few_at_once(monkeypatch):
    """Let a step change two answers or clear up behind one person."""
    monkeypatch.setattr(settling, "AT_ONCE", 2)
    monkeypatch.setattr(settling, "DECIDED_AT_ONCE", 2)
    monkeypatch.setattr(undoing, "AT_ONCE", 2)
    monkeypatch.setattr(undoing, "PEOPLE_AT_ONCE", 1)


def bring_in(article, kind="people", people=("A77", "A78")):
    """Import five answers of each of some people; return the number of the import."""
    said = ClaimRow(speaker="Jo Ray", speaker_type="person", stance="support", certainty="likely")
    rows = [
        AnswerRow(f"line {n}", article.key, who, n, status="claims", claims=(said,))
        for who in people
        for n in range(5)
    ]
    with Importer(projects.get("us-russia"), Said(KINDS[kind])) as importer:
        assert importer.plan(rows).problems == []
        write_in_steps(importer.store())
    return db.session.scalars(select(LabelImport.id)).one()


def counts():
    """Return how many rows each table has that an import fills."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
        if table.name not in STAYS
    }


def origins():
    db.session.rollback()
    rows = db.session.execute(select(Answer.origin, func.count()).group_by(Answer.origin))
    return dict(map(tuple, rows))


@pytest.mark.parametrize("steps", further([4, 1, 2, 3, 6, 7, 8]))
def test_an_undo_that_is_killed_is_completed_by_the_same_call(article, few_at_once, steps):
    before = counts()
    number = bring_in(article)
    write_in_steps(killed(undoing.undo(projects.get("us-russia"), number), steps))
    # What is left meanwhile counts nowhere.
    db.session.rollback()
    assert db.session.get_one(LabelImport, number).origin == "imported"
    assert write_in_steps(undoing.undo(projects.get("us-russia"), number)) == 10
    assert counts() == before
    assert list(checkup.faults()) == []


@pytest.mark.parametrize("steps", further([2, 1, 4]))
def test_a_declaration_that_is_killed_is_completed_and_can_be_taken_back(
    article, few_at_once, steps
):
    number = bring_in(article)
    project = projects.get("us-russia")
    declared = declaring.declare(project, [number], KINDS["context"])
    write_in_steps(killed(declared, steps))
    assert len(origins()) == (1 if steps == 1 else 2)
    write_in_steps(settling.finish(project.id))
    assert origins() == {"imported": 10}
    assert list(checkup.faults()) == []
    write_in_steps(declaring.take_back(project, [number]))
    assert origins() == {"people": 10}
    assert list(checkup.faults()) == []


def test_a_reference_whose_decisions_were_broken_off_decides_the_rest(article, few_at_once):
    number = bring_in(article, "context", ["A77"])
    project, before = projects.get("us-russia"), counts()
    declared = declaring.declare(project, [number], KINDS["reference"])
    write_in_steps(killed(declared, 5))
    assert 0 < counts()["decisions"] < 5
    write_in_steps(settling.finish(project.id))
    assert counts()["decisions"] == 5
    write_in_steps(declaring.take_back(project, [number]))
    assert counts() == before
    assert list(checkup.faults()) == []
