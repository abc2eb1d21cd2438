"""What labels from elsewhere are is asked, shown, and can be said again: `labels import --as`."""

import json
import re
from pathlib import Path

import pytest
from labelling_examples import nothing_claimed, save
from slow_cases import further, server, slow
from sqlalchemy import func, select

from annotator.formats import release
from annotator.measure.origins import ORIGINS
from annotator.store.db import db, write
from annotator.store.models import (
    Answer,
    Assignment,
    Decision,
    DecisionBasis,
    DecisionEvent,
    LabelImport,
    Membership,
    ModelMember,
    Project,
    User,
)
from annotator.work.accounts import model_members
from annotator.work.assignment import assigning
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.history import audit

pytestmark = server

SCHEMAS = Path(release.__file__).parent / "schemas"
HEAD = "item,annotator,status,speaker,speaker_type,stance,certainty\n"
CLAIM = "claims,Jo Ray,person,support,likely"


@pytest.fixture
def table(article, tmp_path):
    """Write answers of two people to three sentences, who differ in one."""
    (tmp_path / "m.toml").write_text('format = "csv"\n', encoding="utf-8")
    path = tmp_path / "theirs.csv"
    lines = [f"{article.key}#{place},{who},{CLAIM}" for place in (2, 3) for who in ("M1", "M2")]
    lines += [f"{article.key}#4,M1,{CLAIM}", f"{article.key}#4,M2,no_claim,,,,"]
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def gold_table(article, tmp_path):
    """Write what one expert says of two sentences."""
    (tmp_path / "m.toml").write_text('format = "csv"\n', encoding="utf-8")
    path = tmp_path / "gold.csv"
    lines = [f"{article.key}#2,expert,{CLAIM}", f"{article.key}#3,expert,no_claim,,,,"]
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    return path


def bring(command, path, *more):
    words = ("labels", "import", path, "-p", "us-russia", "--mapping", path.with_name("m.toml"))
    result = command(*words, *more)
    db.session.rollback()
    db.session.expire_all()
    return result


def said(command, *words):
    result = command("labels", *words, "-p", "us-russia")
    db.session.rollback()
    db.session.expire_all()
    assert result.exit_code == 0, result.output
    return result.stdout


def origins():
    rows = db.session.execute(select(Answer.origin, func.count()).group_by(Answer.origin))
    return dict(list(map(tuple, rows)))


def agreement(command):
    return command("agreement", "-p", "us-russia").stdout


def held():
    """Count the places of the overlap that people who came with labels take."""
    came = User.username.startswith("imported-")
    return db.session.scalar(
        select(func.count(Assignment.id)).join(Assignment.user).where(assigning.is_held(), came)
    )


def test_nothing_is_assumed_of_labels_of_another_tool(table, command):
    result = bring(command, table)
    assert result.exit_code == 2
    for choice in ("--as people ", "--as reference ", "--as model NAME ", "--as context "):
        assert choice in result.stderr
    assert origins() == {}


def test_answers_of_people_count_and_are_marked_as_brought_in(table, project, command, browser):
    result = bring(command, table, "--as", "people")
    assert result.exit_code == 0, result.output
    assert "What they are: 6 of people, brought in." in result.stdout
    assert origins() == {"people": 6}
    report = agreement(command)
    assert "Among them 6 answers of people, brought in" in report
    assert "Agreement by step:" in report
    assert held() == 2
    came = select(Assignment.state).join(Assignment.user).where(User.username != "ann")
    assert "submitted" in db.session.scalars(came.order_by(Assignment.id.desc())).first()
    rows = {row["sentence"]: row["how"] for row in gold_rows(project)}
    assert (rows[2], rows[4]) == ("unanimous", "open")
    page = browser("lea").get(f"/projects/{project.slug}/agreement").text
    assert "Among them 6 answers of people, brought in" in page
    assert re.search(r'<option value="people">of people, brought in</option>', page)
    here = browser("lea").get(f"/projects/{project.slug}/agreement?origin=human").text
    assert "6 answers of people, brought in are not counted here." in here
    assert audit().faults == ()


def test_context_counts_nowhere_until_it_is_declared_and_the_act_is_undone(table, command):
    assert bring(command, table, "--as", "context").exit_code == 0
    assert origins() == {"imported": 6}
    assert held() == 0
    assert "6 answers brought in as context are not counted here." in agreement(command)
    assert "is now people" in said(command, "declare", "--as", "people")
    assert origins() == {"people": 6}
    assert held() == 2
    assert "Agreement by step:" in agreement(command)
    assert audit().faults == ()
    number = db.session.scalar(select(LabelImport.id))
    assert "is now context" in said(command, "declare", "--import", number, "--undo")
    assert origins() == {"imported": 6}
    assert held() == 0
    assert audit().faults == ()


@slow
def test_what_was_imported_before_imports_were_noted_can_be_declared(article, command):
    save(article, nothing_claimed())
    with write():
        db.session.query(Answer).update({"origin": "imported"})
    assert "1 answer imported earlier" in said(command, "list")
    assert "1 answer declared" in said(command, "declare", "--as", "people")
    assert origins() == {"people": 1}
    assert "people" in said(command, "list")


def test_a_reference_is_the_decision_on_its_sentence_with_its_source(gold_table, project, command):
    assert bring(command, gold_table, "--as", "reference").exit_code == 0
    rows = {row["sentence"]: row for row in gold_rows(project)}
    assert {rows[2]["how"], rows[3]["how"]} == {"adjudicated"}
    assert rows[2]["claims"][0]["speaker"] == "Jo Ray"
    assert rows[3]["status"] == "no_claim"
    assert "Reference: gold.csv" in rows[2]["reason"]
    assert held() == 0
    again = bring(command, gold_table, "--as", "reference", "--dry-run")
    assert "has a decision already" in again.stdout or "already has an answer" in again.stdout
    number = db.session.scalar(select(LabelImport.id))
    said(command, "declare", "--import", number, "--as", "context")
    assert db.session.scalar(select(func.count(Decision.id))) == 0
    said(command, "declare", "--import", number, "--undo")
    assert db.session.scalar(select(func.count(Decision.id))) == 2
    assert audit().faults == ()


def test_two_references_for_one_sentence_are_named(table, command):
    result = bring(command, table, "--as", "reference", "--dry-run")
    assert result.stdout.count("has two references in this file") == 3
    assert result.exit_code == 1


def test_answers_of_a_model_are_kept_apart_under_its_name(gold_table, command):
    assert bring(command, gold_table, "--as", "model", "small-1").exit_code == 0
    assert origins() == {"model": 2}
    assert db.session.scalar(select(LabelImport.model)) == "small-1"
    assert db.session.scalar(select(ModelMember.name).where(ModelMember.name == "small-1"))
    assert held() == 0
    assert "model small-1" in said(command, "list")


@slow
def test_what_one_annotator_said_can_be_declared_a_model_and_back(gold_table, command):
    assert bring(command, gold_table, "--as", "context").exit_code == 0
    said(command, "declare", "--as", "model", "small-1")
    assert origins() == {"model": 2}
    member = db.session.scalars(select(ModelMember)).one()
    assert (member.name, member.membership.pseudonym) == ("small-1", "expert")
    said(command, "declare", "--import", db.session.scalar(select(LabelImport.id)), "--undo")
    assert origins() == {"imported": 2}
    assert db.session.scalars(select(ModelMember)).all() == []


def test_what_a_person_of_the_project_said_cannot_be_declared_a_model(gold_table, command):
    assert bring(command, gold_table, "--as", "context").exit_code == 0
    with write():
        expert = db.session.scalars(select(Membership).where(Membership.pseudonym == "expert"))
        expert.one().annotator = True
    result = command("labels", "declare", "-p", "us-russia", "--as", "model", "small-1")
    assert result.exit_code != 0
    assert "stand under expert" in result.stderr
    assert origins() == {"imported": 2}


def test_the_name_of_another_model_cannot_be_declared(gold_table, project, command):
    assert bring(command, gold_table, "--as", "context").exit_code == 0
    with write():
        model_members.add(db.session.get(Project, project.id), "small-1")
    result = command("labels", "declare", "-p", "us-russia", "--as", "model", "small-1")
    assert result.exit_code != 0
    assert "has a model “small-1” already" in result.stderr
    assert origins() == {"imported": 2}


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("--as", "people", "--model", "x"), "say two things"),
        (("--as", "model"), "needs the model's name"),
    ],
)
def test_contradicting_words_are_wrong_use(table, command, words, cause):
    result = bring(command, table, *words)
    assert result.exit_code == 2
    assert cause in result.stderr


def counts():
    db.session.rollback()
    models = (Answer, Assignment, Decision, DecisionEvent, Membership, User)
    return [db.session.scalar(select(func.count()).select_from(each)) for each in models]


@pytest.mark.parametrize("kind", further(["people", "reference"]))
def test_an_import_is_undone_as_a_whole(gold_table, article, command, kind):
    save(article, nothing_claimed(), position=5)
    before = counts()
    assert bring(command, gold_table, "--as", kind).exit_code == 0
    assert counts() != before
    number = db.session.scalar(select(LabelImport.id))
    assert "2 answers removed" in said(command, "undo", number, "--yes")
    assert counts() == before
    assert audit().faults == ()
    assert "gold.csv" not in said(command, "list")
    assert bring(command, gold_table, "--as", kind).exit_code == 0


def test_an_import_that_a_decision_rests_on_is_not_undone(table, project, command, browser):
    assert bring(command, table, "--as", "people").exit_code == 0
    sentence = db.session.scalar(select(Answer.sentence_id).order_by(Answer.id))
    with write():
        answer = db.session.scalar(select(Answer).where(Answer.sentence_id == sentence))
        made = Decision(
            sentence_id=sentence, how="adjudicated", codebook_version_id=answer.codebook_version_id
        )
        db.session.add(made)
        db.session.flush()
        made.bases.append(DecisionBasis(answer_id=answer.id, revision=answer.revision))
    number = db.session.scalar(select(LabelImport.id))
    result = command("labels", "undo", number, "-p", "us-russia", "--yes")
    assert result.exit_code == 2
    assert "1 decision of adjudicators" in result.stderr
    assert origins() == {"people": 6}


def test_a_release_may_hold_answers_of_every_origin():
    schema = json.loads((SCHEMAS / "annotations.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["origin"]["enum"] == list(ORIGINS)
