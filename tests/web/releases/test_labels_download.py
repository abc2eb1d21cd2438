"""The lead's download of all labels."""

import csv
import io
import json
import logging

import pytest
from installation import staged
from labelling_examples import claims, save

from annotator.formats.articles import jsonl
from annotator.store.db import db
from annotator.work.labelling import annotation_rows

JSONL = "/projects/us-russia/labels.jsonl"
CSV = "/projects/us-russia/labels.csv"


@pytest.fixture
@staged
def labelled(article):
    save(article, claims(note="=1+1 “so”"))
    save(article, claims(), name="ben", position=3)
    return article


def test_the_lead_gets_every_row(labelled, browser, project):
    response = browser("lea").get(JSONL)
    assert response.text == "".join(jsonl.write(annotation_rows.annotation_rows(project)))
    assert [json.loads(line)["sentence"] for line in response.text.splitlines()] == [2, 3]
    assert response.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    named = 'attachment; filename="us-russia-labels.jsonl"'
    assert response.headers["Content-Disposition"] == named
    assert "Content-Length" not in response.headers


def test_csv_is_safe_for_spreadsheets(labelled, browser):
    response = browser("lea").get(CSV)
    first, second = csv.DictReader(io.StringIO(response.text, newline=""))
    assert (first["note"], second["sentence"]) == ("'=1+1 “so”", "3")
    assert response.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert 'filename="us-russia-labels.csv"' in response.headers["Content-Disposition"]


def test_csv_numbers_sentences_as_pages_do_and_has_forms_for_excel(labelled, browser):
    plain = browser("lea").get(CSV).text
    found = csv.DictReader(io.StringIO(plain, newline=""))
    assert [(row["sentence"], row["number"]) for row in found] == [("2", "3"), ("3", "4")]
    assert browser("lea").get(CSV + "?for=excel").text == "\ufeff" + plain
    semicolons = browser("lea").get(CSV + "?for=excel-semicolon").text
    assert semicolons.startswith("\ufeffproject;article;sentence;number;")
    browser("lea").get(CSV + "?for=word", 400)


@pytest.mark.parametrize(
    ("ending", "form"),
    [("-doccano.jsonl", "doccano"), ("-label-studio.json", "label-studio")],
)
def test_files_for_other_tools_are_those_of_the_command(
    labelled, browser, command, tmp_path, ending, form
):
    lea, file = browser("lea"), tmp_path / "labels"
    assert f'href="/projects/us-russia/labels{ending}"' in lea.get("/projects/us-russia").text
    sent = lea.get(f"/projects/us-russia/labels{ending}")
    assert f'filename="us-russia-labels{ending}"' in sent.headers["Content-Disposition"]
    exported = command("labels", "export", "-p", "us-russia", "--format", form, "-o", file)
    assert exported.exit_code == 0
    assert file.read_text(encoding="utf-8") == sent.text


@pytest.mark.parametrize("path", [JSONL, CSV])
@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("cleo", 403), ("dan", 404)])
def test_nobody_else_gets_them(labelled, browser, path, name, status):
    assert "Mattis" not in browser(name).get(path, status).text


def test_signed_out_leads_to_sign_in(labelled, browser):
    response = browser().get(JSONL, 303)
    assert response.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", ["/projects/nowhere/labels.jsonl", "/projects/us-russia/labels.x"])
def test_what_is_not_there_is_not_there(browser, project, path):
    browser("lea").get(path, 404)


def test_it_only_reads(browser, project):
    browser("lea").post(JSONL, status=405)


def test_names_stand_there_only_when_asked_for_and_it_is_logged(labelled, browser, caplog):
    lea = browser("lea")
    with caplog.at_level(logging.INFO, "annotator.acts"):
        hidden = lea.get(JSONL).text
        assert "labels of 'us-russia' downloaded without names by L" in caplog.text
        assert "with names" not in caplog.text
        named = lea.get(JSONL + "?names=1").text
    assert '"annotator": "ann"' not in hidden
    assert '"annotator": "ann"' in named
    assert "labels of 'us-russia' downloaded with names by L" in caplog.text


def test_a_download_holds_one_connection_and_gives_it_back(labelled, browser, listen):
    most = []
    listen("checkout", lambda *_: most.append(db.engine.pool.checkedout()))
    db.session.rollback()
    browser("lea").get(JSONL)
    db.session.rollback()
    assert max(most) <= 2
    assert db.engine.pool.checkedout() == 0
