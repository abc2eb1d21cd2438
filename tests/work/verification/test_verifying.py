"""Verifying: a release as written has no fault; what is checked and what is not is said."""

import json
import tracemalloc

import pytest
from agreement_examples import label
from release_examples import release
from slow_cases import further, slow
from sqlalchemy import select
from verify_examples import (
    KINDS,
    change,
    edit_document,
    found,
    lines_of,
    mend,
    rows_of,
    write_lines,
    write_rows,
)

from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.models import Article
from annotator.work.verification import files
from annotator.work.verification.verifying import Verification, verify

# What is in order


@pytest.mark.parametrize("kind", further(KINDS))
def test_a_release_has_no_fault(made, kind):
    assert found(made(kind)) == []


def test_what_was_checked_is_counted(made):
    folder = made()
    verification = Verification(folder, None)
    assert list(verification.faults()) == []
    gold = len(rows_of(folder, "gold"))
    assert verification.checked["gold rows, recomputed"] == gold
    assert verification.checked["article texts, each with its SHA-256"] == 7
    assert verification.unchecked == []
    assert len(verification.audit_root) == 64


@pytest.fixture
def copies(project, tmp_path):
    """Release nine double-labelled articles, of which each three are near-duplicates."""
    label(project, *["a: Mattis oc | b: Mattis oc\na: Trump nl | b: Mattis sc\na: x | b: x"] * 9)
    with write():
        stored = db.session.scalars(select(Article).order_by(Article.id)).all()
        for n, each in enumerate(stored):
            each.cluster_id = stored[n // 3 * 3].id
    release(project, tmp_path / "v1")
    return tmp_path / "v1"


def test_near_duplicates_are_drawn_as_one_in_a_release_and_when_it_is_checked(copies):
    assert faults_but_texts(copies) == []
    measured = json.loads((copies / "agreement.json").read_text())
    status = measured["fields"]["status"]
    assert (status["n_articles"], status["n_clusters"]) == (9, 3)
    assert measured["settings"]["unit"] == "cluster"
    assert measured["fields"]["stance"]["measures"]["alpha_nominal"]["low"] is None
    change(copies, "articles", lambda row: row["key"] == "article-2", lone)
    mend(copies)
    assert any("n_clusters" in said for said in found(copies))


def faults_but_texts(folder):
    """Return the faults but for the hashes of made texts, which are all the same."""
    return [each for each in found(folder) if "sha256" not in each]


def lone(row):
    row["cluster"] = row["key"]


def test_a_release_of_before_is_measured_as_it_was(copies):
    def of_before(report):
        report["settings"]["unit"] = "article"
        for field in report["fields"].values():
            del field["n_clusters"]

    edit_document(copies, "agreement", of_before)
    mend(copies)
    said = found(copies)
    # With each article for itself there would be intervals, which this one does not have.
    assert any("low" in each for each in said)
    assert not any("n_clusters" in each for each in said)


def test_an_empty_project_makes_a_release_without_fault(project, tmp_path):
    release(project, tmp_path / "v0")
    assert found(tmp_path / "v0") == []


def test_a_folder_that_is_no_release_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="is not a release folder"):
        list(verify(tmp_path))


def test_a_hash_that_was_swapped_is_named(made):
    folder = made()
    lines = lines_of(folder, "SHA256SUMS")
    lines[0] = lines[1][:64] + lines[0][64:]
    write_lines(folder, "SHA256SUMS", lines)
    (said,) = found(folder)
    assert said.startswith(f"{lines[0][66:].strip()}: its SHA-256 is ")


def test_a_file_that_was_added_is_named(made):
    folder = made()
    (folder / "notes.txt").write_text("hello")
    (said,) = found(folder)
    assert said == "notes.txt: it is not a file of a release"


def test_an_added_file_that_the_hashes_name_is_named(made):
    folder = made()
    (folder / "notes.txt").write_text("hello")
    mend(folder)
    (said,) = found(folder)
    assert said == "notes.txt: it is not a file of a release"


def test_lost_hashes_are_named(made):
    folder = made()
    (folder / "SHA256SUMS").unlink()
    assert found(folder)[0].startswith("SHA256SUMS: There is no SHA256SUMS")


def test_hashes_that_point_out_of_the_folder_are_named_and_not_followed(made):
    folder = made()
    lines = lines_of(folder, "SHA256SUMS")
    write_lines(folder, "SHA256SUMS", [*lines, f"{'0' * 64}  ../../etc/passwd\n"])
    assert (
        f"SHA256SUMS: line {len(lines) + 1}: “../../etc/passwd” is not a path" in found(folder)[0]
    )


def test_of_a_file_full_of_faults_the_first_are_listed(made):
    folder = made()
    write_rows(
        folder, "sentences", [row | {"segment": "x"} for row in rows_of(folder, "sentences")]
    )
    mend(folder)
    said = found(folder)
    assert len(said) == 21
    assert said[-1].endswith("further faults are not listed")


# Texts of a release without them


def test_without_texts_it_says_that_offsets_were_not_checked(made):
    verification = Verification(made("without text"), None)
    assert list(verification.faults()) == []
    assert verification.unchecked == [
        "the texts of 7 articles and their offsets: the release has no texts; give a"
        " folder with --texts"
    ]


def texts_beside(made, tmp_path, name):
    """Put the texts of the full release into a folder, under names of our own."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, row in enumerate(rows_of(made(), "articles")):
        (folder / name(row, number)).write_bytes(row["text"].encode())
    return folder


@pytest.mark.parametrize(
    "name",
    [lambda row, number: f"{row['key']}.txt", lambda row, number: f"file {number}"],
    ids=["by key", "by hash"],
)
def test_texts_are_found_and_checked(made, tmp_path, name):
    texts = texts_beside(made, tmp_path, name)
    verification = Verification(made("without text"), texts)
    assert list(verification.faults()) == []
    assert verification.checked["article texts, each with its SHA-256"] == 7
    assert verification.unchecked == []


def test_a_text_that_is_not_the_one_is_not_taken(made, tmp_path):
    texts = texts_beside(made, tmp_path, lambda row, number: f"{row['key']}.txt")
    (texts / "more-1.txt").write_text("something else")
    verification = Verification(made("without text"), texts)
    assert [str(fault) for fault in verification.faults()] == [
        f"articles.jsonl, line 3: no file in {texts} has its text, by name or by SHA-256"
    ]


def test_an_offset_that_cuts_words_is_found_with_the_texts(made, tmp_path):
    texts = texts_beside(made, tmp_path, lambda row, number: f"{row['key']}.txt")
    folder = made("without text")
    for table in ("sentences", "annotations", "gold"):
        rows = rows_of(folder, table)
        for row in rows:
            if (row["article"], row["sentence"]) == ("000_96e20d9a8f8d9c95", 2):
                row["start"] += 1
        write_rows(folder, table, rows)
    mend(folder)
    (said, *_) = found(folder, texts)
    assert "belong to no sentence" in said


def test_what_it_says_of_a_whole_text_fits_a_line(made):
    folder = made()
    change(folder, "sentences", lambda row: True, lambda row: row.update(text="x" * 5000))
    mend(folder)
    assert max(len(line) for line in found(folder)) < 400
    assert json.dumps(found(folder)).isprintable()


# Size


@slow
def test_memory_does_not_grow_with_a_table(made):
    folder = made()
    row = rows_of(folder, "sentences")[0]
    many = [row | {"sentence": n, "start": 3 * n, "end": 3 * n + 2} for n in range(2000)]
    write_rows(folder, "sentences", many)
    file = folder / "sentences.jsonl"
    next(files.table(folder, "sentences", int), None)  # what is loaded once
    tracemalloc.start()
    try:
        assert list(files.table(folder, "sentences", int)) == []
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < file.stat().st_size / 4
