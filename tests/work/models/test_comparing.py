"""People and models: alpha of a model with people, its errors against gold, whom it may replace."""

import json

import numpy as np
import pytest
from gold_examples import VALUES
from installation import staged
from model_examples import known_errors, store_beside_a_model
from sqlalchemy import insert, select

from annotator.errors import RefusedError
from annotator.measure.alternative_annotator import alternative_annotator_test, losses
from annotator.measure.coefficients.alpha import alpha
from annotator.measure.panel import Panel
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Answer, AnswerEvent, Project, Sentence
from annotator.work.agreement.measuring import report_for
from annotator.work.models.comparing import compare
from annotator.work.models.replacing import may_replace, within_units
from annotator.work.models.report import report_json

GIVEN = known_errors(3)


@pytest.fixture
@staged
def beside(project):
    """Store the answers of four people and a model, with gaps."""
    store_beside_a_model(project, with_gaps())


def with_gaps():
    given = GIVEN.copy()
    given[:10, 0] = -1
    given[10:14, 4] = -1
    return given


@pytest.fixture
def model(project, beside):
    """Return the pseudonym of the model."""
    return compare(project).models[0]


def alpha_of(rows, distance="nominal"):
    return alpha(Panel(VALUES, np.array(rows, dtype=np.int16)).patterns(), distance).value


def test_alpha_is_among_people_and_of_the_model_with_each_of_them(project, model):
    found = compare(project)
    stance = next(each for each in found.fields if each.name == "stance")
    given = with_gaps()
    assert stance.people.alpha.value == pytest.approx(alpha_of(given[:, :4]))
    pairs = [
        (row[4], row[person])
        for row in given
        for person in range(4)
        if row[4] >= 0 and row[person] >= 0
    ]
    [beside] = stance.models
    assert (beside.who, beside.alpha.n_units) == (model, len(pairs))
    assert beside.alpha.value == pytest.approx(alpha_of(pairs))
    assert found.answers == (116,)
    assert len(found.people) == 4


def test_the_model_is_compared_with_gold(project, model):
    found = {each.field: each for each in compare(project).confusions}
    given = with_gaps()
    counts = np.zeros((5, 5), int)
    for row in given:
        people = row[:4][row[:4] >= 0]
        votes = np.bincount(people, minlength=4)
        first, second = sorted(votes)[::-1][:2]
        if row[4] >= 0 and 2 * first > len(people) and (first - second) / len(people) >= 0.3:
            counts[votes.argmax(), row[4]] += 1
    order = [
        ["oppose", "neutral", "support", "unrelated", ""].index(v) for v in found["stance"].values
    ]
    assert np.array(found["stance"].counts).tolist() == counts[np.ix_(order, order)].tolist()
    assert found["stance"].accuracy == pytest.approx(np.trace(counts) / counts.sum())
    assert found["status"].accuracy == 1.0


def test_the_test_is_that_of_the_table(project, model):
    found = may_replace(project, model, "stance")
    panel = Panel(VALUES, with_gaps().astype(np.int16))
    expected = alternative_annotator_test(panel, 4, losses(4))
    assert found["winning_rate"] == expected.winning_rate
    assert found["advantage"] == pytest.approx(expected.advantage)
    assert sorted(each["p"] for each in found["persons"].values()) == pytest.approx(
        sorted(each.p for each in expected.persons.values())
    )
    assert may_replace(project, model, "speaker")["winning_rate"] == 1.0
    with pytest.raises(RefusedError, match="there is no model “M99”"):
        may_replace(project, "M99", "stance")
    with pytest.raises(RefusedError, match="“aspect” is none of status, speaker, stance"):
        may_replace(project, model, "aspect")
    with pytest.raises(RefusedError, match="values with an order"):
        may_replace(project, model, "speaker", score="rmse")


def test_open_values_are_numbered_within_their_unit():
    given = np.array([[700, -1, 5, 700], [-1, -1, -1, 9], [3, 2, 1, 2]])
    found, k = within_units(given)
    assert k == 3
    assert found.tolist() == [[1, -1, 0, 1], [-1, -1, -1, 0], [2, 1, 0, 1]]


def test_anchoring_compares_those_who_saw_a_suggestion_with_those_who_did_not(project, beside):
    given = with_gaps()
    query = select(Answer.id, Answer.sentence_id, Answer.user_id).order_by(Answer.id)
    answers = db.session.execute(query.where(Answer.origin == "human")).all()
    model = db.session.scalars(select(Answer.user_id).where(Answer.origin == "model")).first()
    article = db.session.scalars(select(Sentence.article_id)).first()
    sentences = sorted({row.sentence_id for row in answers})
    people = sorted({row.user_id for row in answers})
    counts, events = {True: [0, 0], False: [0, 0]}, []
    for row in answers:
        seen = row.id % 3 == 0
        facts = {"mode": "half", "model": model, "shown": seen, "taken": False}
        kept = {"proposed": json.dumps({"suggested": facts}), "content": "{}", "hash": ""}
        whose = {"answer_id": row.id, "user_id": row.user_id, "article_id": article}
        events.append({**kept, **whose, "revision": 1, "key": f"key-{row.id}", "at": now()})
        unit, person = sentences.index(row.sentence_id), people.index(row.user_id)
        if given[unit, 4] >= 0:
            counts[seen][0] += int(given[unit, 4] == given[unit, person])
            counts[seen][1] += 1
    with write():
        db.session.execute(insert(AnswerEvent), events)
        db.session.get(Project, project.id).quality = {"suggested": True}
    found = {each.field: each for each in compare(project).anchorings}
    stance = found["stance"]
    assert [stance.shown.same, stance.shown.n] == counts[True]
    assert [stance.hidden.same, stance.hidden.n] == counts[False]
    assert stance.difference == pytest.approx(stance.shown.share - stance.hidden.share)
    assert stance.interval.reason == "No interval, because 1 article is too few to resample."
    assert found["status"].difference == 0.0


def test_who_saw_a_suggestion_is_not_compared_with_a_model(project, model):
    """The answers before which it was shown go; those of the other half stay."""
    given = with_gaps()
    answers = db.session.execute(
        select(Answer.id, Answer.sentence_id, Answer.user_id)
        .where(Answer.origin == "human")
        .order_by(Answer.id)
    ).all()
    account = db.session.scalars(select(Answer.user_id).where(Answer.origin == "model")).first()
    article = db.session.scalars(select(Sentence.article_id)).first()
    sentences = sorted({row.sentence_id for row in answers})
    people = sorted({row.user_id for row in answers})
    before, events = compare(project), []
    for row in answers:
        seen = row.id % 5 == 0
        facts = {"mode": "half", "model": account, "shown": seen, "taken": False}
        kept = {"proposed": json.dumps({"suggested": facts}), "content": "{}", "hash": ""}
        whose = {"answer_id": row.id, "user_id": row.user_id, "article_id": article}
        events.append({**kept, **whose, "revision": 1, "key": f"key-{row.id}", "at": now()})
        if seen:
            given[sentences.index(row.sentence_id), people.index(row.user_id)] = -1
    with write():
        db.session.execute(insert(AnswerEvent), events)
        db.session.get(Project, project.id).quality = {"suggested": True}
    gone = sum(row.id % 5 == 0 for row in answers)
    found = may_replace(project, model, "stance")
    expected = alternative_annotator_test(Panel(VALUES, given.astype(np.int16)), 4, losses(4))
    assert found["advantage"] == pytest.approx(expected.advantage)
    assert found["suggested"] == gone
    assert found["warnings"] == [
        f"{gone} answers of people left out: a suggestion of a model was shown before."
    ]
    after = compare(project)
    assert after.suggested == report_json(after)["suggested"] == gone
    stance, was = (next(e for e in each.fields if e.name == "stance") for each in (after, before))
    assert stance.people == was.people  # as agreement reports have it
    pairs = [
        (row[4], row[who]) for row in given for who in range(4) if row[4] >= 0 and row[who] >= 0
    ]
    [beside] = stance.models
    assert beside.alpha.n_units == len(pairs)
    assert beside.alpha.value == pytest.approx(alpha_of(pairs))


def test_nothing_else_counts_a_model(project, beside):
    found = report_for(project)
    assert found.field("stance").alpha.value == pytest.approx(alpha_of(with_gaps()[:, :4]))
    assert found.scope.annotators == 4


def test_a_project_without_models_says_so(project):
    found = compare(project)
    assert (found.models, found.confusions, found.answers) == ((), (), ())
    assert report_json(found)["models"] == {}
