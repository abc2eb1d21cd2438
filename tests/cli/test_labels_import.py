"""`annotator labels import`: our own rows come back exactly, those of other tools by a mapping."""

import json
import re

import pytest
from documents import DOCS
from installation import staged
from labelling_examples import MATTIS, claim, claims, nothing_claimed, save
from slow_cases import further, slow
from sqlalchemy import delete, func, select

from annotator.formats.articles import jsonl
from annotator.formats.labels import doccano, label_studio
from annotator.store.db import db, write
from annotator.store.models import (
    Alias,
    Answer,
    AnswerEvent,
    Assignment,
    Membership,
    Roster,
    Sentence,
    Speaker,
)
from annotator.work.labelling import speakers
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.labelling.drafts import UnnamedSource
from annotator.work.labelling.history import audit

SCHEME = '[labels."PRO"]\nstance = "support"\ncertainty = "likely"\n'
NARRATOR = 'speaker = "NARRATOR"\nspeaker_type = "narrator"\n'


@pytest.fixture
@staged
def labelled(article, project):
    """Label some sentences in every way there is."""
    start = sentence(article, 2).start
    full = claim(mention=(start, start + 5), evidence=((start, start + 9),), note="n", aspect=None)
    save(article, claims(full, claim(UnnamedSource("a senior official"))), seconds=7)
    save(article, claims(claim(stance=None)), position=3)
    save(article, claims(claim(stance="oppose"), note="“so” 😀"), position=3, revision=1)
    save(article, nothing_claimed(unsure=True), position=4)
    save(article, nothing_claimed(), name="ben", position=2)
    save(article, claims(claim(MATTIS, via=(narrator(project),))), name="ben", position=5)
    return article


def narrator(project):
    return speakers.narrator_of(project, project.codebook).id


def sentence(article, position):
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()


def exported(project):
    return "".join(jsonl.write(annotation_rows(project)))


def forget(project):
    """Take every label away, and the people, as in a new installation with the same articles."""
    with write():
        db.session.execute(delete(Roster))
        db.session.execute(delete(AnswerEvent))
        for each in db.session.scalars(select(Answer)):
            db.session.delete(each)
        db.session.flush()
        db.session.execute(delete(Alias))
        db.session.execute(delete(Assignment))
        db.session.execute(delete(Membership).where(Membership.annotator))
        db.session.execute(delete(Speaker).where(Speaker.name != project.codebook.narrator_name))


def answers():
    db.session.rollback()
    return db.session.scalar(select(func.count(Answer.id)))


def test_our_own_rows_come_back_byte_for_byte(labelled, project, command, tmp_path):
    before = exported(project)
    path = tmp_path / "labels.jsonl"
    path.write_text(before, encoding="utf-8")
    forget(project)
    assert exported(project) == ""
    result = command("labels", "import", path, "-p", project.slug)
    assert result.exit_code == 0, result.output
    assert "5 answers, 2 spans by 2 annotators imported." in result.stdout
    db.session.expire_all()
    assert exported(project) == before
    assert audit().faults == ()
    states = db.session.execute(select(Assignment.state, Assignment.decided_count)).all()
    assert sorted(states) == [("open", 2), ("open", 3)]


def test_a_dry_run_counts_and_stores_nothing(labelled, project, command, tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(exported(project), encoding="utf-8")
    forget(project)
    result = command("labels", "import", path, "-p", project.slug, "--dry-run")
    assert result.exit_code == 0
    assert "5 answers, 2 spans by 2 annotators would be imported. Nothing was" in result.stdout
    assert answers() == 0


def test_what_is_here_already_is_named_row_by_row(labelled, project, command, tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(exported(project), encoding="utf-8")
    result = command("labels", "import", path, "-p", project.slug)
    assert result.exit_code == 1
    assert "line 1: A" in result.stdout
    assert "has an answer on sentence 3 (2 in files) of" in result.stdout
    assert result.stderr == "Error: 5 rows cannot be mapped.\n"
    assert answers() == 5


@pytest.mark.parametrize(
    ("change", "cause"),
    further(
        [
            ({"article": "none"}, "there is no article “none” here"),
            ({"sentence": 99}, "has no sentence 100 (99 in files)"),
            ({"start": 1}, "its boundaries differ"),
            ({"text": "Other words."}, "has another text here"),
            ({"status": "maybe"}, "maybe"),
            ({"codebook_version": 9}, "no codebook version 9, only 1"),
            ({"complete": False}, "complete"),
            ({"origin": "alien"}, "“origin” is “alien”"),
            ({"revision": 0}, "“revision” is not a whole number"),
            ({"unsure": "yes"}, "“unsure” is neither"),
            ({"created_at": "yesterday"}, "“created_at” is not a time"),
            ({"annotator": None}, "it has no “annotator”"),
            ({"claims": [{"speaker": 7}]}, "line 1"),
        ]
    ),
)
def test_a_row_that_does_not_fit_is_named_and_nothing_is_stored(
    article, project, command, tmp_path, change, cause
):
    save(article, nothing_claimed())
    save(article, nothing_claimed(), position=3)
    first, second = exported(project).splitlines()
    forget(project)
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({**json.loads(first), **change}) + f"\n{second}\n")
    result = command("labels", "import", path, "-p", project.slug)
    assert result.exit_code == 1
    assert "line 1: " in result.stdout
    assert cause in result.stdout
    assert answers() == 0
    skipped = command("labels", "import", path, "-p", project.slug, "--skip")
    assert skipped.exit_code == 0  # it did what was asked
    assert skipped.stderr.splitlines()[-1] == "1 row left out."
    assert answers() == 1
    again = command("labels", "import", path, "-p", project.slug, "--skip")
    assert (again.exit_code, answers()) == (1, 1)  # nothing is left that could come in


def map_in(command, tmp_path, mapping, name, raw, *more):
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    path = tmp_path / name
    path.write_text(raw, encoding="utf-8")
    words = ("labels", "import", path, "-p", "us-russia", "--mapping", tmp_path / "mapping.toml")
    return command(*words, *(() if "--as" in more else ("--as", "context")), *more)


def rows(project):
    return [
        (
            *(row[name] for name in ("sentence", "annotator", "status", "origin")),
            *((each["speaker"], each["stance"], each["certainty"]) for each in row["claims"]),
        )
        for row in annotation_rows(project)
    ]


def test_doccano_sequence_labels_come_in_by_the_mapping(article, project, command, tmp_path):
    text = sentence(article, 2).text
    mapping = 'format = "doccano"\nannotator = "user"\n' + SCHEME
    mapping += '[labels."Person"]\nspeaker = "*"\nspeaker_type = "person"\n'
    row = {"id": 1, "text": text, "user": "A90", "label": [[0, 5, "PRO"], [0, 5, "Person"]]}
    result = map_in(command, tmp_path, mapping, "all.jsonl", json.dumps(row))
    assert "1 answer, 1 span by 1 annotator imported." in result.stdout, result.output
    assert rows(project) == [
        (2, "A90", "claims", "imported", (text[:5].strip(), "support", "likely"))
    ]
    assert audit().faults == ()


def test_doccano_classes_and_its_other_spellings_come_in(article, project, command, tmp_path):
    mapping = (
        'format = "doccano"\n[annotators]\njane = "A91"\n[labels."none"]\nstatus = "no_claim"\n'
    )
    mapping += SCHEME
    lines = [
        {"text": sentence(article, 2).text, "label": ["none"]},
        {
            "text": sentence(article, 3).text,
            "entities": [{"id": 1, "label": "PRO", "start_offset": 0, "end_offset": 3}],
        },
        {"text": "Not here.", "label": ["none"]},
        {"text": sentence(article, 4).text, "label": ["unknown"]},
    ]
    raw = "\n".join(map(json.dumps, lines))
    result = map_in(command, tmp_path, mapping, "jane.jsonl", raw, "--skip")
    assert "line 3: its text “Not here.…” is here as no article and no" in result.stdout
    assert "line 4: the mapping has no entry for the label “unknown”" in result.stdout
    assert [each[:4] for each in rows(project)] == [
        (2, "A91", "no_claim", "imported"),
        (3, "A91", "claims", "imported"),
    ]


def test_label_studio_with_several_annotators_comes_in(article, project, command, tmp_path):
    one = sentence(article, 2)

    def annotation(who, *results):
        return {"completed_by": who, "result": list(results)}

    def region(choice):
        value = {"start": 0, "end": 5, "text": one.text[:5], "labels": ["Claim"]}
        yield {"id": "r", "type": "labels", "from_name": "label", "value": value}
        yield {"id": "r", "type": "choices", "from_name": "st", "value": {"choices": [choice]}}

    task = {
        "id": 8,
        "data": {"text": one.text, "key": article.key},
        "annotations": [
            annotation({"id": 3, "email": "a@x.org"}, *region("Pro")),
            annotation(4, *region("Con")),
            {**annotation(5, *region("Pro")), "was_cancelled": True},
        ],
    }
    mapping = 'format = "label-studio"\narticle = "key"\n[labels."Claim"]\nmention = true\n'
    mapping += '[fields.st.Pro]\nstance = "support"\n[fields.st.Con]\nstance = "oppose"\n'
    mapping += '[annotators]\n"a@x.org" = "A92"\n"4" = "A93"\n'
    result = map_in(command, tmp_path, mapping, "export.json", json.dumps([task]))
    assert "2 answers, 2 spans by 2 annotators imported." in result.stdout, result.output
    assert [each[1] for each in rows(project)] == ["A92", "A93"]
    assert [each[4][1] for each in rows(project)] == ["support", "oppose"]


def test_a_brat_folder_comes_in_by_annotator(article, project, command, tmp_path):
    text = tmp_path / "brat" / "A94"
    text.mkdir(parents=True)
    whole = db.session.scalar(select(type(article).text).where(type(article).id == article.id))
    one = sentence(article, 2)
    (text / f"{article.key}.txt").write_bytes(whole.encode())
    words = " ".join(whole[one.start : one.start + 9].split("\n"))
    ann = f"T1\tClaim {one.start} {one.start + 9}\t{words}\nA1\tSide T1 Pro\n"
    (text / f"{article.key}.ann").write_text(ann)
    (tmp_path / "m.toml").write_text(
        'format = "brat"\n[labels."Claim"]\nmention = true\n[fields.Side.Pro]\nstance = "support"\n'
    )
    words = ("labels", "import", tmp_path / "brat", "-p", "us-russia", "--mapping")
    result = command(*words, tmp_path / "m.toml", "--as", "context")
    assert "1 answer, 1 span by 1 annotator imported." in result.stdout, result.output
    assert rows(project) == [(2, "A94", "claims", "imported", (None, "support", None))]


@pytest.mark.parametrize(
    "raw",
    [
        "item,annotator,field,value\n{key}#2,A95,stance,support\n{key}#2,A95,certainty,likely\n",
        "item,annotator,stance,certainty\n{key}#2,A95,support,likely\n",
    ],
    ids=["long", "wide"],
)
def test_a_table_comes_in_long_or_wide(article, project, command, tmp_path, raw):
    result = map_in(command, tmp_path, 'format = "csv"\n', "t.csv", raw.format(key=article.key))
    assert "1 answer" in result.stdout, result.output
    assert rows(project) == [(2, "A95", "claims", "imported", (None, "support", "likely"))]


def test_labels_that_contradict_each_other_are_named(article, project, command, tmp_path):
    raw = f"item,annotator,field,value\n{article.key}#2,A,stance,support\n"
    raw += f"{article.key}#2,A,certainty,likely\n{article.key}#2,A,stance,oppose\n"
    result = map_in(command, tmp_path, 'format = "csv"\n', "t.csv", raw)
    assert result.exit_code == 1
    assert "2 labels have a stance and others have none" in result.stdout


@pytest.mark.parametrize(
    ("mapping", "cause"),
    [
        ("format =", "is not valid TOML"),
        ('format = "excel"', "use one of label-studio, doccano"),
        ('format = "csv"\nlabel = 1', "the mapping has the unknown key “label”"),
        ('format = "csv"\n[labels.x]\n', "labels.x is empty"),
        ('format = "csv"\n[labels.x]\nstace = "support"', "unknown key “stace”"),
        ('format = "csv"\n[labels.x]\nevidence = "yes"', "is not true or false"),
        ('format = "csv"\n[annotators]\nx = 7', "must map names to pseudonyms"),
    ],
)
def test_a_wrong_mapping_is_wrong_use(project, command, tmp_path, mapping, cause):
    result = map_in(command, tmp_path, mapping, "t.csv", "item,annotator\n")
    assert result.exit_code == 2
    assert cause in result.stderr


def test_what_goes_out_for_doccano_and_label_studio_can_be_read_there(labelled, project):
    lines = [json.loads(line) for line in doccano.write(annotation_rows(project))]
    assert [each["sentence"] for each in lines] == [2, 2, 3, 4, 5]
    for each in lines:
        assert all(0 <= start < end <= len(each["text"]) for start, end, _ in each["label"])
    names = {name for each in lines for _, _, name in each["label"]}
    assert {"speaker:James Mattis", "stance:neutral", "status:no_claim"} <= names
    tasks = json.loads("".join(label_studio.write(annotation_rows(project))))
    assert [len(each["annotations"]) for each in tasks] == [2, 1, 1, 1]
    assert json.loads("".join(label_studio.write([]))) == []


def test_it_goes_out_by_command(labelled, project, command):
    for form in ("doccano", "label-studio"):
        result = command("labels", "export", "-p", project.slug, "--format", form)
        assert result.exit_code == 0
        assert "James Mattis" in result.stdout


def test_spellings_that_look_alike_are_one_annotator_and_one_speaker(
    article, project, command, tmp_path
):
    names = ["Jean Doe", "Jean  Doe", " Jean Doe ", "jean doe", "Jean\u00a0Doe"]
    lines = [
        f"{article.key}#{place},{who},{name},person,support,certain"
        for place, (who, name) in enumerate(
            zip(["C11", " C11 ", "C\u00a011", "C11", "C12"], names, strict=True), start=1
        )
    ]
    raw = "item,annotator,speaker,speaker_type,stance,certainty\n" + "\n".join(lines) + "\n"
    result = map_in(command, tmp_path, 'format = "csv"\n', "t.csv", raw)
    assert "5 answers, 0 spans by 3 annotators imported." in result.stdout, result.output
    assert "one name are read as one: “jean doe” as “Jean Doe”." in result.stdout
    assert [each[1] for each in rows(project)] == ["C11", "C11", "C 11", "C11", "C12"]
    assert {each[4][0] for each in rows(project)} == {"Jean Doe"}


def test_our_own_rows_mean_the_speaker_the_project_knows(labelled, project, command, tmp_path):
    """As the label page finds it: whatever the case, the spaces and how accents are composed."""
    given = [json.loads(line) for line in exported(project).splitlines()]
    given = [row for row in given if row["claims"]][:3]
    spellings = iter(["james mattis", "James\u00a0 Mattis", "JAMES MATTIS", "James Mattis "])
    for row in given:
        row["annotator"] = "Zoe\u0308"
        for claim_ in row["claims"]:
            if claim_["speaker"] == "James Mattis":
                claim_["speaker"] = next(spellings)
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    before = db.session.scalar(select(func.count(Speaker.id)))
    result = command("labels", "import", path, "-p", project.slug)
    assert result.exit_code == 0, result.output
    assert "“Zoe\\u0308” as “Zoë”" in result.stdout
    db.session.rollback()
    assert db.session.scalar(select(func.count(Speaker.id))) == before
    assert db.session.scalar(select(Membership).where(Membership.pseudonym == "Zoë"))


def test_the_same_row_twice_is_one_claim_and_that_is_said(article, project, command, tmp_path):
    row = f"{article.key}#2,A95,support,likely\n"
    raw = f"item,annotator,stance,certainty\n{row}{row}"
    result = map_in(command, tmp_path, 'format = "csv"\n', "t.csv", raw)
    assert "Note: line 3: A95 has this label twice; it is imported once" in result.stdout, (
        result.output
    )
    assert rows(project) == [(2, "A95", "claims", "imported", (None, "support", "likely"))]


@slow
def test_no_claim_with_a_speaker_is_refused_in_words_of_a_file(article, project, command, tmp_path):
    raw = f"item,annotator,status,speaker,speaker_type\n{article.key}#2,A95,no_claim,Ivan,person\n"
    result = map_in(command, tmp_path, 'format = "csv"\n', "t.csv", raw)
    assert result.exit_code == 1
    assert "its status “no_claim” has no claims, but it has a claim" in result.stdout
    assert "Choose it again" not in result.output


def whatever_is_kept(project):
    """Return what both tools have a place for; they know no chains and notes."""
    names = ("speaker", "speaker_type", "mention", "stance", "certainty", "evidence")
    return {
        (row["article"], row["sentence"], row["annotator"]): (
            row["status"],
            *(tuple(str(each[name]) for name in names) for each in row["claims"]),
        )
        for row in annotation_rows(project)
    }


@pytest.mark.parametrize("form", ["label-studio", "doccano"])
def test_what_goes_out_comes_back_equal(labelled, project, command, tmp_path, form):
    """By the mappings of the documentation; doccano cannot tell whose evidence of two claims is."""
    before = whatever_is_kept(project)
    path = tmp_path / "own.json"
    command("labels", "export", "-p", project.slug, "--format", form, "-o", path)
    forget(project)
    mapping = DOCS / "examples" / "labels" / f"own-{form}.toml"
    words = ("labels", "import", path, "-p", project.slug, "--as", "people", "--mapping")
    result = command(*words, mapping, "--skip")
    named = result.stdout.count("left out")
    db.session.expire_all()
    after = whatever_is_kept(project)
    assert {where: before[where] for where in after} == after
    assert (len(before) - len(after), named) == ((0, 0) if form == "label-studio" else (1, 1))


def test_a_line_that_is_no_json_keeps_no_other_from_being_looked_at(
    labelled, project, command, tmp_path
):
    row = exported(project).splitlines()[0]
    unknown = json.dumps(json.loads(row) | {"article": "nowhere"})
    (tmp_path / "rows.jsonl").write_text("\n".join(["{", row, "[]", unknown]) + "\n")
    result = command("labels", "import", tmp_path / "rows.jsonl", "-p", project.slug, "--dry-run")
    assert re.findall(r"^line \d", result.stdout, re.M) == ["line 1", "line 2", "line 3", "line 4"]
    assert "Error: 4 rows cannot be mapped." in result.stderr


def test_rows_of_a_table_that_are_too_short_are_named_and_left_out(
    article, project, command, tmp_path
):
    key = article.key
    raw = f"item,annotator,status\n{key}#2,A01,no_claim\nx\n{key}#3\n{key}#3,A01,no_claim\n"
    result = map_in(command, tmp_path, 'format = "csv"\n', "t.csv", raw)
    assert "line 3 has 1 column, expected 3; left out" in result.stdout
    assert "line 4 has 1 column, expected 3; left out" in result.stdout
    assert "2 answers, " in result.stdout
