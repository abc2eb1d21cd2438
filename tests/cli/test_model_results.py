"""`annotator labels import --model`: answers of a model come in, and count nowhere."""

import json

import pytest
from labelling_examples import claim, claims, nothing_claimed, save
from slow_cases import server
from sqlalchemy import func, select

from annotator.store.db import db
from annotator.store.models import Answer, Assignment, Claim, ModelMember, Sentence
from annotator.work.accounts.memberships import members

pytestmark = server

NONE = {"status": "no_claim", "claims": []}


@pytest.fixture
def tasks(command, article, tmp_path):
    """Return what the model is asked, by sentence."""
    path = tmp_path / "tasks.jsonl"
    command("model-tasks", "-p", "us-russia", "-o", path)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def bring(command, tasks, tmp_path):
    """Return a function that imports answers: (sentence, answer) each, or lines as they are."""

    def run(*answers, words=("--model", "small")):
        lines = [
            each
            if isinstance(each, str)
            else json.dumps({"custom_id": tasks[each[0]]["custom_id"], "answer": each[1]})
            for each in answers
        ]
        path = tmp_path / "results.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = command("labels", "import", path, "-p", "us-russia", *words)
        db.session.rollback()
        db.session.expire_all()
        return found

    return run


def said(article, position, **fields):
    text = sentence(article, position).text
    return {
        "status": "claims",
        "claims": [
            {
                "speaker": "James Mattis", "speaker_type": "person", "stance": "support",
                "certainty": "likely", "mention": text[:4].strip(), **fields,
            }
        ],
    }  # fmt: skip


def sentence(article, position):
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()


def stored():
    query = select(Answer.status, Answer.origin, Sentence.position).join(Answer.sentence)
    return [tuple(row) for row in db.session.execute(query.order_by(Sentence.position))]


def test_answers_come_in_as_those_of_a_member_that_is_a_model(bring, command, article, project):
    words = ("--model", "small", "--model-version", "2", "--settings", "temperature 0")
    found = bring((2, said(article, 2)), (3, NONE), words=words)
    assert found.exit_code == 0, found.output
    assert stored() == [("claims", "model", 2), ("no_claim", "model", 3)]
    model = db.session.scalars(select(ModelMember)).one()
    assert (model.name, model.version, model.settings, model.membership.pseudonym) == (
        "small", "2", "temperature 0", "M01",
    )  # fmt: skip
    assert model.membership not in members(project)
    assert model.membership.user.disabled_at
    one = db.session.scalars(select(Claim)).one()
    start = sentence(article, 2).start
    assert (one.speaker.name, one.stance, one.mention_start) == ("James Mattis", "support", start)
    assert not db.session.scalars(
        select(Assignment).where(Assignment.user_id == model.membership.user_id)
    ).all()
    tested = command("alt-test", "-p", "us-russia", "--model", "small", "--json")
    assert "The test compares a model with at least two people" in tested.stderr
    # Another file of the same model goes on where the first one ended.
    assert bring((4, NONE)).exit_code == 0
    assert db.session.scalar(select(func.count(ModelMember.membership_id))) == 1
    assert len(stored()) == 3


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"status": "maybe", "claims": []}, '“status” is "maybe"; it should be one of'),
        ({"status": "claims", "claims": []}, "the status is “claims”, but there is no claim"),
        ({"status": "no_claim"}, "it has no “claims”"),
        ({**NONE, "why": "x"}, "it has the unknown key “why”"),
        ({"stance": "strong"}, '“claims[0].stance” is "strong"; it should be one of'),
        ({"mention": "Nobody says this"}, "“Nobody says this” does not stand in the sentence"),
        ({"speaker": " "}, "a claim has no speaker"),
        ({"certainty": None}, "“claims[0].certainty” is null"),
    ],
)
def test_an_answer_that_does_not_fit_is_a_line_of_the_report(bring, article, answer, why):
    wrong = answer if "status" in answer else said(article, 2, **answer)
    found = bring((2, wrong), (3, NONE))
    assert found.exit_code == 1
    assert f"results.jsonl, line 1: {why}" in found.stdout.replace(
        "sentence 3 (2 in files) of “000_96e20d9a8f8d9c95”: ", ""
    )
    assert stored() == [("no_claim", "model", 3)]


def test_what_belongs_to_no_sentence_is_refused_and_the_rest_is_stored(bring, tasks):
    other = json.dumps({"custom_id": "0" * 16 + "-1-" + "0" * 8 + "-v1", "answer": NONE})
    moved = tasks[5]["custom_id"].rsplit("-", 2)
    moved = json.dumps({"custom_id": f"{moved[0]}-00000000-{moved[2]}", "answer": NONE})
    strange = json.dumps({"custom_id": "request-1", "answer": NONE})
    found = bring("{broken", other, moved, strange, (3, NONE), (3, NONE))
    assert found.exit_code == 1
    for said_of in (
        "results.jsonl, line 1: it is not valid JSON",
        "line 2: “0000000000000000-1-00000000-v1” is of no article of this project",
        "has other words here than when the model was asked",
        "line 4: “request-1” is no custom_id of annotator model-tasks",
        "line 6: small answers sentence 4 (3 in files)",
    ):
        assert said_of in found.stdout
    assert stored() == [("no_claim", "model", 3)]


def test_another_version_of_a_model_needs_a_name_of_its_own(bring):
    assert bring((3, NONE), words=("--model", "small", "--model-version", "1")).exit_code == 0
    found = bring((4, NONE), words=("--model", "small", "--model-version", "2"))
    assert (found.exit_code, len(stored())) == (2, 1)
    assert "give another version a name of its own" in found.stderr
    found = bring((4, NONE), words=("--settings", "x"))
    assert "--model-version and --settings need --model NAME" in found.stderr


def test_nothing_that_counts_changes(bring, command, article):
    """Agreement, gold and the counts of the project are what they were."""
    for name in ("ann", "ben"):
        save(article, claims(claim()), name=name)
        save(article, nothing_claimed(), name=name, position=3)

    def figures():
        yield command("agreement", "-p", "us-russia", "--json").stdout
        yield command("gold", "-p", "us-russia").stdout
        yield command("project", "show", "us-russia").stdout

    before = [*figures()]
    assert bring(*[(n, said(article, n)) for n in (2, 3, 4)]).exit_code == 0
    assert [*figures()] == before


def test_without_the_name_of_a_model_its_answers_are_not_taken(bring):
    found = bring((2, NONE), words=("--as", "people"))
    assert found.exit_code == 2
    assert "--as model --model NAME" in found.stderr
    assert stored() == []
