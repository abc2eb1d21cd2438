"""The columns of a table are picked on the page, also where it could not be read without."""

import re
from html import unescape

import pytest
from lead_form import preview, send, stored, upload
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Article

ROWS = b"id;prose;desk\n7;Talks went on.;World\n8;He left.;World\n"
PATH = "/projects/us-russia/import"


@pytest.fixture
def lea(browser):
    return browser("lea")


def hidden(page, name):
    return [unescape(each) for each in re.findall(rf'name="{name}" value="([^"]*)"', page.text)]


def test_a_table_without_our_names_offers_its_columns(lea):
    page = preview(lea, "us-russia", ("rows.csv", ROWS), status=422)
    assert "choose which one contains the text" in page.text
    assert '<option value="prose">prose</option>' in page.text
    assert hidden(page, "carried") == []
    assert len(hidden(page, "again")) == 1


def test_the_picked_columns_are_read_kept_and_stored(lea):
    page = preview(lea, "us-russia", ("rows.csv", ROWS), status=422)
    picked = {"column-1-text": "prose", "column-1-key": "id", "column-1-title": ""}
    page = send(lea, PATH, {**upload(), "again": hidden(page, "again"), **picked}, 200)
    assert "2 articles, 2 sentences" in page.text
    assert '<option value="prose" selected>prose</option>' in page.text
    fields = {"carried": hidden(page, "carried"), "give": "nobody"}
    send(lea, f"{PATH}/add", fields, 303)
    found = db.session.execute(select(Article.key, Article.text, Article.extra)).all()
    assert [(key, text, extra["metadata"]) for key, text, extra in found] == [
        ("7", "Talks went on.", {"desk": "World"}),
        ("8", "He left.", {"desk": "World"}),
    ]


def test_a_column_that_is_not_there_is_refused(lea):
    page = preview(lea, "us-russia", ("rows.csv", ROWS), status=422)
    fields = {**upload(), "again": hidden(page, "again"), "column-1-text": "other"}
    assert "there is no column “other”" in send(lea, PATH, fields, 422).text
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"text,title\nOne.,A\nTwo.\n", "line 3 has 1 column, expected 2"),
        (b'text,title\n"One.,A\n', "quotation marks are not balanced"),
        (b"text,title\n", "a header line but no rows"),
    ],
)
def test_no_columns_are_offered_where_none_would_help(lea, raw, said):
    page = preview(lea, "us-russia", ("notes.csv", raw), status=422)
    assert said in page.text
    assert "Columns of" not in page.text
    assert 'name="again"' not in page.text


def test_a_new_version_is_shown_and_stored_beside_the_old_one(lea):
    first = preview(lea, "us-russia", ("a.txt", b"One. Two."))
    send(lea, f"{PATH}/add", {"carried": hidden(first, "carried"), "give": "nobody"}, 303)
    refused = preview(lea, "us-russia", ("a.txt", b"One. Two. Three."), status=422)
    assert "already an article “a” with another text" in refused.text
    page = preview(lea, "us-russia", ("a.txt", b"One. Two. Three."), new_version="y")
    assert "this text becomes a new version with the key “a@2”" in page.text
    fields = {"carried": hidden(page, "carried"), "give": "nobody", "new_version": "y"}
    send(lea, f"{PATH}/add", fields, 303)
    assert list(db.session.scalars(select(Article.key).order_by(Article.key))) == ["a", "a@2"]


def test_a_near_duplicate_is_named_in_the_preview(lea):
    wire = " ".join(f"Sentence {number} speaks of talks in Geneva." for number in range(30))
    first = preview(lea, "us-russia", ("a.txt", wire.encode()))
    send(lea, f"{PATH}/add", {"carried": hidden(first, "carried"), "give": "nobody"}, 303)
    page = preview(lea, "us-russia", ("b.txt", wire.encode() + b" More."))
    assert "Near-duplicate of “a”" in page.text
    send(lea, f"{PATH}/add", {"carried": hidden(page, "carried"), "give": "nobody"}, 303)
    assert "Near-duplicate of a" in lea.get("/projects/us-russia/articles").text


def test_near_duplicates_among_the_files_are_named_in_the_preview(lea):
    wire = " ".join(f"Minister {number} spoke of talks." for number in range(60)).encode()
    page = preview(
        lea, "us-russia", ("a.txt", wire), ("b.txt", wire + b" More."), ("c.txt", b"No.")
    )
    assert page.text.count("Near-duplicate of") == 1
    assert "Near-duplicate of “a”" in page.text


def test_brat_labels_go_with_their_text(lea):
    good = preview(lea, "us-russia", ("a.txt", b"One. Two."), ("a.ann", b"T1\tX 0 3\tOne\n"))
    assert "1 of 1 file can be added" in good.text
    bad = preview(
        lea, "us-russia", ("a.txt", b"One. Two."), ("a.ann", b"T1\tX 0 3\tTwo\n"), status=422
    )
    assert "its labels (.ann): line 1" in bad.text


def test_usual_headings_are_guessed_and_an_ambiguous_date_is_asked_for(lea):
    raw = b"Headline;Body;Source;Date;Link\nTalks;Talks went on.;Herald;05.06.2019;https://a.example\n"
    page = preview(lea, "us-russia", ("rows.csv", raw), status=422)
    assert "choose the date format" in page.text
    for column in ("Headline", "Body", "Source", "Date", "Link"):
        assert f'<option value="{column}" selected>' in page.text
    fields = {**upload(), "again": hidden(page, "again"), "dates-1": "dmy"}
    page = send(lea, PATH, fields, 200)
    assert "5 Jun 2019" in page.text
    send(lea, f"{PATH}/add", {"carried": hidden(page, "carried"), "give": "nobody"}, 303)
    [found] = db.session.scalars(select(Article)).all()
    assert (found.title, found.publisher, found.url) == ("Talks", "Herald", "https://a.example")
    assert found.published_on.isoformat() == "2019-06-05"


def test_days_that_prove_their_order_need_no_choice(lea):
    raw = b"text,date\nTalks went on.,05/06/2019\nHe left.,06/25/2019\n"
    page = preview(lea, "us-russia", ("rows.csv", raw))
    assert '<option value="mdy" selected>' in page.text
    assert "6 May 2019" in page.text


RECORDS = b'[{"id": 7, "body": "Talks went on.", "desk": "World", "when": "5/3/2019"}]'


def test_json_with_other_keys_offers_them_as_columns(lea):
    page = preview(lea, "us-russia", ("rows.json", RECORDS), status=422)
    assert '<option value="body" selected>body</option>' in page.text
    picked = {"column-1-text": "body", "column-1-key": "id", "column-1-published_on": "when"}
    page = send(lea, PATH, {**upload(), "again": hidden(page, "again"), **picked}, 422)
    assert "Date format" in page.text
    picked["dates-1"] = "mdy"
    page = send(lea, PATH, {**upload(), "again": hidden(page, "again"), **picked}, 200)
    send(lea, f"{PATH}/add", {"carried": hidden(page, "carried"), "give": "nobody"}, 303)
    (found,) = db.session.scalars(select(Article))
    assert (found.key, found.text, str(found.published_on)) == ("7", "Talks went on.", "2019-05-03")
    assert found.extra["metadata"] == {"desk": "World"}


def test_json_lines_with_further_keys_can_be_read_by_other_columns(lea):
    raw = b'{"key": "7", "text": "Talks went on.", "source_domain": "herald.example"}\n'
    page = preview(lea, "us-russia", ("rows.jsonl", raw))
    picked = {"column-1-text": "text", "column-1-key": "key", "column-1-publisher": "source_domain"}
    page = send(lea, PATH, {**upload(), "carried": hidden(page, "carried"), **picked}, 200)
    send(lea, f"{PATH}/add", {"carried": hidden(page, "carried"), "give": "nobody"}, 303)
    assert db.session.scalars(select(Article.publisher)).one() == "herald.example"


@pytest.mark.parametrize("raw", [b'{"key": "7", "text": "Talks went on."}', b"[1, 2]", b"{"])
def test_json_with_our_keys_or_without_any_has_nothing_to_choose(lea, raw):
    page = preview(lea, "us-russia", ("rows.json", raw), status=422 if raw[1:2] != b'"' else 200)
    assert "Columns of" not in page.text


def test_a_near_duplicate_in_a_table_is_named_with_its_line(lea):
    told = " ".join(f"The envoy said on day {n} that talks go on." for n in range(30))
    rows = f"key,text\na,{told}\nb,Other words are here.\nc,{told} He left.\n".encode()
    page = preview(lea, "us-russia", ("rows.csv", rows))
    assert "“<bdi>c</bdi>” (line 4) of “<bdi>a</bdi>”" in page.text


BROKEN = (
    b'{"key": "a", "text": "One went on."}\n{\n{"key": "b"}\n{"key": "c", "text": "He left."}\n'
)


def test_rows_that_can_be_no_articles_are_left_out_where_somebody_asks(lea):
    refused = preview(lea, "us-russia", ("rows.jsonl", BROKEN), status=422)
    assert "This file will not be stored" in refused.text
    page = preview(lea, "us-russia", ("rows.jsonl", BROKEN), skip="y")
    assert "Left out: 2 rows" in page.text
    assert "line 3: there is no “text”" in page.text
    assert stored() == (0, 0)
    fields = {"carried": hidden(page, "carried"), "give": "nobody"}
    assert lea.post(f"{PATH}/add", fields).status_code == 422  # the question was another one
    send(lea, f"{PATH}/add", {**fields, "skip": "y"}, 303)
    assert sorted(db.session.scalars(select(Article.key))) == ["a", "c"]
    assert "2 rows left out" in lea.get(PATH).text
