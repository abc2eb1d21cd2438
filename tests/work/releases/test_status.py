"""How a project stands at its gates is what a release made in the same state says of itself."""

import pytest
from agreement_examples import label, random_project
from labelling_examples import nothing_claimed, save
from release_examples import decide, labelled, release
from slow_cases import further

from annotator.formats.release.card.card import facts_of
from annotator.formats.release.gates import GATES, GateResult, says
from annotator.formats.release.markdown import plain
from annotator.store.db import db, write
from annotator.store.models import Project
from annotator.work.gold.models import Aggregation
from annotator.work.releases import status as module
from annotator.work.releases.status import Standing, standing

EVERY = dict.fromkeys(GATES, 0.5)


@pytest.fixture
def filled(project, article):
    labelled(project, article)
    random_project(project, 3)
    db.session.rollback()
    return db.session.get(Project, project.id)


def asked(project, least):
    """Set the gates of a project."""
    with write():
        project.gates = dict(least)


@pytest.mark.parametrize(
    "method", further(["majority", "weighted", "dawid-skene", "one-coin", "mace"])
)
@pytest.mark.parametrize("least", further([EVERY, dict.fromkeys(GATES, 0.0), {"coverage": 0.99}]))
def test_it_is_what_the_card_of_the_release_says(filled, tmp_path, method, least):
    asked(filled, least)
    found = standing(filled, Aggregation(method))
    release(filled, tmp_path / "out", method=method)
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    facts = facts_of(card)
    assert [each.to_json() for each in found.results] == facts["gates"]
    assert found.status == facts["status"]
    for each in found.results:
        said = plain(says(each.gate, each.wanted, each.found))
        assert f"{'passed' if each.passed else '**failed**'}: {said}" in card


@pytest.mark.parametrize("gate", further(GATES))
def test_a_gate_alone_finds_what_it_finds_among_all(filled, gate):
    asked(filled, EVERY)
    among = {each.gate: each for each in standing(filled).results}
    asked(filled, {gate: 0.5})
    assert list(standing(filled).results) == [among[gate]]


def test_where_every_sentence_of_the_body_has_two_answers_the_gate_finds_all(project):
    label(project, "a: x | b: x")
    label(project, "a: x | b: x\na: x | b: x", segments="headline")
    label(project, "a: x", segments="boilerplate")
    asked(db.session.merge(project), {"double_labelled": 1})
    (found,) = standing(project).results
    assert (found.found, found.passed) == (1.0, True)
    with write():
        db.session.merge(project).headlines_in_agreement = True
    label(project, "a: x", segments="headline")
    (found,) = standing(db.session.merge(project)).results
    assert found.found == 3 / 4


def test_it_is_counted_anew_whenever_it_is_asked(filled, article):
    asked(filled, {"coverage": 0.5, "decided": 0.5})
    before = {each.gate: each.found for each in standing(filled).results}
    save(article, nothing_claimed(), position=9)
    decide(article, 3, reason="ST-1")
    after = {each.gate: each.found for each in standing(filled).results}
    assert after["coverage"] > before["coverage"]
    assert after["decided"] > before["decided"]


def test_gold_is_counted_only_for_gates_that_look_at_it(filled, monkeypatch):
    def refused(*_, **__):
        raise AssertionError

    monkeypatch.setattr(module, "gold_rows", refused)
    asked(filled, {"stance_alpha": 0.5, "double_labelled": 0.1})
    assert [each.gate for each in standing(filled).results] == ["stance_alpha", "double_labelled"]
    asked(filled, {"coverage": 0.5})
    with pytest.raises(AssertionError):
        standing(filled)


def test_a_project_without_gates_or_answers_stands_too(project):
    assert standing(project).says() == (
        "A release created now would have the status exploratory, because no gates are set."
    )
    asked(project, EVERY)
    assert {each.passed for each in standing(project).results} == {False, True}
    assert standing(project).status == "exploratory"


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([GateResult("coverage", 0.5, 0.6, True)], "have the status gold: it passes every gate."),
        (
            [
                GateResult("stance_alpha", 0.55, 0.5499, False),
                GateResult("decided", 1.0, 0.25, False),
                GateResult("coverage", 0.5, 0.6, True),
            ],
            "have the status exploratory, because it does not pass 2 gates: Alpha of the stance,"
            " lower bound: .55, just below (needs .55); Sentences left open that are adjudicated:"
            " 25\u202f% (needs 100\u202f%).",
        ),
        (
            [GateResult("coverage", 0.5, None, False)],
            "have the status exploratory, because it does not pass 1 gate: Sentences with gold:"
            " not defined (needs 50\u202f%).",
        ),
    ],
)
def test_one_sentence_says_what_it_would_be_called_and_what_is_missing(results, said):
    assert Standing(results).says() == f"A release created now would {said}"
