"""`annotator labels export`: the same bytes wherever they go."""

import logging
import stat
import subprocess
import sys
from dataclasses import replace

import pytest
from installation import staged
from labelling_examples import claims, save
from slow_cases import slow

from annotator.formats.articles import jsonl
from annotator.formats.labels import csv_rows, exports
from annotator.store.db import db
from annotator.work.labelling import annotation_rows


@pytest.fixture
@staged
def labelled(article):
    save(article, claims(note="“so” =1"))
    save(article, claims(note="=1"), name="ben", position=3)
    db.session.rollback()
    return article


def expected(project, write=jsonl.write, **options):
    return "".join(write(annotation_rows.annotation_rows(project, **options))).encode()


def test_it_writes_to_standard_output(command, labelled, project):
    result = command("labels", "export", "-p", "us-russia")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == expected(project)


def test_it_writes_a_file(command, labelled, project, tmp_path):
    target = tmp_path / "labels.jsonl"
    target.write_text("old")
    result = command("labels", "export", "-p", "us-russia", "-o", target)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"2 answers written to {target}.\n"
    assert target.read_bytes() == expected(project)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".labels")]
    assert stat.S_ISREG(target.stat().st_mode)


def test_csv_goes_out_with_its_own_line_ends(command, labelled, project, tmp_path):
    target = tmp_path / "labels.csv"
    command("labels", "export", "-p", "us-russia", "--format", "csv", "-o", target)
    assert target.read_bytes() == expected(project, csv_rows.write)
    assert b"'=1" in target.read_bytes()


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    command, labelled, tmp_path, monkeypatch
):
    target = tmp_path / "labels.jsonl"
    target.write_text("old")

    def broken(_rows):
        yield "half a "
        raise OSError(28, "No space left on device")

    broken_form = replace(exports.FORMS["jsonl"], write=broken)
    monkeypatch.setitem(exports.FORMS, "jsonl", broken_form)
    result = command("labels", "export", "-p", "us-russia", "-o", target)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {target}: No space left on device\n"
    assert target.read_text() == "old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".labels")]


def test_a_folder_that_is_not_there_is_named(command, labelled, tmp_path):
    target = tmp_path / "nowhere" / "labels.jsonl"
    result = command("labels", "export", "-p", "us-russia", "-o", target)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {target}: No such file or directory\n"


def test_a_project_that_is_not_there_is_named(command, app):
    result = command("labels", "export", "-p", "nowhere")
    assert result.exit_code == 2
    assert result.stderr == 'Error: There is no project "nowhere".\n'


def test_names_are_logged(command, labelled, project, caplog):
    with caplog.at_level(logging.WARNING, "annotator.labels"):
        result = command("labels", "export", "-p", "us-russia", "--names")
    assert result.stdout_bytes == expected(project, names=True)
    assert "'us-russia' exported with names" in caplog.text


@slow
def test_bytes_do_not_depend_on_the_terminal(labelled, project, settings, monkeypatch):
    environ = {
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
    }
    words = [sys.executable, "-m", "annotator", "labels", "export", "-p", "us-russia"]
    result = subprocess.run(words, env=environ, capture_output=True, check=True)
    assert result.stdout == expected(project)
