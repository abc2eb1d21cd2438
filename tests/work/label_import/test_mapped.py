"""Labels of other tools as answers: whole, or each thing that is left out named by its place."""

import json
from dataclasses import replace

import pytest
from documents import DOCS
from installation import look_away, staged

from annotator.formats.articles.records import RecordError
from annotator.formats.labels import files
from annotator.formats.labels.mapping import read_mapping
from annotator.formats.labels.other_tools import reading
from annotator.formats.labels.rows import AnswerRow, Remark
from annotator.store.db import write
from annotator.work.accounts import projects
from annotator.work.articles import storing
from annotator.work.label_import.mapped import answer_rows
from annotator.work.label_import.rows import Importer

LABELS = DOCS / "examples" / "labels"
SAMPLES = {
    "label-studio": "label-studio.json",
    "doccano": "doccano.jsonl",
    "brat": "brat",
    "webanno-tsv": "inception-tsv",
    "cas-json": "inception-cas",
    "gate": "teamware.json",
    "potato": "potato.jsonl",
    "prodigy": "prodigy.jsonl",
    "csv": "sentences.csv",
}
TEXT = (DOCS / "examples" / "articles" / "bering.txt").read_text(encoding="utf-8")
FIRST, SECOND = (65, 201), (203, 296)  # the third and fourth sentence


@staged
def give_bering():
    path = DOCS / "examples" / "articles" / "bering.txt"
    with write():
        storing.store_article(
            projects.get("us-russia"), storing.read_file(path.name, path.read_bytes())
        )


@pytest.fixture
def importer(project):
    give_bering()
    look_away()
    with Importer(project) as importer:
        yield importer


def read_in(importer, mapping, contents):
    """Return answers, faults and remarks of files by their names, under a mapping."""
    mapped = read_mapping(mapping.encode())
    found = files.Files(
        {name: text.encode() for name, text in contents.items()}, len(contents) == 1
    )
    form = mapped.format or reading.recognise(found)
    rows = list(answer_rows(importer, reading.read(found, form, mapped.of_file), mapped))
    return (
        [each for each in rows if isinstance(each, AnswerRow)],
        [str(each) for each in rows if isinstance(each, RecordError)],
        [str(each) for each in rows if isinstance(each, Remark)],
    )


def brat(importer, mapping, *lines):
    contents = {"A07/bering.txt": TEXT, "A07/bering.ann": "\n".join(lines) + "\n"}
    return read_in(importer, mapping, contents)


def label(number, name, *words):
    """Return a line of brat for words of the text; more words are more fragments."""
    spans = [(TEXT.index(each), TEXT.index(each) + len(each)) for each in words]
    place = ";".join(f"{start} {end}" for start, end in spans)
    return f"T{number}\t{name} {place}\t{' '.join(words)}"


def comparable(row):
    claims = [replace(each, mention=None) for each in row.claims]
    return row.article, row.sentence, row.annotator, row.status, claims


def test_the_samples_of_all_formats_make_the_same_answers(importer):
    """And each is known by its content, and nothing of it is left out."""
    made = {}
    for form, name in SAMPLES.items():
        found = files.of_path(LABELS / name)
        assert reading.recognise(found) == form
        mapped = read_mapping((LABELS / name).with_suffix(".toml").read_bytes())
        rows = list(answer_rows(importer, reading.read(found, form, mapped.of_file), mapped))
        assert [each for each in rows if not isinstance(each, AnswerRow)] == []
        made[form] = sorted(map(comparable, rows), key=lambda each: (each[2], each[1]))
        mentions = sum(each.mention is not None for row in rows for each in row.claims)
        assert mentions == (0 if form == "csv" else 5)
    assert len(made["csv"]) == 16
    assert [name for name, rows in made.items() if rows != made["csv"]] == []
    statuses = [each[3] for each in made["csv"]]
    assert statuses.count("no_claim") == 11


def test_what_comes_from_samples_is_stored_without_a_problem(importer):
    mapped = read_mapping((LABELS / "teamware.toml").read_bytes())
    documents = reading.read(files.of_path(LABELS / "teamware.json"), "gate", mapped.of_file)
    plan = importer.plan(answer_rows(importer, documents, mapped))
    assert (plan.answers, plan.problems) == (16, [])


PERSON = '[labels.Person]\nspeaker = "*"\nspeaker_type = "person"\n'
SIDES = '[fields.Side.Pro]\nstance = "support"\n[fields.Side.Con]\nstance = "oppose"\n'
EVIDENCE = "[labels.Evidence]\nevidence = true\n"


def test_each_unknown_label_and_value_is_named_and_the_rest_comes_in(importer):
    rows, faults, _ = brat(
        importer,
        PERSON + SIDES,
        label(1, "Odd", "Rescue crews"),
        label(2, "Person", "Governor Anna Reyes"),
        "A1\tSide T2 Pro",
        "A2\tMood T2 Angry",
        label(3, "Person", "Senator Paul Whitfield"),
    )
    assert faults == [
        "A07/bering.ann line 1: the mapping has no entry for the label “Odd”; left out",
        "A07/bering.ann line 2: the mapping has no entry for “Mood” = “Angry”; left out",
    ]
    assert [(each.sentence, each.claims[0].stance) for each in rows] == [(2, "support"), (4, None)]


def test_a_line_that_is_broken_costs_nothing_but_itself(importer):
    rows, faults, remarks = brat(
        importer,
        PERSON + SIDES,
        "T1\tPerson 0 6\tChukotka",
        label(2, "Person", "Governor Anna Reyes"),
        "A1\tSide T2 Pro",
        "A2\tSide T2 Con",
        "#1\tAnnotatorNotes T2\tdoubtful",
    )
    assert faults == [
        "A07/bering.ann line 1: the text has “Alaska” there, not “Chukotka”; is it another version"
        " of the text?; left out",
        "A07/bering.ann lines 3 and 4: T2 has two values of Side, Pro and Con; left out",
    ]
    assert remarks == ["A07/bering.ann line 5: a note says nothing that is imported; passed over"]
    assert [each.claims[0].speaker for each in rows] == ["Governor Anna Reyes"]


def test_fragments_are_kept_as_evidence_in_the_order_of_the_text(importer):
    rows, faults, _ = brat(importer, EVIDENCE, label(1, "Evidence", "said on", "Rescue crews"))
    assert faults == []
    assert [words for _, _, words in rows[0].claims[0].evidence] == ["Rescue crews", "said on"]


def test_a_mention_in_fragments_is_refused_and_never_made_wider(importer):
    rows, faults, _ = brat(importer, PERSON, label(1, "Person", "Governor", "Reyes said"))
    assert rows == []
    assert "line 1: its words stand in 2 pieces, which speaker cannot" in faults[0]


LONG = TEXT[180:230]  # most of it in the fourth sentence
OVER = (180, 230)


def over(choice):
    option = f'over_sentences = "{choice}"\n' if choice else ""
    return option + EVIDENCE


def test_a_label_over_two_sentences_is_refused_unless_the_mapping_says_where_it_goes(importer):
    line = f"T1\tEvidence {OVER[0]} {OVER[1]}\t{' '.join(LONG.split())}"
    rows, faults, _ = brat(importer, over(""), line)
    assert rows == []
    assert "line 1: its words lie in 2 sentences; over_sentences" in faults[0]
    rows, _, _ = brat(importer, over("larger"), line)
    assert [(each.sentence, each.claims[0].evidence) for each in rows] == [(3, ((*OVER, LONG),))]
    rows, _, _ = brat(importer, over("each"), line)
    assert [(each.sentence, each.claims[0].evidence[0][:2]) for each in rows] == [
        (2, (180, 201)),
        (3, (203, 230)),
    ]


def test_a_label_that_is_ignored_is_ignored_wherever_it_stands(importer):
    line = f"T1\tContent {OVER[0]} {OVER[1]}\t{' '.join(LONG.split())}"
    mapping = "[labels.Content]\nignore = true\n" + PERSON
    rows, faults, _ = brat(
        importer, mapping, line, "A1\tAny T1 thing", label(2, "Person", "Governor Anna Reyes")
    )
    assert faults == []
    assert [each.sentence for each in rows] == [2]


EVENT = (
    PERSON
    + SIDES
    + "[relations.Says]\n"
    + 'roles = {Says = "ignore", Source = "speaker", Content = "claim", By = "via"}\n'
    + "[labels.Content]\nevidence = true\n[labels.Cue]\nignore = true\n"
)


def test_an_event_says_who_said_what_and_by_whom(importer):
    rows, faults, _ = brat(
        importer,
        EVENT,
        label(1, "Person", "Governor Anna Reyes"),
        label(2, "Person", "Senator Paul Whitfield"),
        label(3, "Content", "There will be no joint exercise"),
        label(4, "Cue", "he said"),
        "A1\tSide E1 Con",
        "E1\tSays:T4 Source:T1 Content:T3 By:T2",
    )
    assert faults == []
    [row] = rows
    [claim] = row.claims
    assert row.sentence == 5
    assert (claim.speaker, claim.stance, claim.via) == (
        "Governor Anna Reyes",
        "oppose",
        ("Senator Paul Whitfield",),
    )
    assert claim.mention[2] == "Governor Anna Reyes"
    assert [words for _, _, words in claim.evidence] == ["There will be no joint exercise"]


def test_two_contents_of_one_source_are_two_claims_and_relations_are_mapped_as_events(importer):
    mapping = EVENT.replace("Says]", "About]").replace("Says =", "None =")
    rows, faults, _ = brat(
        importer,
        mapping,
        label(1, "Person", "Governor Anna Reyes"),
        label(2, "Content", "share this water"),
        label(3, "Content", "we should answer"),
        "R1\tAbout Source:T1 Content:T2",
        "R2\tAbout Source:T1 Content:T3",
        "R3\tOther Source:T1 Content:T3",
        "R4\tAbout Source:T1 Target:T3",
    )
    [row] = rows
    assert [(each.speaker, each.evidence[0][2]) for each in row.claims] == [
        ("Governor Anna Reyes", "share this water"),
        ("Governor Anna Reyes", "we should answer"),
    ]
    assert any("line 6: the mapping has no entry for the relation “Other”" in one for one in faults)
    assert any(
        "line 7: the mapping's relation “About” has no role “Target”" in one for one in faults
    )


def doccano(importer, mapping, *rows):
    raw = "".join(json.dumps(row) + "\n" for row in rows)
    return read_in(importer, mapping, {"A07.jsonl": raw})


SENTENCE = TEXT[slice(*FIRST)]
CLASSES = '[labels.PRO]\nstance = "support"\n[labels.CON]\nstance = "oppose"\n'


def test_labels_of_one_text_given_twice_are_one(importer):
    row = {"text": SENTENCE, "label": ["PRO"]}
    rows, faults, remarks = doccano(importer, CLASSES, row, row)
    assert (len(rows), faults) == (1, [])
    assert remarks == [
        "line 2: A07 labels one text twice, here and in line 1, with equal labels; they are"
        " imported once"
    ]


def test_labels_of_one_text_that_differ_are_both_left_out_or_the_newer_ones_count(importer):
    pair = [{"text": SENTENCE, "label": [each]} for each in ("PRO", "CON")]
    rows, faults, _ = doccano(importer, CLASSES, *pair)
    assert rows == []
    assert "line 2: A07 labels one text twice, here and in line 1, with other labels" in faults[0]
    rows, faults, remarks = doccano(importer, 'repeats = "newer"\n' + CLASSES, *pair)
    assert [each.claims[0].stance for each in rows] == ["oppose"]
    assert faults == []
    assert "the newer ones here count" in remarks[0]


def test_the_time_says_which_of_two_annotations_is_the_newer_one(importer):
    def annotation(number, choice, at):
        value = {"choices": [choice]}
        result = {"id": "r", "from_name": "Side", "type": "choices", "value": value}
        return {"id": number, "completed_by": 1, "result": [result], "updated_at": at}

    task = {
        "id": 4,
        "data": {"text": SENTENCE},
        "annotations": [annotation(10, "Pro", "2024-05-02"), annotation(99, "Con", "2024-05-01")],
    }
    rows, _, remarks = read_in(
        importer, 'repeats = "newer"\n' + SIDES, {"x.json": json.dumps([task])}
    )
    assert [each.claims[0].stance for each in rows] == ["support"]
    assert "task 4 annotation 99: 1 labels one text twice" in remarks[0]


def test_a_sentence_without_a_label_is_no_claim_only_where_nothing_of_it_was_left_out(importer):
    rows, faults, _ = brat(
        importer,
        'no_label = "no_claim"\n' + PERSON,
        label(1, "Person", "Governor Anna Reyes"),
        label(2, "Odd", "share this water"),
    )
    assert len(faults) == 1
    assert {each.sentence: each.status for each in rows} == {
        **dict.fromkeys((0, 1, 4, 5, 6, 7), "no_claim"),
        2: None,
    }


def test_a_document_without_a_label_is_read_and_one_that_is_not_there_is_not(importer):
    rows, _, _ = brat(importer, 'no_label = "no_claim"\n' + PERSON, "")
    assert [each.status for each in rows] == ["no_claim"] * 8
    rows, _, _ = brat(importer, PERSON, "")
    assert rows == []


def test_a_pronoun_is_a_source_without_a_name_in_each_article(importer):
    start = TEXT.index(" he said") + 1
    rows, _, remarks = brat(importer, PERSON, f"T1\tPerson {start} {start + 2}\the")
    [claim] = rows[0].claims
    assert (claim.speaker, claim.speaker_type) == ("he (bering)", "unnamed")
    assert "Pronouns name nobody beyond their article (“he”, 1 claim)" in remarks[0]


def test_any_value_of_a_field_can_be_what_it_says(importer):
    mapping = '[fields.who."*"]\nspeaker = "*"\nspeaker_type = "person"\n'
    rows, faults, _ = read_in(
        importer, mapping, {"t.csv": "item,annotator,who\nbering#2,A07,Anna  Reyes\n"}
    )
    assert faults == []
    assert [each.claims[0].speaker for each in rows] == ["Anna Reyes"]


def test_a_label_of_a_whole_article_is_no_answer(importer):
    _, faults, _ = doccano(importer, CLASSES, {"text": TEXT, "label": ["PRO"]})
    assert "line 1: it labels a text of 8 sentences as a whole" in faults[0]


def test_the_article_may_be_called_after_its_file(importer):
    row = {"text": TEXT, "doc": "bering.txt", "label": [[*FIRST, "PRO"]]}
    rows, faults, _ = doccano(importer, 'article = "doc"\n' + CLASSES, row)
    assert (len(rows), faults) == (1, [])
