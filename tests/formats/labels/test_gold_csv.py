"""Gold as CSV: a row per sentence and a row per claim, for programs that know no JSON."""

import csv as standard
import io

from annotator.formats.labels import gold_csv
from annotator.formats.labels.csv_rows import PLAIN, Dialect
from annotator.formats.labels.gold_csv import Lines

CLAIM = {
    "speaker": "=James Mattis",
    "speaker_type": "person",
    "mention": {"start": 10, "end": 12, "text": "He"},
    "via": ["U.S. News", "Reuters"],
    "stance": "oppose",
    "certainty": "certain",
    "conditional": False,
    "aspect": None,
    "fields": {"speaker": "unanimous", "stance": "majority", "certainty": "unanimous"},
    "votes": {"speaker": {"yes": 3}, "stance": {"oppose": 2, "neutral": 1}, "certainty": {}},
    "margin": {"speaker": 1.0, "stance": 0.333333, "certainty": 1.0},
    "posterior": {},
}
ROW = {
    "project": "p",
    "article": "a",
    "sentence": 0,
    "start": 10,
    "end": 20,
    "text": "He said “no”,\nagain.",
    "segment": "body",
    "how": "majority",
    "n": 3,
    "status": "claims",
    "claims": [CLAIM, CLAIM | {"speaker": "Reuters", "mention": None, "via": []}],
    "fields": {"status": "unanimous"},
    "votes": {"status": {"claims": 3}},
    "margin": {"status": 1.0},
    "posterior": {},
    "soft_label": {},
    "adjudicator": None,
    "reason": "",
    "rule": None,
    "stale": False,
    "codebook_version": None,
    "decided_at": None,
    "open": None,
}
EMPTY = ROW | {"sentence": 1, "status": "no_claim", "claims": []}
ARTICLES = {"a": {"publisher": "AP", "published_on": "2019-05-03", "language": "en", "other": 1}}


def read(table, dialect=PLAIN):
    text = "".join(gold_csv.write([ROW, EMPTY], table, ARTICLES, dialect))
    assert text.endswith("\n")
    assert "\r" not in text
    assert text.startswith("\ufeff") == dialect.mark
    file = io.StringIO(text.removeprefix("\ufeff"), newline="")
    return list(standard.DictReader(file, delimiter=dialect.separator))


def test_every_sentence_is_a_row_numbered_as_in_files_and_as_on_pages():
    first, second = read("sentences")
    assert (first["sentence"], first["number"], second["number"]) == ("0", "1", "2")
    assert (first["status"], first["claims"], second["claims"]) == ("claims", "2", "0")
    assert (first["votes"], first["margin"], first["open"]) == ("claims 3", "1.0", "")
    assert (first["publisher"], first["published_on"]) == ("AP", "2019-05-03")


def test_every_claim_is_a_row_that_joins_its_sentence():
    first, second = read("claims")
    assert [(r["article"], r["sentence"], r["claim"]) for r in (first, second)] == [
        ("a", "0", "1"),
        ("a", "0", "2"),
    ]
    assert (first["stance"], first["stance_how"]) == ("oppose", "majority")
    assert (first["stance_votes"], first["stance_margin"]) == ("oppose 2 | neutral 1", "0.333333")
    assert (first["via"], first["mention"], second["mention"]) == ("U.S. News > Reuters", "He", "")


def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe():
    assert read("claims")[0]["speaker"] == "'=James Mattis"


def test_a_text_with_a_bare_carriage_return_is_quoted_and_stays_one_row():
    text = "He left.\rShe stayed."
    file = "".join(gold_csv.write([ROW | {"text": text}], "sentences", ARTICLES, PLAIN))
    assert f'"{text}"' in file
    assert "\r\n" not in file
    (row,) = standard.DictReader(io.StringIO(file, newline=""))
    assert row["text"] == text


def test_excel_gets_its_mark_and_where_the_comma_is_decimal_semicolons():
    for separator in ",;":
        (first, _) = read("sentences", Dialect(mark=True, separator=separator))
        assert (first["project"], first["text"]) == ("p", ROW["text"])


def test_without_texts_no_column_holds_words_of_an_article():
    for table in gold_csv.COLUMNS:
        lines = Lines(table, ARTICLES, with_text=False)
        made = lines.heading() + lines.of(ROW)
        assert not {"text", "mention"} & set(made.splitlines()[0].split(","))
        assert "said" not in made
