"""The report of an import: every chosen file has its line to the end, and it can be read again."""

import re
from html import unescape

import pytest
from lead_form import OTHER, TALKS, preview, send, upload
from slow_cases import slow
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Article, Job
from annotator.web.articles import imports
from annotator.web.articles.import_form import LONGEST_REFUSAL

ROWS = b"id;prose\n7;Talks went on.\n8;He left.\n"
PATH = "/projects/us-russia/import"
BY_COMMAND = "import", "-p", "us-russia"


@pytest.fixture
def lea(browser):
    return browser("lea")


def hidden(page):
    return {
        name: [unescape(each) for each in re.findall(rf'name="{name}" value="([^"]*)"', page.text)]
        for name in ("carried", "again")
    }


def add(lea, page, status=303):
    return send(lea, f"{PATH}/add", {**hidden(page), "give": "nobody"}, status)


def jobs():
    db.session.rollback()
    return db.session.scalars(select(Job).order_by(Job.id)).all()


def test_a_refused_file_keeps_its_line_after_columns_are_chosen_and_in_the_report(lea):
    sent = ("a.txt", TALKS), ("b.pdf", b"%PDF-1.7"), ("rows.csv", ROWS), ("c.txt", b"")
    page = preview(lea, "us-russia", *sent, status=422)
    assert "1 of 4 files can be added" in page.text
    picked = {"column-3-text": "prose", "column-3-key": "id"}
    page = send(lea, PATH, {**upload(), **hidden(page), **picked}, 422)
    assert "2 of 4 files can be added" in page.text
    names = re.findall(r'<h3 id="reading-\d"><bdi>([^<]*)', page.text)
    assert names == ["a.txt", "b.pdf", "rows.csv", "c.txt"]
    assert "it is a PDF file (by its name)" in page.text
    report = lea.get(add(lea, page).location).text
    assert "3 articles added, 6 sentences; 2 of 4 files refused." in report
    for name in ("b.pdf", "c.txt"):
        assert f"<bdi>{name}</bdi>: " in report
    assert "the file is empty" in report
    assert "<bdi>rows.csv</bdi>: 2 articles, “7” to “8”, 2 sentences" in report


def test_a_table_whose_columns_nobody_chose_is_in_the_report(lea):
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("rows.csv", ROWS), status=422)
    report = lea.get(add(lea, page).location).text
    assert "<bdi>rows.csv</bdi>: line 2: there is no “text”" in report
    assert "<bdi>a.txt</bdi>: article “a”, 4 sentences" in report


def test_the_bytes_of_what_is_refused_for_good_do_not_come_back(lea):
    page = preview(
        lea, "us-russia", ("a.txt", TALKS), ("b.txt", b"%PDF-1.7" + b"x" * 9999), status=422
    )
    (again,) = hidden(page)["again"]
    assert len(again) < 500


def test_a_damaged_name_or_cause_stores_nothing(lea):
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("b.pdf", b"%PDF"), status=422)
    fields = hidden(page)
    fields["again"] = [fields["again"][0].replace("by its name", "x" * LONGEST_REFUSAL)]
    send(lea, f"{PATH}/add", {**fields, "give": "nobody"}, 422)
    assert db.session.scalars(select(Article)).all() == []


def test_a_short_import_can_be_read_again_on_the_import_page(lea):
    assert "Recent imports" not in lea.get(PATH).text
    add(lea, preview(lea, "us-russia", ("a.txt", TALKS), ("b.pdf", b"%PDF"), status=422))
    add(lea, preview(lea, "us-russia", ("c.txt", OTHER)))
    text = lea.get(PATH).text
    assert "Recent imports" in text
    assert "by lea:" in text
    assert "1 article added, 4 sentences; 1 of 2 files refused." in text
    first, second = jobs()
    assert text.index(f"{PATH}/{second.id}") < text.index(f"{PATH}/{first.id}")
    assert "b.pdf" in lea.get(f"{PATH}/{first.id}").text


def test_an_import_of_which_every_file_was_refused_is_kept_too(lea):
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    add(lea, page)
    again = add(lea, page, 422)
    assert "the same text is already in this project" in again.text
    job = jobs()[-1]
    assert (job.state, job.said) == ("failed", "Every file was refused.")
    assert "the same text is already in this project" in lea.get(f"{PATH}/{job.id}").text


def test_what_was_imported_by_command_is_read_on_the_page(lea, command, tmp_path):
    (tmp_path / "a.txt").write_bytes(TALKS)
    (tmp_path / "b.txt").write_bytes(b"")
    assert command(*BY_COMMAND, tmp_path / "a.txt", tmp_path / "b.txt").exit_code == 1
    text = lea.get(PATH).text
    assert "by command:" in text
    assert "1 article added, 4 sentences; 1 refused." in text
    (job,) = jobs()
    report = lea.get(f"{PATH}/{job.id}").text
    assert "<bdi>b.txt</bdi>: the file is empty" in report


def test_a_dry_run_leaves_no_report(project, command, tmp_path):
    (tmp_path / "a.txt").write_bytes(TALKS)
    assert command(*BY_COMMAND, tmp_path / "a.txt", "--dry-run").exit_code == 0
    assert jobs() == []


@slow
def test_the_last_twenty_imports_are_kept(project, command, tmp_path):
    for number in range(22):
        (tmp_path / f"{number}.txt").write_text(f"Talk {number} went on.")
        command(*BY_COMMAND, tmp_path / f"{number}.txt")
    assert [job.details["files"][0]["name"] for job in jobs()] == [
        f"{number}.txt" for number in range(2, 22)
    ]


def test_a_very_long_list_of_added_files_is_cut_and_the_refused_are_not(
    lea, command, tmp_path, monkeypatch
):
    monkeypatch.setattr(imports, "MOST_LINES", 2)
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"Talk {number} went on.")
        (tmp_path / f"bad{number}.txt").write_text("")
    command(*BY_COMMAND, tmp_path)
    (job,) = jobs()
    report = lea.get(f"{PATH}/{job.id}").text
    assert "and 3 more files" in report
    assert report.count("the file is empty") == 5
