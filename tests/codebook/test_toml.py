"""A codebook as TOML, and what differs between two."""

from dataclasses import replace

import pytest

from annotator.codebook.difference import difference, words_difference
from annotator.codebook.lint import advice_on, keys_per_claim
from annotator.codebook.load import build_from, load, load_default
from annotator.codebook.toml import to_toml

HARD = 'Quotes " and \\ and \x7f and “these”, """ three, and an end that is a quote "'


def test_what_is_written_loads_as_the_same_codebook():
    codebook = load_default()
    assert load(to_toml(codebook)) == codebook


@pytest.mark.parametrize("text", [HARD, f"{HARD} {'long words ' * 20}{HARD}", "x" * 300])
def test_any_text_survives_being_written(text):
    default = load_default()
    first, *others = default.stances
    first = replace(first, definition=text, positive=(text, "b"), label=text)
    codebook = build_from(replace(default, stances=(first, *others)))
    again = load(to_toml(codebook))
    assert again == codebook
    assert to_toml(again) == to_toml(codebook)


def test_each_change_has_its_kind():
    before = load_default()
    oppose, neutral, support, unrelated = before.stances
    first, second, *rules = before.rules
    after = replace(
        before,
        question="Another?",
        fields=(*before.fields, "aspect"),
        stances=(
            replace(oppose, retired=True),
            replace(neutral, value="mixed", label="Mixed", key="M"),
            replace(support, definition="Wants it."),
            replace(unrelated, key="W"),
        ),
        rules=(second, replace(first, id="TG-9"), *rules),
    )
    found = [(each.kind, each.where, each.was) for each in difference(before, after)]
    assert found == [
        ("changed", "question", "question"),
        ("changed", "fields.aspect", "fields.aspect"),
        ("renumbered", "rules.TG-9", "TG-1"),
        ("retired", "stances.oppose", "oppose"),
        ("added", "stances.mixed", ""),
        ("reworded", "stances.support", "support"),
        ("changed", "stances.unrelated", "unrelated"),
        ("removed", "stances.neutral", "neutral"),
    ]
    assert difference(before, before) == ()


def test_an_entry_that_stands_elsewhere_has_moved():
    before = load_default()
    first, *others = before.stances
    found = difference(before, replace(before, stances=(*others, first)))
    assert [(each.kind, each.where) for each in found] == [("moved", "stances.oppose")]


def test_two_texts_differ_in_their_words():
    assert words_difference("a firm no counts", "a clear no counts") == [
        ("same", "a"),
        ("gone", "firm"),
        ("new", "clear"),
        ("same", "no counts"),
    ]


def test_advice_names_values_without_examples_and_rules_nobody_cites():
    codebook = load_default()
    first, *others = codebook.stances
    bare = replace(codebook, stances=(replace(first, positive=(), negative=()), *others))
    said = {f"{each.where}: {each.what}" for each in advice_on(bare)}
    assert "stances.oppose: no example and no counter-example" in said
    assert "rules.CL-3: no value and no section cites this rule" in said
    assert keys_per_claim(codebook) == 3
