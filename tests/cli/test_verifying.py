"""`annotator verify`, as a reader of a dataset meets it: one line per fault, and no database."""

import pytest
from verify_examples import change, mend, rows_of

from annotator.phrases import both_numbers


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Take the database away: whoever reads a dataset has none."""
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path / "none"))


def test_what_is_in_order_is_counted_and_ends_with_0(command, made, nowhere, tmp_path):
    folder = made()
    result = command("verify", folder)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    rows = sum(len(rows_of(folder, table)) for table in ("articles", "sentences", "annotations"))
    rows += len(rows_of(folder, "gold")) + len(rows_of(folder, "decisions"))
    assert ["rows: bytes, schema, order, no duplicates", str(rows)] in [
        [part.strip() for part in line.rsplit("  ", 1)] for line in lines
    ]
    assert lines[-2].startswith("Audit root stated: ")
    assert lines[-1] == f"{folder}: no faults found."
    assert result.stderr == ""
    assert not (tmp_path / "none").exists()


def test_every_fault_is_a_line_and_ends_with_1(command, made, nowhere):
    folder = made()
    number = change(folder, "gold", lambda row: True, lambda row: row.update(n=7))
    mend(folder)
    result = command("verify", folder)
    assert result.exit_code == 1
    first, *_, last = result.stderr.splitlines()
    row = rows_of(folder, "gold")[number - 1]
    assert first == (
        f"gold.jsonl, line {number}: “n” is 7; the answers and decisions give 0"
        f" (sentence {both_numbers(row['sentence'])} of {row['article']})"
    )
    assert last == f"Error: {folder}: {len(result.stderr.splitlines()) - 1} faults found."
    assert "no faults found" not in result.stdout


def test_what_is_no_release_ends_with_2(command, nowhere, tmp_path):
    result = command("verify", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith(
        f"Error: {tmp_path} is not a release folder: it has no SHA256SUMS"
    )


@pytest.mark.parametrize("name", ["not-there", "a-file"])
def test_what_is_no_folder_is_called_so(command, nowhere, tmp_path, name):
    (tmp_path / "a-file").write_text("text")
    result = command("verify", tmp_path / name)
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: {tmp_path / name} is not a folder; a release is a folder with SHA256SUMS.\n"
    )


def test_texts_that_are_no_folder_end_with_2(command, made, nowhere, tmp_path):
    result = command("verify", made("without text"), "--texts", tmp_path / "not-there")
    assert result.exit_code == 2
    assert "not-there is not a folder with texts." in result.stderr


def test_without_texts_it_says_what_was_not_checked(command, made, nowhere):
    result = command("verify", made("without text"))
    assert result.exit_code == 0
    assert "Not checked: the texts of 7 articles and their offsets" in result.stdout


def test_texts_beside_the_release_are_checked(command, made, nowhere, tmp_path):
    for row in rows_of(made(), "articles"):
        (tmp_path / f"{row['key']}.txt").write_bytes(row["text"].encode())
    result = command("verify", made("without text"), "--texts", tmp_path)
    assert result.exit_code == 0, result.output
    assert "Not checked" not in result.stdout
