"""A person's own keys on a codebook: what they may be, and that two never mean one key."""

from dataclasses import replace

import pytest

from annotator.codebook.keys import ACTS
from annotator.codebook.load import default_text, load, load_default
from annotator.codebook.own_keys import (
    clashes,
    controls_of,
    groups_of,
    key_named,
    with_own_keys,
)


@pytest.fixture
def codebook():
    return load_default()


def names(codebook):
    return [control.name for control in controls_of(codebook)]


def test_every_act_and_every_offered_value_has_its_place_once(codebook):
    everything = load(default_text().replace(" = false", " = true"))
    found = names(everything)
    assert set(ACTS) <= set(found)
    assert len(found) == len(set(found))
    for kind, values in (
        ("status", everything.empty_statuses),
        ("stance", everything.stances),
        ("certainty", everything.certainties),
        ("aspect", everything.aspects),
    ):
        assert {f"{kind}.{value.value}" for value in values} <= set(found)
    assert "narrator" in found


def test_a_field_that_is_switched_off_has_no_key(codebook):
    assert "evidence" not in names(codebook)
    assert "evidence" in names(replace(codebook, fields=(*codebook.fields, "evidence")))
    assert names(replace(codebook, fields=()))[-8:] == [
        *("next", "back", "skip", "skip_back", "todo", "codebook", "precedents", "help")
    ]
    assert groups_of(replace(codebook, fields=()))["Details"] == ()


def test_a_retired_value_has_no_key(codebook):
    first, *others = codebook.stances
    retired = replace(codebook, stances=(replace(first, retired=True), *others))
    assert f"stance.{first.value}" not in names(retired)


def test_the_codebooks_own_keys_never_clash(codebook):
    assert clashes(codebook, {}) == ()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("g", "G"),
        (" G ", "G"),
        ("shift+g", "Shift+G"),
        ("SHIFT+ż", "Shift+Ż"),
        ("+", "+"),
        ("?", "?"),
        ("0", "0"),
        ("e\u0301", "É"),
        ("ß", "ß"),
        ("д", "Д"),
    ],
)
def test_a_key_is_named_as_browsers_name_it(typed, key):
    assert key_named(typed) == key
    assert key_named(key) == key


@pytest.mark.parametrize(
    "typed",
    [
        "Enter",
        "Escape",
        "Tab",
        "F5",
        "gg",
        "Ctrl+G",
        "Shift+",
        "Shift+1",
        "Shift+?",
        "\x00",
        "\u200b",
    ],
)
def test_what_cannot_be_a_key_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match="like G or"):
        key_named(typed)


@pytest.mark.parametrize("digit", "123456789")
def test_the_digits_of_the_articles_speakers_are_refused(digit):
    with pytest.raises(ValueError, match="speakers of the article"):
        key_named(digit)


def test_own_keys_reach_every_kind_of_control(codebook):
    own = {
        "narrator": "W",
        "unnamed": "Y",
        "find": "=",
        "same": "H",
        "unsure": "!",
        "stance.support": ")",
        "certainty.likely": "]",
        "status.no_claim": "%",
        "skip": "Shift+J",
        "add": ":",
    }
    mine = with_own_keys(codebook, own)
    assert {control.name: control.keys[0] for control in controls_of(mine)} == {
        control.name: own.get(control.name, control.keys[0]) for control in controls_of(codebook)
    }
    assert mine.act_keys["unnamed"] == ("Y",)
    assert mine.act_keys["add"] == (":", "Insert")
    assert mine.stance("support").key == ")"
    assert mine.unnamed_type.key == "Y"
    assert mine.speakers.find_key == "="
    assert mine.question == codebook.question


def test_without_own_keys_the_codebook_stays_itself(codebook):
    assert with_own_keys(codebook, {}) is codebook
    assert with_own_keys(codebook, {"stance.enthusiastic": "W"}) is codebook


def test_two_controls_may_swap_their_keys(codebook):
    mine = with_own_keys(codebook, {"stance.support": "O", "stance.oppose": "S"})
    assert (mine.stance("support").key, mine.stance("oppose").key) == ("O", "S")


def test_a_clash_names_both_and_leaves_the_codebook_as_it_is(codebook):
    own = {"stance.support": "J"}
    (clash,) = clashes(codebook, own)
    assert (clash.key, clash.one.label, clash.other.label) == ("J", "support", "Skip for now")
    assert with_own_keys(codebook, own) is codebook


def test_a_letter_and_the_same_letter_with_shift_are_two_keys(codebook):
    assert clashes(codebook, {"stance.support": "Shift+J"}) == ()
    (clash,) = clashes(codebook, {"stance.support": "Shift+Q"})
    assert clash.other.name == "previous_claim"


def test_a_clash_of_another_codebook_does_not_count_here(codebook):
    own = {"stance.support": "E"}
    asks = replace(codebook, fields=(*codebook.fields, "evidence"))
    assert with_own_keys(codebook, own).stance("support").key == "E"
    assert with_own_keys(asks, own) is asks
