"""Every control of the labelling screen is explained, with the rules of the codebook about it."""

from dataclasses import replace

import pytest

from annotator.codebook.explained import explanations, of_field, of_value
from annotator.codebook.load import load_default
from annotator.codebook.scheme import OPTIONAL_FIELDS


@pytest.fixture
def codebook():
    return load_default()


@pytest.fixture
def explained(codebook):
    return {each.control: each for each in explanations(codebook)}


def ids(explanation):
    return [rule.id for rule in explanation.rules]


def test_every_control_has_an_explanation(codebook, explained):
    values = (*codebook.stances, *codebook.certainties, *codebook.empty_statuses)
    wanted = {"speaker", "stance", "certainty", "unsure", *(value.value for value in values)}
    assert set(explained) == wanted | set(codebook.fields)
    everything = replace(codebook, fields=OPTIONAL_FIELDS)
    aspects = {aspect.value for aspect in codebook.aspects}
    details = set(OPTIONAL_FIELDS) - {"aspect"}
    assert {each.control for each in explanations(everything)} == wanted | details | aspects


@pytest.mark.parametrize(
    ("control", "rules"),
    [
        ("mention", ["SP-9"]),
        ("via", ["CL-2", "CL-3"]),
        ("conditional", ["ST-4", "CE-8"]),
        ("note", []),
        ("unsure", []),
        ("oppose", ["ST-2", "ST-3", "ST-5"]),
    ],
)
def test_a_control_has_the_rules_about_it(explained, control, rules):
    assert ids(explained[control]) == rules


def test_a_value_has_its_question_and_one_example(codebook, explained):
    support, value = explained["support"], codebook.stance("support")
    assert support.decide == value.rule
    assert support.example == value.positive[0]
    assert (support.shape, support.colour) == (value.shape, value.colour)
    assert explained["certain"].bars == codebook.certainty("certain").bars


def test_no_claim_is_told_from_unrelated(explained):
    assert "unrelated" in explained["no_claim"].decide


def test_unsure_says_what_it_does(codebook, explained):
    assert explained["unsure"].definition == codebook.unsure.definition


def test_a_retired_value_is_explained_only_where_it_stands(codebook):
    old = replace(codebook.stances[0], retired=True)
    changed = replace(codebook, stances=(old, *codebook.stances[1:]))
    assert old.value not in {each.control for each in explanations(changed)}
    assert of_value(changed, "stance", old).label == old.label


def test_a_codebook_without_rules_explains_all_the_same(codebook):
    sections = tuple(replace(section, rules=()) for section in codebook.sections)
    bare = replace(codebook, rules=(), sections=sections)
    assert of_field(bare, "speaker").rules == ()
    via = next(
        each
        for each in explanations(replace(bare, stances=(), certainties=(), statuses=()))
        if each.control == "via"
    )
    assert (via.rules, via.anchor) == ((), "claim")


def test_anchors_are_on_the_page_of_the_codebook(browser, article, explained):
    page = browser("ann").get("/projects/us-russia/codebook").text
    wanted = {each.anchor for each in explained.values()}
    wanted |= {rule.id for each in explained.values() for rule in each.rules}
    assert [anchor for anchor in sorted(wanted) if f'id="{anchor}"' not in page] == []
