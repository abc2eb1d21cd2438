"""The default scheme, the questions it answers, and that nobody else knows its values."""

import re
from dataclasses import FrozenInstanceError, replace

import pytest
from places import ROOT

from annotator.codebook.keys import ACTS, character
from annotator.codebook.load import default_text, load, load_default
from annotator.codebook.scheme import COLOURS, MEASURES, SECTIONS, SHAPES

RULE_MENTION = re.compile(r"\b(?:TG|CL|SP|ST|CE)-\d+\b")


@pytest.fixture
def codebook():
    return load_default()


def values(entries):
    return [entry.value for entry in entries]


def test_the_target_question_is_the_agreed_one(codebook):
    question = "Is the speaker for or against the United States and Russia cooperating?"
    assert codebook.question == question
    assert codebook.title == "US–Russia cooperation"


def test_statuses_are_told_apart(codebook):
    assert codebook.claims_status.value == "claims"
    assert values(codebook.empty_statuses) == ["no_claim", "not_article_text"]
    assert [each.label for each in codebook.statuses] == [
        "Claims",
        "No claim",
        "Not article text",
    ]


def test_speaker_types_are_found_by_role(codebook):
    assert values(codebook.named_types) == ["person", "organisation", "group"]
    assert codebook.unnamed_type == codebook.speaker_type("unnamed")
    assert codebook.narrator_type == codebook.speaker_type("narrator")
    assert codebook.narrator_name == "NARRATOR"


def test_stances_stand_in_scale_order_with_the_filter_after_them(codebook):
    assert values(codebook.stance_scale) == ["oppose", "neutral", "support"]
    assert values(codebook.off_scale) == ["unrelated"]
    assert codebook.stances == codebook.stance_scale + codebook.off_scale


def test_certainties_rise_with_their_bars(codebook):
    assert values(codebook.certainties) == ["uncommitted", "possible", "likely", "certain"]
    assert [each.bars for each in codebook.certainties] == [0, 1, 2, 3]


def test_values_have_the_agreed_keys(codebook):
    chosen = (*codebook.statuses, *codebook.speaker_types, *codebook.stances, *codebook.certainties)
    keys = {each.value: each.key for each in chosen if each.key}
    assert "".join(keys.values()) == "XZA0ONSUDPLC"


def test_acts_have_the_agreed_keys_until_a_codebook_sets_its_own(codebook):
    assert dict(codebook.act_keys) == {name: act.keys for name, act in ACTS.items()}
    other = load(default_text().replace('same_key = "R"', 'same_key = "W"'))
    assert other.act_keys["same"] == ("W",)


def test_no_two_acts_share_a_key():
    keys = [key for act in ACTS.values() for key in act.keys]
    assert len(keys) == len(set(keys))


def test_the_character_of_a_key_is_told_from_its_name():
    assert [character(key) for key in ("Q", "Shift+Q", "+", "Enter", "Shift+Enter")] == [
        "q",
        "q",
        "+",
        "",
        "",
    ]


def test_optional_fields_and_measures_are_the_agreed_ones(codebook):
    assert codebook.fields == ("conditional", "mention", "via", "note")
    assert dict(codebook.measures) == {
        "status": "nominal",
        "speaker": "nominal",
        "stance": "nominal",
        "certainty": "ordinal",
    }


def test_every_numbered_rule_is_there_in_order(codebook):
    numbers = {"target": 4, "claim": 6, "speaker": 9, "stance": 6, "certainty": 8}
    prefixes = {"target": "TG", "claim": "CL", "speaker": "SP", "stance": "ST", "certainty": "CE"}
    for section, count in numbers.items():
        expected = [f"{prefixes[section]}-{number}" for number in range(1, count + 1)]
        assert [rule.id for rule in codebook.rules_of(section)] == expected
    assert len(codebook.rules) == sum(numbers.values())


def test_every_section_is_there_once(codebook):
    assert values(codebook.sections) == [each for each in SECTIONS if each != "aspect"]
    assert codebook.section("stance").title == "Stance"


def test_short_rules_are_one_sentence_that_fits_the_rule_slot(codebook):
    assert codebook.rule("ST-2").short == "A decision maker's “will not” is oppose."
    for rule in codebook.rules:
        assert rule.short.endswith(".")
        assert ". " not in rule.short
        assert len(rule.short) <= 120


def test_values_point_to_a_few_rules_to_read(codebook):
    for stance in codebook.stances:
        assert len(codebook.rules_for(stance)) in (2, 3)
    for certainty in codebook.certainties:
        assert len(codebook.rules_for(certainty)) in (2, 3)


def test_texts_mention_only_rules_that_exist(codebook):
    known = {rule.id for rule in codebook.rules}
    assert set(RULE_MENTION.findall(default_text())) == known


def test_stances_differ_in_shape_and_not_only_in_colour(codebook):
    assert {each.shape for each in codebook.stances} == set(SHAPES)
    assert {each.colour for each in codebook.stances} < set(COLOURS)
    assert set(codebook.measures.values()) <= set(MEASURES)


@pytest.mark.parametrize(
    "look_up", ["rule", "section", "status", "speaker_type", "stance", "certainty", "aspect"]
)
def test_what_a_codebook_does_not_know_is_a_key_error(codebook, look_up):
    with pytest.raises(KeyError, match="nothing_like_it"):
        getattr(codebook, look_up)("nothing_like_it")


def test_every_value_is_found_by_its_spelling(codebook):
    assert all(codebook.status(each.value) is each for each in codebook.statuses)
    assert all(codebook.stance(each.value) is each for each in codebook.stances)
    assert all(codebook.certainty(each.value) is each for each in codebook.certainties)
    assert all(codebook.aspect(each.value) is each for each in codebook.aspects)


def test_a_retired_value_is_known_and_kept_on_the_scale_but_not_offered(codebook):
    retired = replace(codebook.stances[0], retired=True)
    other = replace(codebook, stances=(retired, *codebook.stances[1:]))
    assert other.stance(retired.value) is retired
    assert retired in other.stance_scale
    assert retired not in other.offered(other.stances)
    assert len(other.offered(other.stances)) == len(codebook.stances) - 1


def test_a_codebook_cannot_be_changed(codebook):
    with pytest.raises(FrozenInstanceError):
        codebook.version = "2.0"
    with pytest.raises(TypeError):
        codebook.measures["stance"] = "ordinal"
    with pytest.raises(TypeError):
        codebook.act_keys["same"] = ("W",)


def test_equal_codebooks_have_equal_hashes(codebook):
    assert hash(load(default_text())) == hash(codebook)
    assert load(default_text().replace('"1.0"', '"1.1"')) != codebook


def test_the_default_codebook_is_readable_at_a_hundred_columns():
    assert max(len(line) for line in default_text().splitlines()) <= 100


def files_outside_the_codebook():
    modules = [
        path
        for path in (ROOT / "annotator").rglob("*.py")
        if path.relative_to(ROOT).parts[1] not in ("codebook", "samples")
        # A made project is a sample, too: its texts are written for the codebook in the package.
        and path.stem not in ("made_articles", "made_readings")
    ]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    scripts = [path for path in (ROOT / "static").rglob("*.js") if path.parent.name != "vendor"]
    return sorted([*modules, *templates, *scripts])


def quoted_values(codebook, text):
    """Find the stances and certainties that stand in quotation marks of code."""
    known = "|".join(values(codebook.stances) + values(codebook.certainties))
    return [found[0] for found in re.finditer(rf"""(["'`])(?:{known})\1""", text)]


def test_a_value_in_any_quotation_marks_of_code_is_found(codebook):
    for value in values(codebook.stances) + values(codebook.certainties):
        text = f"""one "{value}" two '{value}' three `{value}` but {value} and {value}ly"""
        assert quoted_values(codebook, text) == [f'"{value}"', f"'{value}'", f"`{value}`"]


def test_nobody_else_knows_stances_and_certainties_by_heart(codebook):
    found = {
        str(path.relative_to(ROOT)): quoted
        for path in files_outside_the_codebook()
        if (quoted := quoted_values(codebook, path.read_text(encoding="utf-8")))
    }
    assert found == {}
