"""Importing: what comes in is stored whole, or refused with its cause."""

import json
from datetime import date

import pytest
from places import DATA
from slow_cases import slow
from sqlalchemy import func, select

from annotator.codebook.load import load_default
from annotator.errors import RefusedError
from annotator.formats.articles import article as drafts
from annotator.formats.articles import choosing
from annotator.paths import SAMPLES
from annotator.store.db import db, write
from annotator.store.models import Article, Sentence
from annotator.text.splitters import ENGLISH
from annotator.work.accounts import projects
from annotator.work.articles import storing
from annotator.work.articles.known_texts import DuplicateError, KnownTexts
from annotator.work.articles.storing import read_file, store_article

SEED = SAMPLES / "000_96e20d9a8f8d9c95.txt"
EXPECTED = DATA / "seed_sentences.jsonl"
SHORT = b"Talks fail\n\nMr. Orlov said no. He left.\n"


def store(project, name, raw):
    draft = read_file(name, raw)
    with write():
        return store_article(project, draft)


def stored_counts():
    return (
        db.session.scalar(select(func.count(Article.id))),
        db.session.scalar(select(func.count(Sentence.id))),
    )


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_seed_articles_are_stored_with_the_expected_sentences(project, path):
    article = store(project, path.name, path.read_bytes())
    rows = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
    expected = [
        (row["position"], row["start"], row["end"], row["segment"])
        for row in rows
        if row["article"] == path.name
    ]
    found = db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id).order_by(Sentence.position)
    ).all()
    assert [(each.position, each.start, each.end, each.segment) for each in found] == expected
    text = db.session.scalar(select(Article.text).where(Article.id == article.id))
    assert text == path.read_bytes().decode("utf-8")
    assert all(each.text == text[each.start : each.end] for each in found)
    assert article.sentence_count == len(expected)


def test_the_article_keeps_title_date_encoding_and_splitter(project, article):
    assert article.key == "000_96e20d9a8f8d9c95"
    assert article.title == (
        "James Mattis: No plans for U.S., Russian military cooperation in Syria"
    )
    assert article.published_on == date(2018, 7, 24)
    assert article.encoding == "utf-8"
    assert article.splitter == ENGLISH.name
    assert len(article.sha256) == 64


def test_the_same_text_twice_is_refused_with_the_key_of_the_first(project, article):
    with pytest.raises(DuplicateError, match="already in this project as article “000_96e2"):
        store(project, "again.txt", SEED.read_bytes())
    assert stored_counts() == (1, 22)


def test_another_text_under_a_taken_key_is_refused(project):
    store(project, "a.txt", SHORT)
    with pytest.raises(DuplicateError, match="already an article “a” with another text"):
        store(project, "a.txt", SHORT + b"More.")
    assert stored_counts() == (1, 3)


def test_another_project_may_hold_the_same_text(project, article):
    with write():
        other = projects.create("other", "Other", load_default())
    assert store(other, SEED.name, SEED.read_bytes()).id != article.id


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"... --- !!!", "no sentence"),
        (b"one\0two three", "NUL"),
        ("A line of text.".encode("utf-16-le"), "UTF-16"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\xff\xfe\x00", "UTF-16"),
        (bytes(range(256)), "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_its_cause(raw, cause):
    with pytest.raises(RefusedError, match=cause):
        read_file("a.txt", raw)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(choosing, "LARGEST_FILE", 3)
    with pytest.raises(RefusedError, match="too large"):
        read_file("a.txt", b"1234")


def test_an_article_of_too_many_sentences_is_refused(monkeypatch):
    monkeypatch.setattr(drafts, "MOST_SENTENCES", 2)
    with pytest.raises(RefusedError, match="it has more than 2 sentences"):
        read_file("a.txt", SHORT)


@pytest.mark.parametrize("name", ["scan.pdf", "rows.ods", "talks.epub"])
def test_a_known_other_format_is_refused_by_name(name):
    with pytest.raises(RefusedError, match="which cannot be imported"):
        read_file(name, SHORT)


def test_labels_of_brat_are_refused_as_an_article_with_the_way_they_come_in():
    with pytest.raises(RefusedError, match=r"labels of brat .*annotator labels import"):
        read_file("labels.ann", SHORT)


def test_any_file_can_be_read_as_plain_text_if_one_says_so():
    assert read_file("talks.csv", SHORT, "txt").key == "talks"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("003.txt", "003"),
        ("003", "003"),
        ("notes.md", "notes"),
        ("v1.0", "v1.0"),
        ("a.b.txt", "a.b"),
        ("../../etc/passwd", "passwd"),
        ("C:\\texts\\talks.txt", "talks"),
        ("  spaced out.txt ", "spaced out"),
        ("Mu\u0308nchen.txt", "M\u00fcnchen"),
        ("k" * 120 + ".txt", "k" * 120),
    ],
)
def test_the_key_is_the_cleaned_name_without_extension(name, key):
    assert read_file(name, SHORT).key == key


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("a\nb.txt", "control character"),
        ("a\x00b.txt", "control character"),
        ("\u202etxt.exe.a", "right-to-left override"),
        ("\udce4.txt", "unpaired surrogate"),
        ("", "no letter"),
        (".txt", "no letter"),
        ("..", "no letter"),
        ("k" * 121, "121 characters"),
    ],
)
def test_a_name_that_cannot_be_a_key_is_refused(name, cause):
    with pytest.raises(RefusedError, match=cause):
        read_file(name, SHORT)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("“Nein”, sagte Müller.".encode(), "utf-8"),
        ("“Nein”, sagte Müller.".encode("utf-8-sig"), "utf-8"),
        ("“Nein”, sagte Müller.".encode("cp1252"), "cp1252"),
        ("\ufeff“Nein”, sagte Müller.".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_every_known_encoding_gives_the_same_text(raw, encoding):
    draft = read_file("a.txt", raw)
    assert (draft.text, draft.encoding) == ("“Nein”, sagte Müller.", encoding)
    assert any("which is a guess" in said for said in draft.warnings) == (encoding == "cp1252")


def test_line_ends_and_odd_signs_come_back_exactly(project):
    text = "Talks\r\n\r\nHe said 😀 “no”.\u2028She left.\x0b\r\n"
    article = store(project, "a.txt", text.encode())
    assert db.session.scalar(select(Article.text).where(Article.id == article.id)) == text


@slow
def test_ten_megabytes_are_one_article(project):
    sentence = "The minister said" + " that the talks would go on" * 60 + ".\n\n"
    count = 10 * 1024 * 1024 // len(sentence)
    article = store(project, "long.txt", (sentence * count).encode())
    assert article.sentence_count == count
    last = db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id).order_by(Sentence.position.desc())
    ).first()
    assert last.text == sentence.strip()


def test_warnings_stay_with_the_article(project):
    article = store(project, "a.txt", b"One block of text, with nothing around it at all.")
    assert "No paragraph breaks found" in article.extra["warnings"][0]


def test_a_typed_title_wins_and_is_checked():
    draft = read_file("a.txt", SHORT)
    assert drafts.with_title(draft, "  Talks \n fail  again ").title == "Talks fail again"
    assert drafts.with_title(draft, "  ") is draft
    with pytest.raises(RefusedError, match="longer than 500"):
        drafts.with_title(draft, "x" * 501)
    with pytest.raises(RefusedError, match="control character"):
        drafts.with_title(draft, "a\0b")


def test_a_line_longer_than_any_paragraph_is_refused_by_number_before_it_is_split():
    raw = b"Headline\n\n" + b"One sentence. " * 750_000
    with pytest.raises(RefusedError, match="line 3 has 10,500,000 characters, at most 1,000,000"):
        storing.read_file("long.txt", raw)


def test_a_sentence_that_nobody_could_read_is_refused_by_line():
    raw = b"Headline\n\nIt begins.\n\n" + b"word " * 5_000 + b"\n"
    with pytest.raises(RefusedError, match="line 5 contains a sentence of 24,999 characters"):
        storing.read_file("long.txt", raw)


PLAIN, WINDOWS = b"A line.\n\nAnother.", b"A line.\r\n\r\nAnother.\r\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [(PLAIN, WINDOWS), (WINDOWS, PLAIN), (PLAIN, PLAIN + b"\n\n\n"), (PLAIN + b"\n", PLAIN)],
    ids=["windows", "from windows", "more at the end", "less at the end"],
)
def test_the_same_text_with_other_line_ends_is_a_duplicate(project, first, second):
    known_texts = KnownTexts(project)
    known_texts.take(read_file("a.txt", first), new_version=False)
    with pytest.raises(DuplicateError, match="the same text is already in this import as “a”"):
        known_texts.take(read_file("b.txt", second), new_version=False)
    with write():
        stored = store_article(project, read_file("a.txt", first))
    assert stored.text.encode() == first
    with pytest.raises(
        DuplicateError, match="the same text is already in this project as article “a”"
    ):
        store_article(project, read_file("b.txt", second))
