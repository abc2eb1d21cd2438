"""Labels of other tools as marks: whose words they mark, and what is there twice."""

import json

import pytest

from annotator.formats.articles import brat
from annotator.formats.articles.records import RecordError
from annotator.formats.labels import marks
from annotator.formats.labels.mapping import read_mapping
from annotator.formats.labels.rows import Remark

STUDIO = b"""
format = "label-studio"
article = "key"
[annotators]
"1" = "A07"
[labels."Person"]
speaker = "*"
speaker_type = "person"
[fields.stance.Con]
stance = "oppose"
[fields.stance.Pro]
stance = "support"
"""
FLAGS = "🇺🇸🇷🇺 no, no, said Ivan."
FIRES = "🔥" * 11 + " Ivan left. Ivan came back to the hall."
PLAIN = "The envoy Ivan Petrov said the pact holds."


def person(start, end, words, number="r"):
    value = {"start": start, "end": end, "text": words, "labels": ["Person"]}
    return {"id": number, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def stance(start, end, words, choice, number="r"):
    value = {"start": start, "end": end, "text": words, "choices": [choice]}
    return {
        "id": number, "from_name": "stance", "to_name": "text", "type": "choices", "value": value
    }  # fmt: skip


def annotation(number, *results, by=1, **more):
    return {"id": number, "completed_by": by, "result": list(results), **more}


def studio(text, *annotations):
    task = {"id": 4, "data": {"text": text, "key": "k"}, "annotations": list(annotations)}
    return list(marks.label_studio(json.dumps([task]).encode(), "x.json", read_mapping(STUDIO)))


def test_label_studio_counts_utf_16_units_and_the_first_of_two_alike_words_is_meant():
    found = studio(FLAGS, annotation(1, person(9, 11, "no"), person(22, 26, "Ivan", "s")))
    assert [(each.span, FLAGS[slice(*each.span)]) for each in found] == [
        ((5, 7), "no"),
        ((18, 22), "Ivan"),
    ]
    found = studio(FIRES, annotation(1, person(23, 27, "Ivan")))
    assert found[0].span == (12, 16)


def test_a_task_whose_words_fit_code_points_alone_is_read_as_code_points():
    found = studio(FLAGS, annotation(1, person(5, 7, "no"), person(18, 22, "Ivan", "s")))
    assert [each.span for each in found] == [(5, 7), (18, 22)]


def test_the_counting_is_chosen_for_a_whole_task_and_never_word_by_word():
    """The second span fits code points alone, the first both: neither may be moved by itself."""
    found = studio(FIRES, annotation(1, person(23, 27, "Ivan"), person(5, 9, "left", "s")))
    assert isinstance(found[-1], RecordError)
    assert "the words at 5-9 are not “left”" in str(found[-1])


def test_half_an_emoji_is_refused():
    found = studio(FIRES, annotation(1, person(1, 27, "Ivan")))
    assert "the words at 1-27 are not “Ivan”" in str(found[-1])


def test_the_same_annotation_twice_is_one_and_that_is_said():
    both = (person(10, 21, "Ivan Petrov"), stance(10, 21, "Ivan Petrov", "Con"))
    again = (stance(10, 21, "Ivan Petrov", "Con", "q"), person(10, 21, "Ivan Petrov", "q"))
    found = studio(PLAIN, annotation(10, *both), annotation(99, *again))
    assert [type(each) for each in found] == [Remark, marks.Mark]
    assert str(found[0]) == "task 4: annotations 10 and 99 of A07 are equal; one is imported"


def test_two_annotations_of_one_person_that_differ_are_refused_with_both_names():
    one = annotation(10, person(10, 21, "Ivan Petrov"), stance(10, 21, "Ivan Petrov", "Con"))
    other = annotation(99, person(10, 21, "Ivan Petrov"), stance(10, 21, "Ivan Petrov", "Pro"))
    third = annotation(7, person(10, 21, "Ivan Petrov"), by=2)
    found = studio(PLAIN, one, other, third)
    assert str(found[0]) == ("task 4: A07 has annotations that differ, 10 and 99; keep one of them")
    assert [each.annotator for each in found[1:]] == ["2"]


def test_a_cancelled_annotation_is_no_second_one():
    one, other = person(10, 21, "Ivan Petrov"), person(4, 9, "envoy")
    found = studio(PLAIN, annotation(10, one), annotation(99, other, was_cancelled=True))
    assert [each.span for each in found] == [(10, 21)]


DOCCANO = (
    b'format = "doccano"\n[labels."PRO"]\nstance = "support"\n[labels."CON"]\nstance = "oppose"\n'
)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("PRO", "line 2: A has the same labels as in line 1; they are imported once"),
        ("CON", "line 2: A labels the text of line 1 again with other labels; keep one of the two"),
    ],
)
def test_one_text_twice_in_a_doccano_file_is_said(label, said):
    rows = [{"text": PLAIN, "label": [[0, 3, each]]} for each in ("PRO", label)]
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    first, second = marks.doccano(raw, "A.jsonl", read_mapping(DOCCANO))
    assert first.annotator == "A"
    assert str(second).startswith(said)


def test_names_of_a_mapping_are_found_whatever_their_spaces_and_accents():
    mapped = read_mapping(
        'format = "csv"\n[annotators]\n" Jose\u0301 " = " A07 "\n'
        '[labels."Pro"]\nstance = "support"\n'.encode()
    )
    assert mapped.pseudonym("Jos\u00e9\u00a0") == "A07"
    assert mapped.pseudonym(" C11 ") == "C11"
    assert mapped.label(" Pro ") == {"stance": "support"}
    assert mapped.value("status", " no_claim ") == {"status": "no_claim"}
    assert mapped.value("note", " as it is ") == {"note": " as it is "}


def test_two_values_of_one_brat_attribute_are_refused_with_both_lines():
    label = "T1\tPerson 10 21\tIvan Petrov\nA1\tStance T1 Con\n"
    with pytest.raises(
        RecordError, match="lines 2 and 3: T1 has two values of Stance, Con and Pro"
    ):
        brat.read_labels(f"{label}A2\tStance T1 Pro\n".encode(), PLAIN)
    twice = brat.read_labels(f"{label}A2\tStance T1 Con\n".encode(), PLAIN)
    assert twice.labels[0].attributes == {"Stance": "Con"}
