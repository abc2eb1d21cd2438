"""Reading codebooks: what is accepted, what is refused, and in which words."""

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.codebook.keys import ACTS
from annotator.codebook.load import (
    CodebookError,
    default_text,
    from_json,
    load,
    load_default,
    to_json,
)

NAME = "codebook.toml"


def changed(old, new, count=1):
    """Return the default codebook's text with one passage replaced."""
    text = default_text()
    assert old in text, f"{old!r} is not in the default codebook"
    return text.replace(old, new, count)


def in_entry(value, old, new):
    """Return the default text with one passage replaced inside the entry of a value."""
    before, mark, after = default_text().partition(f'value = "{value}"\n')
    assert mark
    assert old in after
    return before + mark + after.replace(old, new, 1)


def without_line(value, name):
    """Return the default text without one one-line setting of a value's entry."""
    before, mark, after = default_text().partition(f'value = "{value}"\n')
    shortened, count = re.subn(rf"^{name} = .*\n", "", after, count=1, flags=re.MULTILINE)
    assert mark
    assert count
    return before + mark + shortened


def problems(text):
    """Return what is said against a codebook, without the file's name."""
    with pytest.raises(CodebookError) as refused:
        load(text, NAME)
    for problem in refused.value.problems:
        assert problem.startswith(f"{NAME}: ")
    return [problem.removeprefix(f"{NAME}: ") for problem in refused.value.problems]


def test_the_default_codebook_loads():
    assert load_default().version == "1.0"
    assert load(default_text(), NAME) == load_default()


def test_a_codebook_survives_freezing_and_thawing():
    assert from_json(to_json(load_default())) == load_default()


def test_thawing_the_same_text_twice_gives_the_same_object():
    frozen = to_json(load_default())
    assert from_json(frozen) is from_json(frozen)


def test_frozen_text_is_canonical():
    frozen = to_json(load_default())
    assert to_json(from_json(frozen)) == frozen
    assert list(json.loads(frozen)) == sorted(json.loads(frozen))
    assert "US–Russia" in frozen


def test_thawing_keeps_the_order_of_values():
    thawed = from_json(to_json(load_default()))
    assert [each.value for each in thawed.stances] == [
        each.value for each in load_default().stances
    ]


def test_a_tampered_frozen_codebook_is_refused():
    document = json.loads(to_json(load_default()))
    document["stances"] = []
    with pytest.raises(CodebookError, match=r"codebook\.json: stances: at least two"):
        from_json(json.dumps(document))


def test_frozen_text_that_is_no_json_is_refused_with_its_line():
    with pytest.raises(CodebookError, match=r"codebook\.json: line 2, column 1"):
        from_json("{\n")


def test_frozen_text_that_is_no_table_is_refused():
    with pytest.raises(CodebookError, match=r"codebook\.json: must be a table"):
        from_json("[]")


def test_a_byte_order_mark_and_windows_line_ends_are_accepted():
    assert load("\ufeff" + default_text().replace("\n", "\r\n")) == load_default()


def test_line_breaks_in_texts_count_as_spaces():
    for rule in load_default().rules:
        assert "\n" not in rule.text
        assert "  " not in rule.text


def test_a_syntax_error_is_refused_with_its_line():
    (problem,) = problems('version = "1.0"\ntitle = oops\n')
    assert problem.startswith("line 2, column 9: ")


def test_a_syntax_error_at_the_end_is_refused_with_the_last_line():
    (problem,) = problems('version = "1.0"\ntitle =')
    assert problem.startswith("line 2")


def test_a_syntax_error_inside_an_open_text_is_refused_with_the_last_line():
    (problem,) = problems('version = """1.0\n')
    assert problem.startswith("line 1 (the end): ")


def test_endless_nesting_is_refused():
    assert problems("version = " + "[" * 100_000) == ["is nested too deeply"]


def test_an_empty_file_is_refused_with_everything_that_is_missing():
    found = problems("")
    assert "version is missing" in found
    assert "speakers: narrator is missing" in found
    assert "measures: stance is missing" in found
    assert "fields: aspect is missing" in found
    assert "sections: target is missing" in found
    assert "stances: at least two must lie on the scale, here 0" in found


def test_all_problems_are_reported_together():
    text = changed('key = "S"', 'key = "L"').replace('shape = "bar"', 'shape = "star"')
    text = text.replace('title = "US–Russia cooperation"', "")
    found = problems(text)
    assert len(found) == 3
    assert "title is missing" in found


def test_the_error_reads_one_problem_a_line():
    with pytest.raises(CodebookError) as refused:
        load("", NAME)
    assert str(refused.value).splitlines() == list(refused.value.problems)


def test_two_values_with_one_key_are_refused_by_name():
    assert problems(in_entry("likely", 'key = "L"', 'key = "S"')) == [
        'stances.support: key "S" is also the key of certainties.likely'
    ]


def test_keys_that_differ_only_in_case_are_refused():
    assert problems(in_entry("likely", 'key = "L"', 'key = "s"')) == [
        'stances.support: key "S" is also the key of certainties.likely'
    ]


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"unnamed", "find", "same", "unsure"}))
def test_the_key_of_an_act_is_refused_for_a_value(act):
    for key in (key.removeprefix("Shift+") for key in ACTS[act].keys):
        (problem,) = problems(in_entry("support", 'key = "S"', f'key = "{key}"'))
        assert problem.startswith(f'stances.support: key "{key}" ')


def test_a_key_reserved_for_an_act_is_refused_naming_the_act():
    assert problems(in_entry("support", 'key = "S"', 'key = "g"')) == [
        'stances.support: key "g" is reserved for the act "Next sentence to do" (todo)'
    ]


@pytest.mark.parametrize(
    ("key", "owner"), [("A", "speaker_types.unnamed"), ("0", "speaker_types.narrator")]
)
def test_the_key_of_a_speaker_type_is_refused_for_a_value(key, owner):
    assert problems(in_entry("support", 'key = "S"', f'key = "{key}"')) == [
        f'{owner}: key "{key}" is also the key of stances.support'
    ]


@pytest.mark.parametrize(
    ("key", "owner"), [("+", "speakers.find_key"), ("R", "speakers.same_key"), ("F", "unsure")]
)
def test_a_key_the_codebook_gives_to_an_act_is_refused_for_a_value(key, owner):
    assert problems(in_entry("support", 'key = "S"', f'key = "{key}"')) == [
        f'stances.support: key "{key}" is also the key of {owner}'
    ]


def test_the_keys_of_the_articles_speakers_are_refused():
    assert problems(in_entry("support", 'key = "S"', 'key = "7"')) == [
        'stances.support: key "7" is reserved for the speakers of the article'
    ]


def test_a_key_that_the_codebook_gave_up_is_free_for_a_value():
    text = changed('same_key = "R"', 'same_key = "W"')
    assert load(text.replace('key = "S"', 'key = "R"')).stances[2].key == "R"


@pytest.mark.parametrize("key", ["Enter", "SS", "\\u0007", "\\u00a0", "\\u200b"])
def test_a_key_that_is_not_one_visible_character_is_refused(key):
    (problem,) = problems(in_entry("support", 'key = "S"', f'key = "{key}"'))
    assert problem.endswith("must be a single visible character")


def test_a_retired_value_leaves_its_key_free():
    text = in_entry("likely", 'key = "L"', 'key = "S"\nretired = true')
    assert load(text).certainty("likely").retired


@pytest.mark.parametrize("value", ["no_claim", "narrator", "unnamed", "oppose", "certain"])
def test_a_missing_key_is_refused(value):
    (problem,) = problems(without_line(value, "key"))
    assert problem.endswith(f".{value}: key is missing")


@pytest.mark.parametrize("name", ["label", "definition"])
@pytest.mark.parametrize("value", ["group", "support", "likely", "relations"])
def test_what_a_value_must_say_is_missed(value, name):
    (problem,) = problems(without_line(value, name))
    assert problem.endswith(f".{value}: {name} is missing")


@pytest.mark.parametrize("name", ["short", "text", "section"])
def test_what_a_rule_must_say_is_missed(name):
    before, mark, after = default_text().partition('id = "CE-2"\n')
    text = before + mark + re.sub(rf"^{name} = .*\n", "", after, count=1, flags=re.MULTILINE)
    assert problems(text) == [f"rules.CE-2: {name} is missing"]


def test_an_empty_text_counts_as_missing_and_examples_may_be():
    text = in_entry("group", 'label = "Group"', 'label = " \\n "')
    text = text.replace('positive = ["“Democrats and some Republicans”"]', 'positive = [" "]')
    assert problems(text) == [
        "speaker_types.group: label is missing",
    ]


def test_a_value_without_its_name_is_found_by_its_number():
    found = problems(changed('value = "support"\n', ""))
    assert found == ["stances entry 3: value is missing"]


def test_an_unknown_key_of_the_file_is_refused_with_a_hint():
    assert problems(changed("version = ", 'titel = "x"\nversion = ')) == [
        'unknown key "titel"; did you mean "title"?'
    ]


def test_an_unknown_table_is_refused_with_a_hint():
    assert 'unknown key "stance"; did you mean "stances"?' in problems(
        changed("[[stances]]", "[[stance]]", -1)
    )


def test_an_unknown_key_of_a_value_is_refused_with_a_hint():
    assert problems(in_entry("support", "colour = ", 'color = "sup"\ncolour = ')) == [
        'stances.support: unknown key "color"; did you mean "colour"?'
    ]


def test_an_unknown_optional_field_is_refused_with_a_hint():
    assert problems(changed("note = true", "note = true\nnotes = true")) == [
        'fields: unknown key "notes"; did you mean "note"?'
    ]


def test_an_unknown_measured_field_is_refused():
    (problem,) = problems(changed('status = "nominal"', 'status = "nominal"\nmood = "nominal"'))
    assert problem.startswith('measures: unknown key "mood"')


def test_an_unknown_rule_is_refused_with_a_hint():
    (problem,) = problems(in_entry("oppose", '"ST-2"', '"ST-22"'))
    assert problem.startswith('stances.oppose: unknown rule "ST-22"; did you mean "ST-2')


def test_an_unknown_rule_of_a_section_is_refused():
    assert problems(changed('rules = ["CL-2", "CL-4", "CL-5"]', 'rules = ["XX-99"]')) == [
        'sections.claim: unknown rule "XX-99"'
    ]


@pytest.mark.parametrize(
    ("value", "old", "new", "what"),
    [
        ("support", 'colour = "sup"', 'colour = "red"', 'unknown colour "red"'),
        ("support", 'shape = "triangle-up"', 'shape = "star"', 'unknown shape "star"'),
        ("unnamed", 'role = "unnamed"', 'role = "nobody"', 'unknown role "nobody"'),
        ("not_article_text", '["dateline",', '["datelin",', 'unknown segment "datelin"'),
    ],
)
def test_an_unknown_choice_is_refused(value, old, new, what):
    assert any(f".{value}: {what}" in problem for problem in problems(in_entry(value, old, new)))


def test_an_unknown_measure_is_refused():
    assert problems(changed('certainty = "ordinal"', 'certainty = "ordnal"')) == [
        'measures.certainty: unknown measure "ordnal"; did you mean "ordinal"?'
    ]


def test_an_ordered_measure_is_refused_where_there_is_no_order():
    assert problems(changed('speaker = "nominal"', 'speaker = "ordinal"')) == [
        "measures.speaker: ordinal needs an order, and a speaker has none"
    ]


def test_a_rule_in_an_unknown_section_is_refused():
    assert problems(changed('section = "stance"', 'section = "stances"')) == [
        'rules.ST-1: unknown section "stances"; did you mean "stance"?'
    ]


def test_a_missing_and_an_unknown_section_are_refused():
    found = problems(changed('value = "segment"', 'value = "segments"'))
    assert found == [
        "sections: segment is missing",
        'sections.segments: unknown section "segments"; did you mean "segment"?',
    ]


def test_a_value_given_twice_is_refused():
    text = changed('value = "deconfliction"', 'value = "military"')
    assert problems(text) == ["aspects.military: is listed 2 times"]


def test_a_rule_given_twice_is_refused():
    text = changed('id = "TG-2"', 'id = "TG-1"')
    assert "rules.TG-1: is listed 2 times" in problems(text)


def test_one_spelling_may_serve_two_fields():
    text = changed('value = "relations"', 'value = "support"')
    assert load(text).aspect("support").label == "relations"


@pytest.mark.parametrize("spelling", ["Military", "1st", "-2", "mili-tary", "größe", "нет", "हाँ"])
def test_a_value_is_a_number_or_a_word_of_any_language(spelling):
    assert load(changed('value = "military"', f'value = "{spelling}"')).aspect(spelling)


@pytest.mark.parametrize("spelling", ["mili tary", "a/b", "_x", "--", "1.5", "a:b", "gro\u0308ße"])
def test_a_value_that_is_no_word_is_refused(spelling):
    (problem,) = problems(changed('value = "military"', f'value = "{spelling}"'))
    assert problem.startswith(f"aspects.{spelling}: a value is spelled with letters, digits")


def test_a_rule_id_of_another_form_is_refused():
    assert problems(changed('id = "SP-2"', 'id = "sp2"')) == [
        "rules.sp2: a rule id is capital letters, a hyphen and a number: ST-2"
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('version = "1.0"', "version = 1.0", "version must be text in quotes"),
        ("via = true", 'via = "yes"', "fields: via must be true or false"),
        ("bars = 2", "bars = true", "certainties.likely: bars must be a whole number"),
        ("bars = 3", "bars = 4", "certainties.certain: bars must be 0 to 3"),
        ('"CE-3", "CE-6"]', '"CE-3", 6]', "certainties.certain: rules must be a list of texts"),
        ("takes_claims = true", "takes_claims = 1", "statuses.claims: takes_claims must be true"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_refused(old, new, what):
    assert any(problem.startswith(what) for problem in problems(changed(old, new)))


def test_a_table_where_a_list_belongs_is_refused_with_the_way_to_write_it():
    text = re.sub(r"(?m)^\[\[aspects\]\]\n(.*\n)*", "[aspects.military]\n", default_text())
    assert "aspects: must be a list of tables, each under [[aspects]]" in problems(text)


def test_a_setting_where_a_table_belongs_is_refused():
    text = re.sub(r"\[unsure\]\n(.+\n)+", "", default_text())
    assert "unsure: must be a table" in problems('unsure = "F"\n' + text)


def test_a_list_of_texts_where_tables_belong_is_refused():
    text = re.sub(r"(?m)^\[\[aspects\]\]\n(.*\n)*", "", default_text())
    assert "aspects entry 1: must be a table" in problems('aspects = ["military"]\n' + text)


def test_two_statuses_that_take_claims_are_refused():
    text = in_entry("no_claim", 'key = "X"', 'key = "X"\ntakes_claims = true')
    assert problems(text) == [
        "statuses: exactly one must have takes_claims = true, here 2: claims, no_claim"
    ]


def test_no_status_that_takes_claims_is_refused():
    text = changed("takes_claims = true", "takes_claims = false")
    assert "statuses: exactly one must have takes_claims = true, here 0" in problems(text)


def test_statuses_that_all_take_claims_are_refused():
    text = default_text().replace('key = "X"', "retired = true")
    text = text.replace('key = "Z"', "retired = true")
    assert problems(text) == ["statuses: a sentence without a claim needs a status too"]


def test_a_segment_proposed_for_two_statuses_is_refused():
    text = in_entry("no_claim", 'key = "X"', 'key = "X"\nproposed_for = ["dateline"]')
    assert problems(text) == [
        "statuses.no_claim: dateline is also proposed for statuses.not_article_text"
    ]


@pytest.mark.parametrize("role", ["narrator", "unnamed"])
def test_a_codebook_without_a_needed_speaker_type_is_refused(role):
    assert problems(changed(f'role = "{role}"', "")) == [
        f'speaker_types: exactly one must have role = "{role}", here 0'
    ]


def test_a_retired_narrator_is_refused():
    assert problems(changed('role = "narrator"', 'role = "narrator"\nretired = true')) == [
        'speaker_types.narrator: cannot be retired, because it has role = "narrator"'
    ]


def test_speaker_types_without_one_for_names_are_refused():
    text = default_text()
    for value in ("person", "organisation", "group"):
        text = text.replace(f'value = "{value}"\n', f'value = "{value}"\nretired = true\n')
    assert problems(text) == [
        "speaker_types: at least one must have no role, for speakers with a name"
    ]


def test_fewer_than_two_stances_on_the_scale_are_refused():
    text = changed('shape = "bar"', 'shape = "bar"\non_scale = false')
    text = text.replace('shape = "triangle-up"', 'shape = "triangle-up"\nretired = true')
    assert problems(text) == ["stances: at least two must lie on the scale, here 1"]


def test_stances_that_look_alike_are_refused():
    text = changed('colour = "neu"\nshape = "bar"', 'colour = "sup"\nshape = "triangle-up"')
    assert problems(text) == [
        "stances.neutral: colour sup and shape triangle-up are also those of stances.support"
    ]


def test_a_codebook_can_do_without_certainty():
    text = re.sub(r"(?m)^bars = ", "retired = true\nbars = ", default_text())
    assert load(text).required == ("speaker", "stance")
    text = re.sub(r"(?m)^\[\[certainties\]\]\n(.+\n)*", "", default_text())
    text = re.sub(r'(?m)^\[\[sections\]\]\nvalue = "certainty"\n(.+\n)*', "", text)
    found = load(text.replace('certainty = "ordinal"\n', ""))
    assert not found.has_certainty
    assert "certainty" not in found.measures
    assert from_json(to_json(found)) == found


def test_aspects_that_are_on_but_not_there_are_refused():
    text = re.sub(r"(?m)^\[\[aspects\]\]\n(.*\n)*", "", default_text())
    assert load(text).aspects == ()
    assert problems(text.replace("aspect = false", "aspect = true")) == [
        "fields: aspect is on, but there are no aspects"
    ]


@given(st.text())
def test_no_text_makes_the_loader_stumble(text):
    with pytest.raises(CodebookError):
        load(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(json.loads(to_json(load_default())))), json_values)
def test_no_document_makes_the_loader_stumble(name, value):
    document = json.loads(to_json(load_default())) | {name: value}
    with suppress(CodebookError):
        from_json(json.dumps(document))
