"""Hostile files: refused in words or read safely, soon; nothing of one is half stored."""

import io
import json
import time

import pytest
from slow_cases import further, slow
from sqlalchemy import func, select

from annotator.errors import RefusedError
from annotator.store.db import db, write_in_steps
from annotator.store.models import Article, Sentence
from annotator.work.articles.import_run import Run
from annotator.work.articles.storing import read_articles

DEEP = b'{"text": "Talks.", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
WIDE = ",".join(f"c{number}" for number in range(10_000)).encode()
REFUSED = [
    ("a.txt", "Müller".encode()[:2], "was truncated"),
    ("a.txt", "Talks went on.".encode("utf-16-le"), "UTF-16 without a byte order mark"),
    ("a.txt", b"\xff\xfeT\x00a", "UTF-16"),
    ("a.txt", b"one\0two three", "NUL"),
    ("a.txt", b"a" * 30 * 1024 * 1024, "30.0 MB, at most 20 MB|too large: 20.0 MB"),
    ("a.txt", b"%PDF-1.7 renamed", "PDF"),
    ("a.jsonl", b'{"text": "half \\ud800 of it"}', "the text contains an unpaired surrogate"),
    ("a.jsonl", b'{"text": "NUL \\u0000 here"}', "line 1: the text contains a NUL"),
    ("a.jsonl", b'{"text": "Good."}\n{"text": "cut', "line 2: it is not valid JSON"),
    ("a.jsonl", b'{"text": "caf\xe9"}', "line 1: byte 14 of the line is not UTF-8"),
    ("a.jsonl", '{"text": "wide"}'.encode("utf-16"), "line 1: it looks like UTF-16"),
    ("a.jsonl", b'\n\n["a list"]', "line 3: it is not an object"),
    ("a.jsonl", DEEP, "line 1: it is nested too deeply"),
    ("a.jsonl", b'{"text": "One.", "n": NaN}', "NaN is not valid JSON"),
    ("a.jsonl", b'{"text": "One.", "text": "Two."}', "duplicate key “text”"),
    ("a.jsonl", b'{"text": "One.", "n": 1' + b"0" * 9_000 + b"}", "line 1"),
    ("a.jsonl", b'{"text": "One.", "m": {"k\\u0000": 1}}', "metadata contain a NUL"),
    ("a.jsonl", b'{"text": "One.", "m": "\\ud800"}', "unpaired surrogate"),
    ("a.jsonl", b'{"text": "One.", "key": "../../etc/passwd"}', "contains a slash"),
    ("a.jsonl", b'{"text": "One.", "key": "a\\u202eb"}', "right-to-left override"),
    ("a.jsonl", b'{"text": 7}', "“text” is a number, expected a text"),
    ("a.jsonl", b'{"text": " "}', "“text” is empty"),
    ("a.jsonl", b'{"text": "One.", "published_on": "May 3"}', "write the date as 2019-05-03"),
    ("a.jsonl", b'{"text": "One.", "title": "' + b"t" * 600 + b'"}', "title has 600 characters"),
    ("a.jsonl", b'{"text": "One.", "x": "' + b"x" * 200_000 + b'"}', "metadata have 200,0"),
    ("a.jsonl", json.dumps({str(n): n for n in range(201)}).encode(), "201 keys, at most 200"),
    ("a.jsonl", b"\n \n", "it contains no data"),
    ("a.json", DEEP, "nested too deeply"),
    ("a.json", b"[]", "its list is empty"),
    ("a.json", b'[{"text": "One."}, 7]', "article 2: it is not an object"),
    ("a.json", b'{"text": "One."', "it is not valid JSON"),
    ("a.json", '{"text": "Müller"}'.encode("cp1252"), "it is not UTF-8; save it"),
    ("a.csv", b'key,text\n1,"One.\n2,Two.\n', "line 2: its quotation marks are not balanced"),
    ("a.csv", b'key,text\n1,"One." and\n', "line 2: its quotation marks are not balanced"),
    ("a.csv", b"key,text\n1,One.\n2,Two.,x\n", "line 3 has 3 columns, expected 2"),
    ("a.csv", WIDE + b"\n", "10,000 columns, at most 200"),
    ("a.csv", b"key,,text\n", "column 2 has no name"),
    ("a.csv", b"text,text\nOne.,Two.\n", "two columns are called “text”"),
    ("a.csv", b"key,text\n", "a header line but no rows"),
    ("a.csv", b"key,prose\n1,One.\n", "there is no “text”; it has “key”, “prose”"),
    ("a.tsv", b"key,text\n1,One.\n", "there is no “text”; it has “key,text”"),
    ("a.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "it is XML that nobody reads"),
    ("a.zip", b"PK\x03\x04", "it was truncated"),
    (
        "a.ann",
        b"T1\tSpeaker 0 5\tTalks\n",
        r"these are labels of brat \(by its name\), and no article",
    ),
]


@pytest.mark.parametrize(("name", "raw", "cause"), further(REFUSED))
def test_it_is_refused_with_place_and_cause_and_nothing_of_it_is_stored(project, name, raw, cause):
    begun = time.monotonic()
    with pytest.raises(RefusedError, match=cause):
        list(read_articles(name, raw))
    assert time.monotonic() - begun < 20
    with Run(project) as run:
        run.read("good.jsonl", lambda _: io.BytesIO(b'{"text": "Good news."}'))
        run.read(name, lambda _: io.BytesIO(raw))
        write_in_steps(run.store(lambda: None))
    assert [bool(report.refusal) for report in run.reports] == [False, True]
    assert db.session.scalar(select(func.count(Article.id))) == 1
    assert db.session.scalar(select(func.count(Sentence.id))) == 1


@pytest.mark.parametrize(
    "raw",
    [
        "Zero\u200bwidth and \u202eright to left\u202c. Next one.".encode(),
        pytest.param(b"Line.\n" * 100_000, marks=slow),
        ("\ufeff" + "Talks went on. " * 50).encode("utf-16-be"),
        b"=cmd|' /C calc'!A0 was said. <script>alert(1)</script> he added.",
    ],
    ids=["bidi", "lines", "utf-16", "formula"],
)
def test_it_is_stored_exactly(project, raw):
    with Run(project) as run:
        run.read("a.txt", lambda _: io.BytesIO(raw))
        write_in_steps(run.store(lambda: None))
    assert run.refused == 0, run.reports
    text = db.session.scalar(select(Article.text))
    marked = raw.startswith(b"\xfe\xff")
    assert text == (raw[2:].decode("utf-16-be") if marked else raw.decode())


@slow
def test_a_million_tiny_lines_are_refused_for_their_number():
    with pytest.raises(RefusedError, match="more than 500,000 sentences"):
        list(read_articles("a.txt", b"A.\n\n" * 1_000_000))


@slow
def test_a_table_of_many_rows_is_one_file(project):
    raw = b"key,text\n" + b"".join(b"%d,Row %d says so.\n" % (n, n) for n in range(5_000))
    with Run(project) as run:
        run.read("a.csv", lambda _: io.BytesIO(raw))
        write_in_steps(run.store(lambda: None))
    assert (run.reports[0].articles, len(run.stored)) == (5_000, 5_000)


def test_the_line_of_a_repeated_text_is_named():
    raw = b'{"key": "a", "text": "One."}\n\n{"key": "b", "text": "One."}\n'
    assert [draft.where for draft in read_articles("a.jsonl", raw)] == ["line 1", "line 3"]
