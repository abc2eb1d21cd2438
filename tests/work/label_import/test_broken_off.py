"""What is said of an import, or its undo, and ends midway: the same call carries out the rest."""

import pytest
from labelling_examples import claim, claims, nothing_claimed, save, sentence_of
from slow_cases import further, server
from sqlalchemy import func, select
from staging_examples import killed

from annotator.formats.labels.rows import AnswerRow, ClaimRow
from annotator.store.db import Base, db, write, write_in_steps
from annotator.store.models import Answer, LabelImport, Roster, Speaker
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.imported_labels import declaring, settling, undoing
from annotator.work.imported_labels.kinds import KINDS, Said
from annotator.work.label_import.rows import Importer
from annotator.work.operations import checkup
from annotator.work.speakers import changes

pytestmark = server

# What stays: the note of the import, what the project did, and that the consensus of its sentences
# is to be made anew.
STAYS = {"label_imports", "activities", "consensus"}


@pytest.fixture
def few_at_once(monkeypatch):
    """Let a step change two answers or clear up behind one person."""
    monkeypatch.setattr(settling, "AT_ONCE", 2)
    monkeypatch.setattr(settling, "DECIDED_AT_ONCE", 2)
    monkeypatch.setattr(undoing, "AT_ONCE", 2)
    monkeypatch.setattr(undoing, "PEOPLE_AT_ONCE", 1)


def bring_in(article, kind="people", people=("A77", "A78"), speaker="Jo Ray", via=()):
    """Import five answers of each of some people; return the number of the import."""
    said = ClaimRow(speaker, "person", via=via, stance="support", certainty="likely")
    rows = [
        AnswerRow(f"line {n}", article.key, who, n, status="claims", claims=(said,))
        for who in people
        for n in range(5)
    ]
    with Importer(projects.get("us-russia"), Said(KINDS[kind])) as importer:
        assert importer.plan(rows).problems == []
        write_in_steps(importer.store())
    return db.session.scalars(select(LabelImport.id).order_by(LabelImport.id.desc())).first()


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


def pseudonym_of(username):
    members = memberships.members(projects.get("us-russia"))
    return next(each.pseudonym for each in members if each.user.username == username)


def speakers():
    db.session.rollback()
    return set(db.session.scalars(select(Speaker.name).where(Speaker.label_import_id.is_not(None))))


def undone(number):
    write_in_steps(undoing.undo(projects.get("us-russia"), number))
    assert list(checkup.faults()) == []
    return speakers()


def test_speakers_go_with_the_last_import_that_names_them_and_their_chips_with_them(article):
    ann = pseudonym_of("ann")
    first = bring_in(article, people=(ann,), via=("Al May",))
    second = bring_in(article, people=("A78",), via=("Bo Lee",))
    assert speakers() == {"Jo Ray", "Al May", "Bo Lee"}
    assert undone(first) == {"Jo Ray", "Bo Lee"}
    assert undone(second) == set()
    assert db.session.scalar(select(func.count(Roster.id))) == 0


def test_a_speaker_that_somebody_has_named_or_a_lead_has_touched_stays(article):
    number = bring_in(article, people=("A78",), via=("Al May", "Bo Lee", "Cy Fox"))
    names = {each.name: each.id for each in db.session.scalars(select(Speaker))}
    save(article, claims(claim(speaker=names["Al May"])), position=8)
    save(article, nothing_claimed(), position=8, revision=1)  # no claim names him any more
    with write():
        lea, project = accounts.get_user("lea"), projects.get("us-russia")
        changes.rename(project, db.session.get_one(Speaker, names["Bo Lee"]), "Bo Leigh", lea)
    save(article, claims(), position=9)
    with write():
        draft = DecisionDraft("claims", (Taken(claim(names["Cy Fox"]), None),), reason="ST-1")
        deciding.decide(sentence_of(article, 9), draft, Act(accounts.get_user("cleo"), 0, "a-key"))
    assert undone(number) == {"Al May", "Bo Leigh", "Cy Fox"}
