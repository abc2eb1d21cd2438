"""`annotator convert` and what a dry run tells of each article; downloads into a project."""

import json
from dataclasses import replace
from datetime import date

import pytest
from archive_writers import SHAPES, Written, lexis_txt
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Article

pytest.importorskip("lxml")

LONG = tuple(
    f"Paragraph {number} says what the {name} of the talks about the treaty was said to be."
    for number, name in enumerate(["beginning", "middle", "end", "price", "result"])
)
NAMES = (
    "file number key title publisher author published_on language words declared_words sentences"
    " warnings"
)
ARTICLES = [
    Written("Talks resume", LONG, day=date(2018, 1, 10), number=1),
    Written("Talks end", ("A caption of few words.",), "The Evening Post", day=date(2019, 2, 1)),
    Written("Talks resume", LONG, day=date(2018, 1, 10), number=3),
    Written("Talks resumed", (*LONG, "Late edition."), day=date(2018, 1, 11), number=4),
]


@pytest.fixture
def download(tmp_path):
    path = tmp_path / "download.TXT"
    path.write_bytes(lexis_txt(ARTICLES))
    return path


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_dry_run_tells_each_article_and_needs_no_project(command, download):
    result = command("import", download, "--dry-run", "--json")
    assert result.exit_code == 0, result.stderr
    first, second, twin, near = lines(result)
    assert list(first) == NAMES.split()
    assert first == {
        "file": "download.TXT",
        "number": 1,
        "key": "download-0001",
        "title": "Talks resume",
        "publisher": "The Daily Courier",
        "author": "Jane Roe",
        "published_on": "2018-01-10",
        "language": "en",
        "words": 80,
        "declared_words": 80,
        "sentences": 6,
        "warnings": ["Near copy of “download-0004”."],
    }
    assert second["warnings"] == ["It has only 5 words: is it an article?"]
    assert twin["warnings"] == [
        "Left out: article 3: the same text is already in this import as “download-0001”."
    ]
    assert near["warnings"] == ["Near copy of “download-0001”."]
    assert "3 articles, “download-0001” to “download-0004”" in result.stderr
    assert "1 too short" in result.stderr
    assert "left out: article 3, “Talks resume”: the same text is" in result.stderr


def test_articles_that_are_there_already_are_left_out_of_a_download(project, command, download):
    result = command("import", download, "-p", project.slug)
    assert result.exit_code == 0, result.stderr
    keys = select(Article.key).order_by(Article.key)
    assert list(db.session.scalars(keys)) == ["download-0001", "download-0002", "download-0004"]
    stored = db.session.scalars(select(Article).order_by(Article.id)).first()
    assert (stored.publisher, stored.published_on) == ("The Daily Courier", date(2018, 1, 10))
    assert stored.extra["metadata"]["database"] == "LexisNexis"
    assert stored.extra["metadata"]["declared_words"] == 80
    again = command("import", download, "-p", project.slug)
    assert again.exit_code == 1
    assert "all of its 4 articles are left out, the first: article 1" in again.stdout


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--least-words", "30"], [1, 4]),
        (["--from", "2018-01-11"], [2, 4]),
        (["--to", "2018-01-10"], [1]),
        (["--publisher", "the evening  post"], [2]),
        (["--leave-out", "short"], [1, 4]),
        (["--leave-out", "near"], [1, 2]),
        (["--leave-out", "near", "--from", "2018-01-11"], [2, 4]),
    ],
)
def test_only_what_is_wanted_is_converted(command, download, options, numbers):
    result = command("convert", download, "-o", "-", *options)
    assert result.exit_code == 0, result.stderr
    assert [int(row["key"].rpartition("-")[2]) for row in lines(result)] == numbers


def test_what_was_converted_is_imported_as_the_same_articles(project, command, download, tmp_path):
    out = tmp_path / "out.jsonl"
    assert command("convert", download, "-o", out).exit_code == 0
    command("import", out, "-p", project.slug)
    converted = db.session.scalars(select(Article).order_by(Article.key)).all()
    told = lines(command("import", download, "--dry-run", "--json"))
    assert [
        (each.key, each.title, each.publisher, each.author, str(each.published_on), each.language)
        for each in converted
    ] == [
        (each["key"], each["title"], each["publisher"], each["author"], each["published_on"],
         each["language"])
        for each in told
        if each["number"] != 3
    ]  # fmt: skip
    assert converted[0].text == "\n\n".join(["Talks resume", *LONG])
    assert converted[0].extra["metadata"]["section"] == "Politics"


def test_a_language_that_is_chosen_is_that_of_all_converted_articles(command, download):
    result = command("convert", download, "-o", "-", "--language", "German")
    assert {row["language"] for row in lines(result)} == {"de"}
    wrong = command("convert", download, "-o", "-", "--language", "??")
    assert wrong.exit_code == 2
    assert "write a code, for example de or pt-BR" in wrong.stderr


def test_a_bad_file_is_refused_and_the_others_are_written(command, download, tmp_path):
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "good.xml").write_bytes(
        SHAPES["factiva xml"].write([replace(ARTICLES[0], title="Other", paragraphs=LONG[:2])])
    )
    out = tmp_path / "out.jsonl"
    result = command("convert", tmp_path / "bad.docx", tmp_path / "good.xml", "-o", out)
    assert result.exit_code == 1
    assert "bad.docx: refused: this is a ZIP archive" in result.stderr
    assert [json.loads(line)["title"] for line in out.read_text().splitlines()] == ["Other"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bad.docx", "download.TXT", "good.xml", "out.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json"], "--json needs --dry-run"),
        ([], "Missing option '-p'"),
        (["--dry-run", "--from", "2019-01-01", "--to", "2018-01-01"], "is after --to 2018-01-01"),
    ],
)
def test_wrong_use_is_said(command, download, arguments, said):
    result = command("import", download, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
