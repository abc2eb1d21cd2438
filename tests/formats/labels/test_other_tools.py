"""Files of other tools as documents: whose words their labels mark, and what cannot be read."""

import io
import json
import zipfile

import pytest

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels import files
from annotator.formats.labels.documents import Document, Fields
from annotator.formats.labels.mapping import MappingError, read_mapping
from annotator.formats.labels.other_tools import reading
from annotator.formats.labels.rows import Remark

FLAGS = "🇺🇸🇷🇺 no, no, said Ivan."
FIRES = "🔥" * 11 + " Ivan left. Ivan came back to the hall."
FIELDS = Fields()
PLAIN = "The envoy Ivan Petrov said the pact holds."


def read(form, name, raw, fields=FIELDS):
    raw = raw if isinstance(raw, str) else json.dumps(raw)
    return list(reading.read(files.of_bytes(name, raw.encode()), form, fields))


def read_folder(form, **contents):
    found = {name.replace("__", "/").replace("_", "."): text for name, text in contents.items()}
    return list(
        reading.read(files.Files({n: t.encode() for n, t in found.items()}), form, Fields())
    )


def result(start, end, words, number="r", name="Person"):
    value = {"start": start, "end": end, "text": words, "labels": [name]}
    return {"id": number, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def studio(text, *results, **more):
    annotation = {"id": 1, "completed_by": 1, "result": list(results), **more}
    task = {"id": 4, "data": {"text": text, "key": "k"}, "annotations": [annotation]}
    return read("label-studio", "x.json", [task], Fields(article="key"))


def test_label_studio_counts_utf_16_units_and_the_first_of_two_alike_words_is_meant():
    [found] = studio(FLAGS, result(9, 11, "no"), result(22, 26, "Ivan", "s"))
    assert [(each.spans, each.words) for each in found.labels] == [
        (((5, 7),), "no"),
        (((18, 22),), "Ivan"),
    ]
    [found] = studio(FIRES, result(23, 27, "Ivan"))
    assert found.labels[0].spans == ((12, 16),)


def test_a_task_whose_words_fit_code_points_alone_is_read_as_code_points():
    [found] = studio(FLAGS, result(5, 7, "no"), result(18, 22, "Ivan", "s"))
    assert [each.spans[0] for each in found.labels] == [(5, 7), (18, 22)]


def test_the_counting_is_chosen_for_a_whole_task_and_never_word_by_word():
    """The second span fits code points alone, the first both: neither may be moved by itself."""
    [found] = studio(FIRES, result(23, 27, "Ivan"), result(5, 9, "left", "s"))
    assert [each.spans for each in found.labels] == [((12, 16),)]
    assert "the words at 5-9 are not “left”" in str(found.faults[0])


def test_half_an_emoji_is_refused():
    [found] = studio(FIRES, result(1, 27, "Ivan"))
    assert "the words at 1-27 are not “Ivan”" in str(found.faults[0])


def test_a_cancelled_annotation_is_passed_over():
    assert studio(PLAIN, result(10, 21, "Ivan Petrov"), was_cancelled=True) == []


def test_regions_of_label_studio_hold_labels_choices_texts_and_relations():
    def value(kind, number="r", **value):
        return {"id": number, "from_name": kind, "type": kind, "value": value}

    link = {"type": "relation", "from_id": "r", "to_id": "s", "labels": ["says"]}
    lost = {"type": "relation", "from_id": "r", "to_id": "gone", "labels": ["says"]}
    [found] = studio(
        PLAIN,
        result(10, 21, "Ivan Petrov"),
        value("choices", choices=["Pro"]),
        value("textarea", text=["a note"]),
        value("rating", rating=4),
        value("taxonomy", taxonomy=[["a", "b"]]),
        value("brush", "q", rle=[1]),
        result(27, 35, "the pact", "s"),
        link,
        lost,
    )
    first = found.labels[0]
    assert first.values == (
        ("choices", "Pro"), ("textarea", "a note"), ("rating", "4"), ("taxonomy", "b")
    )  # fmt: skip
    assert [(each.name, each.roles) for each in found.links] == [
        ("says", (("from", "r"), ("to", "s")))
    ]
    assert [str(each).split(": ", 1)[1] for each in found.faults] == [
        'a result of the kind “brush” ({"rle": [1]}); left out',
        "its relation “says” leads to no region; left out",
    ]


def test_doccano_has_labels_entities_relations_and_what_is_neither_is_named():
    row = {
        "text": PLAIN,
        "entities": [
            {"id": 1, "label": "Person", "start_offset": 10, "end_offset": 21},
            {"id": 2, "label": "Pact", "start_offset": 27, "end_offset": 35},
            [0, 99, "Far"],
            7,
        ],
        "relations": [{"from_id": 1, "to_id": 2, "type": "says"}, {"from_id": 1}],
        "Comments": ["why"],
    }
    [found] = read("doccano", "jane.jsonl", row)
    assert found.annotator == "jane"
    assert [each.words for each in found.labels] == ["Ivan Petrov", "the pact", None]
    assert found.labels[2].values == (("comment", "why"),)
    assert found.links[0].roles == (("from", "1"), ("to", "2"))
    assert [str(each) for each in found.faults] == [
        "line 1: 0-99 is outside the text of 42 characters; left out",
        "line 1: “7” is not a label: expected a name, or start, end and name; left out",
        'line 1: “{"from_id": 1}” is not a relation; left out',
    ]


TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Claim|stance|webanno.custom.Claim:note
#T_SP=webanno.custom.Frame|FE|ROLE_webanno.custom.Frame:Roles_webanno.custom.Link|webanno.custom.Claim
#T_RL=webanno.custom.Says|kind|BT_webanno.custom.Claim


#Text=😊 Ivan Petrov said_ no
1-1\t0-2\t😊\t_\t_\t_\t_\t_\t_\t_\t
1-2\t3-7\tIvan\tPRO[1]|CON[2]\ta\\|b[1]|*[2]\t_\t_\t_\t_\t_\t
1-3\t8-14\tPetrov\tPRO[1]\ta\\|b[1]\t_\t_\t_\t_\t_\t
1-4\t15-20\tsaid\\_\t*\t*\ttalk\tseller;buyer\t1-2[1];1-5\treports\t1-2[1_0]\t
1-5\t21-23\tno\tx\t_\t_\t_\t_\t_\t_\t
"""


def test_webanno_tsv_has_stacks_numbers_escapes_slots_and_relations():
    [found] = read_folder("webanno-tsv", talks_txt__A07_tsv=TSV)
    assert (found.article, found.annotator, found.faults) == ("talks.txt", "A07", ())
    assert [(each.name, each.values, each.spans, each.words) for each in found.labels] == [
        (
            "Claim",
            (("stance", "PRO"), ("webanno.custom.Claim:note", "a|b")),
            ((2, 13),),
            "Ivan Petrov",
        ),
        ("Claim", (("stance", "CON"),), ((2, 6),), "Ivan"),
        ("Claim", (), ((14, 19),), "said_"),
        ("Frame", (("FE", "talk"),), ((14, 19),), "said_"),
        ("Claim", (("stance", "x"),), ((20, 22),), "no"),
    ]
    ids = {each.id: each for each in found.labels}
    slot, relation = found.links
    assert [(role, ids[to].words) for role, to in slot.roles] == [
        ("Frame", "said_"), ("seller", "Ivan Petrov"), ("buyer", "no")
    ]  # fmt: skip
    assert (relation.name, relation.values) == ("Says", (("kind", "reports"),))
    assert [(role, ids[to].words) for role, to in relation.roles] == [
        ("source", "Ivan Petrov"), ("target", "said_")
    ]  # fmt: skip


def test_the_path_of_a_file_of_inception_says_whose_labels_of_which_document_it_holds():
    raw = TSV.encode()
    paths = {
        "annotation/talks.txt/A07.tsv": ("talks.txt", "A07"),
        "annotation/talks.txt/A08/talks.tsv": ("talks.txt", "A08"),
        "talks.A09.tsv": ("talks", "A09"),
    }
    found = list(reading.read(files.Files(dict.fromkeys(paths, raw)), "webanno-tsv", Fields()))
    assert {each.where: (each.article, each.annotator) for each in found} == paths
    others = {"annotation/talks.txt/INITIAL_CAS.tsv": raw, "talks.tsv": raw, "log.txt": b"x"}
    first, second, third = reading.read(files.Files(others), "webanno-tsv", Fields())
    assert isinstance(first, Remark)
    assert isinstance(second, Remark)
    assert "its path does not say whose labels" in str(third)


def test_a_zip_archive_is_read_and_the_archives_in_it():
    def packed(**contents):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as pack:
            for name, raw in contents.items():
                pack.writestr(name, raw)
        return stream.getvalue()

    inner = packed(**{"talks.tsv": TSV, "__MACOSX/talks.tsv": "x"})
    found = files.of_bytes("export.zip", packed(**{"annotation/talks.txt/A07.zip": inner}))
    assert list(found) == ["annotation/talks.txt/A07/talks.tsv"]
    assert reading.recognise(found) == "webanno-tsv"
    [document] = reading.read(found, "webanno-tsv", Fields())
    assert (document.article, document.annotator) == ("talks.txt", "A07")


def test_cas_json_has_relations_slots_and_leaves_out_what_every_text_has():
    def claim(number, start, end, **more):
        return {"%ID": number, "%TYPE": "x.Claim", "@sofa": 1, "begin": start, "end": end, **more}

    cas = {
        "%FEATURE_STRUCTURES": [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": FIRES},
            {"%ID": 2, "%TYPE": "x.type.Token", "begin": 0, "end": 22},
            claim(3, 23, 27, stance="PRO", **{"@roles": 6}),
            claim(4, 28, 32),
            {"%ID": 5, "%TYPE": "x.Says", "begin": 28, "end": 32, "@Governor": 3, "@Dependent": 4},
            {"%ID": 6, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [7]},
            {"%ID": 7, "%TYPE": "x.Link", "role": "buyer", "@target": 4},
            claim(8, 1, 5),
            {"%ID": 9, "%TYPE": "x.Says", "begin": 1, "end": 2, "@Governor": 3, "@Dependent": 77},
        ]
    }
    [found] = read_folder("cas-json", talks_txt__A07_json=json.dumps(cas))
    assert [(each.values, each.words) for each in found.labels] == [
        ((("stance", "PRO"),), "Ivan"), ((), "left")
    ]  # fmt: skip
    assert [(each.name, each.roles) for each in found.links] == [
        ("Claim", (("Claim", "3"), ("buyer", "4"))),
        ("Says", (("source", "3"), ("target", "4"))),
    ]
    assert [str(each).split(": ", 1)[1] for each in found.faults] == [
        "1-5 is no place in the text; left out",
        "one end of its “Says” is no annotation here; left out",
    ]


def test_gate_has_sets_by_annotator_two_ways_to_count_and_who_gave_no_labels():
    def document(offset_type, start, end):
        found = {"type": "Person", "start": start, "end": end, "id": 0, "features": {"Side": "Pro"}}
        whole = {"type": "Document", "start": 0, "end": len(FIRES) if offset_type == "p" else 61}
        whole["features"] = {"label": {"mood": ["calm", "sad"]}}
        sets = {"ann": {"name": "ann", "annotations": [found, whole]}}
        status = {"rejected_by": ["ben"]}
        return {
            "text": FIRES, "offset_type": offset_type, "annotation_sets": sets,
            "teamware_status": status,
        }  # fmt: skip

    for offset_type, start, end in (("p", 12, 16), ("j", 23, 27)):
        found, remark = read("gate", "x.json", [document(offset_type, start, end)])
        assert found.annotator == "ann"
        assert found.labels[0].spans == ((12, 16),)
        assert found.labels[0].values == (("Side", "Pro"),)
        assert found.labels[1].spans == ()
        assert found.labels[1].values == (("mood", "calm"), ("mood", "sad"))
        assert str(remark) == "object 1: ben gave no labels (rejected by)"
    simple = {"text": PLAIN, "entities": {"Person": [{"indices": [10, 21], "Side": "Pro"}]}}
    [found] = read("gate", "ann.json", simple)
    assert (found.annotator, found.labels[0].words) == ("ann", "Ivan Petrov")


def test_potato_has_choices_in_three_shapes_and_spans():
    row = {
        "id": "k#2",
        "text": FIRES,
        "annotator": "ann",
        "annotations": {
            "side": "Pro",
            "mood": ["calm", "sad"],
            "kind": {"a": "1", "b": "false", "other": "words"},
            "who": [{"start": 23, "end": 27, "label": "Person", "text": "Ivan"}, {"x": 1}],
        },
    }
    [found] = read("potato", "x.jsonl", row)
    assert found.article == "k#2"
    whole, person = found.labels
    assert whole.values == (
        ("side", "Pro"), ("mood", "calm"), ("mood", "sad"), ("kind", "a"), ("kind.other", "words")
    )  # fmt: skip
    assert (person.name, person.spans) == ("Person", ((12, 16),))
    assert [str(each) for each in found.faults] == [
        "line 1: “who” holds an object that is no span; left out"
    ]


def test_prodigy_has_choices_relations_and_answers():
    ends = {
        "head_span": {"start": 10, "end": 21},
        "child_span": {"start": 27, "end": 35},
    }
    row = {
        "text": PLAIN,
        "answer": "accept",
        "accept": ["PRO"],
        "spans": [{"start": 10, "end": 21, "label": "Person"}, {"start": 1, "end": 99}],
        "relations": [{"label": "says", **ends}, {"label": "says"}],
        "_session_id": "set-ann",
        "_timestamp": 7,
    }
    raw = "\n".join(json.dumps(each) for each in (row, {**row, "answer": "ignore"}))
    found, ignored = read("prodigy", "x.jsonl", raw)
    assert found.annotator == "set-ann"
    assert [(each.name, each.words) for each in found.labels] == [
        ("PRO", None), ("Person", "Ivan Petrov"), ("", "the pact")
    ]  # fmt: skip
    assert found.links[0].roles == (("head", "10-21"), ("child", "27-35"))
    assert len(found.faults) == 2
    assert str(ignored) == "line 2: the task was answered “ignore”; it gives no labels"


@pytest.mark.parametrize("form", [name for name in reading.FORMATS if name != "csv"])
@pytest.mark.parametrize("raw", ["{}", '{"text": 7}', '[{"data": 1, "annotations": 2}]', "[1"])
def test_what_is_none_of_a_format_is_refused_and_breaks_nothing(form, raw):
    try:
        found = read(form, "a.b.json", raw)
    except RefusedError:
        return
    assert [each for each in found if isinstance(each, Document) and each.labels] == []
    assert all(isinstance(each, Document | RecordError | Remark) for each in found)


LINES = {
    "prodigy": {"text": PLAIN, "label": "PRO", "answer": "accept", "_session_id": "ann"},
    "potato": {"id": "k", "annotations": {"side": "PRO"}, "annotator": "ann"},
    "gate": {"text": PLAIN, "annotation_sets": {"ann": {"name": "ann", "annotations": []}}},
    "doccano": {"text": PLAIN, "label": [[4, 9, "PRO"]]},
}


@pytest.mark.parametrize("form", LINES)
@pytest.mark.parametrize("broken", ["{", "[1]", '{"text": "Ivan'])
def test_a_broken_line_is_named_and_those_around_it_are_read(form, broken):
    good = json.dumps(LINES[form])
    raw = "\n".join([broken, good, broken, good]).encode()
    found = files.of_bytes("x.jsonl", raw)
    assert reading.recognise(found) == form
    made = list(reading.read(found, form, FIELDS))
    assert [type(each) for each in made] == [RecordError, Document, RecordError, Document]
    assert str(made[2]).startswith("line 3: it is not")
    assert str(made[2]).endswith("left out")


def test_a_broken_task_or_annotation_of_label_studio_leaves_the_others():
    sound = {"id": 1, "completed_by": 1, "result": [result(4, 9, "envoy")]}
    broken = [{"id": 2, "result": 7}, {"id": 3, "result": [{"type": "relation", "labels": ["x"]}]}]
    task = {"id": 4, "data": {"text": PLAIN}, "annotations": [*broken, sound]}
    one, two, three, last, *more = read("label-studio", "x.json", [7, task, task])
    assert str(one) == "task 1: it is not an object {…}; left out"
    assert str(two) == "task 4 annotation 2: its “result” is not a list of objects; left out"
    assert str(three.faults[0]).endswith("its relation “x” has no two ends; left out")
    assert [each.words for each in last.labels] == ["envoy"]
    assert len(more) == 3


def test_a_file_that_is_broken_does_not_keep_out_those_beside_it():
    good = json.dumps([{"data": {"text": PLAIN}, "annotations": []}])
    task = json.dumps([{"data": {"text": PLAIN}, "annotations": [{"result": []}]}])
    found = read_folder("label-studio", a_json="[1", b_json=good, c_json=task)
    assert [type(each) for each in found] == [RecordError, Document]
    assert str(found[0]).startswith("a.json: it is not valid JSON")
    assert str(found[0]).endswith("the file is left out")


def test_what_no_tool_writes_is_not_recognised():
    for raw in (b"plain words", b"a,b\n1,2\n", b'{"x": 1}\n'):
        with pytest.raises(RefusedError, match="no format that is known here"):
            reading.recognise(files.of_bytes("x", raw))
    own = {"article": "k", "sentence": 0, "annotator": "A", "claims": []}
    assert reading.recognise(files.of_bytes("x", json.dumps(own).encode())) == "rows"


def test_names_of_a_mapping_are_found_whatever_their_spaces_and_accents():
    mapped = read_mapping(
        'format = "csv"\n[annotators]\n" Jose\u0301 " = " A07 "\n'
        '[labels." Pro"]\nstance = "support"\n'.encode()
    )
    assert mapped.pseudonym("Jos\u00e9\u00a0") == "A07"
    assert mapped.pseudonym(" C11 ") == "C11"
    assert mapped.label(" Pro ") == {"stance": "support"}
    assert mapped.value("status", " no_claim ") == {"status": "no_claim"}
    assert mapped.value("note", " as it is ") == {"note": " as it is "}


def test_features_of_two_layers_with_one_name_are_told_apart():
    mapped = read_mapping(
        b'[fields."Claim.value".x]\nstance = "support"\n[fields.value.x]\nstance = "oppose"\n'
    )
    assert mapped.value("value", "x", "Claim") == {"stance": "support"}
    assert mapped.value("value", "x", "Other") == {"stance": "oppose"}


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ('over_sentences = "widest"', "over_sentences is not one of refuse, larger, each"),
        ('repeats = "older"', "repeats is not one of refuse, newer"),
        ("no_label = 1", "“no_label” is not a text"),
        ("[relations.Says]\n", "relations.Says.roles must map each role"),
        ('[relations.Says]\nroles = {Source = "who"}', "to one of claim, speaker"),
        ('[relations.Says]\nstanza = "x"', "unknown key “stanza”"),
    ],
)
def test_a_wrong_entry_of_a_mapping_is_named(said, cause):
    with pytest.raises(MappingError, match=cause.replace("(", r"\(")):
        read_mapping(said.encode())
