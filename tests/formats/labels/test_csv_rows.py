"""CSV: one row per claim, and no cell that a spreadsheet would run."""

import csv as standard
import io

import pytest

from annotator.formats.labels import csv_rows

ROW = {
    "project": "p",
    "article": "a",
    "sentence": 3,
    "start": 10,
    "end": 20,
    "text": "He said “no”.",
    "segment": "body",
    "annotator": "A01",
    "status": "claims",
    "complete": True,
    "unsure": False,
    "note": "",
    "claims": [],
    "codebook_version": 1,
    "origin": "human",
    "purpose": "work",
    "round": 1,
    "revision": 2,
    "active_seconds": 7,
    "created_at": "2026-11-21T03:00:00Z",
    "updated_at": "2026-11-21T03:00:01Z",
}
CLAIM = {
    "speaker": "James Mattis",
    "speaker_type": "person",
    "mention": {"start": 10, "end": 12, "text": "He"},
    "via": ["U.S. News", "Reuters"],
    "stance": "oppose",
    "certainty": None,
    "conditional": True,
    "aspect": None,
    "evidence": [{"start": 10, "end": 12, "text": "He"}, {"start": 18, "end": 20, "text": "”."}],
    "note": "n",
}


def read(*rows):
    text = "".join(csv_rows.write(rows))
    assert text.endswith("\r\n")
    return list(standard.DictReader(io.StringIO(text, newline="")))


def test_the_heading_stands_there_also_without_answers():
    assert "".join(csv_rows.write([])) == ",".join(csv_rows.COLUMNS) + "\r\n"


def test_an_answer_without_claims_is_one_row():
    (record,) = read(ROW | {"status": None, "unsure": True})
    assert (record["sentence"], record["status"], record["unsure"]) == ("3", "", "true")
    assert (record["claim"], record["speaker"], record["conditional"]) == ("", "", "")
    assert record["text"] == "He said “no”."


def test_an_answer_with_claims_is_a_row_for_each():
    first, second = read(ROW | {"claims": [CLAIM, CLAIM | {"mention": None, "via": []}]})
    assert (first["claim"], second["claim"]) == ("1", "2")
    assert (first["mention_start"], first["mention_end"], first["mention"]) == ("10", "12", "He")
    assert (first["via"], first["evidence"]) == ("U.S. News > Reuters", "He | ”.")
    assert (first["certainty"], first["conditional"], first["claim_note"]) == ("", "true", "n")
    assert second["mention_start"] == second["mention"] == second["via"] == ""
    assert first["created_at"] == second["created_at"] == "2026-11-21T03:00:00Z"


def test_no_field_of_a_row_is_missing():
    flat = {"number", "claim", "mention_start", "mention_end", "claim_note", "attempt"}
    assert set(csv_rows.COLUMNS) == (ROW.keys() | CLAIM.keys() | flat) - {"claims"}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\tx",
        "\rx",
        "  =1",
        '"=1',
        "'=1",
        ",=1",
        ";-1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\n=1",
    ],
)
def test_a_cell_that_begins_a_formula_gets_an_apostrophe(text):
    (record,) = read(ROW | {"note": text})
    assert record["note"] == "'" + text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ('x";=1', "x\";'=1"),
        ("x,+1", "x,'+1"),
        ("x\t=1", "x\t'=1"),
        ("x\n@y", "x\n'@y"),
        ('=1";=2', "'=1\";'=2"),
    ],
)
def test_a_formula_after_a_quote_or_separator_gets_one_too(text, safe):
    (record,) = read(ROW | {"note": text})
    assert record["note"] == safe


@pytest.mark.parametrize("text", ["a-b", "1 + 1 = 2", "me@x.org", "“-”", "so: - not", "", "No, -5"])
def test_other_text_stays_what_it_is(text):
    (record,) = read(ROW | {"note": text})
    assert record["note"] == text


@pytest.mark.parametrize("field", ["text", "note", "annotator", "article"])
def test_every_text_of_an_answer_is_made_harmless(field):
    assert read(ROW | {field: "=1"})[0][field] == "'=1"


@pytest.mark.parametrize("field", ["speaker", "note", "via", "mention", "evidence"])
def test_every_text_of_a_claim_is_made_harmless(field):
    span = {"start": 1, "end": 3, "text": "=1"}
    value = {"via": ["=1"], "mention": span, "evidence": [span]}.get(field, "=1")
    (record,) = read(ROW | {"claims": [CLAIM | {field: value}]})
    assert record["claim_note" if field == "note" else field] == "'=1"


def test_numbers_stay_numbers():
    assert read(ROW | {"start": -5})[0]["start"] == "-5"


def test_line_breaks_and_commas_inside_a_cell_come_back():
    text = 'one,\r\ntwo "three"\nfour'
    assert read(ROW | {"note": text})[0]["note"] == text
