"""`annotator article metadata` prints a table, and changes from it what differs."""

import pytest
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Article


@pytest.fixture
def run(command):
    """Run a command, which ends with a code."""

    def run(*words, code=0):
        done = command(*words)
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def table(run, article, tmp_path):
    path = tmp_path / "articles.csv"
    path.write_text(run("article", "metadata", "-p", "us-russia").output, encoding="utf-8")
    return path


def publisher():
    db.session.rollback()
    return db.session.scalars(select(Article.publisher)).one()


def test_the_printed_table_is_read_again_and_changes_what_was_edited(run, table):
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",,,2018-07-24", ",AP,,2018-07-24"), encoding="utf-8")
    said = run("article", "metadata", str(table), "-p", "us-russia", "--dry-run").output
    assert "publisher “” -> “AP”" in said
    assert "1 article would be changed" in said
    assert publisher() == ""
    run("article", "metadata", str(table), "-p", "us-russia")
    assert publisher() == "AP"


def test_one_wrong_line_leaves_everything_as_it_is(run, table, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("key,publisher\nnone,AP\n", encoding="utf-8")
    done = run("article", "metadata", str(wrong), "-p", "us-russia", code=1)
    assert "line 2: there is no article “none”" in done.output
    run("article", "metadata", str(wrong), "-p", "us-russia", "--column", "x=y", code=2)


def test_the_table_of_an_archived_project_is_printed_and_not_changed(run, table):
    run("project", "archive", "us-russia")
    printed = run("article", "metadata", "-p", "us-russia").output
    assert printed == table.read_text(encoding="utf-8")
    run("article", "metadata", str(table), "-p", "us-russia", code=2)
