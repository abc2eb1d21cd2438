"""Releases to check, and what somebody might do to one."""

import json

from release_examples import labelled, merge, release

from annotator.formats.articles import jsonl
from annotator.formats.release import folder as names
from annotator.store.db import db
from annotator.store.models import Answer
from annotator.work.verification.verifying import Verification

KINDS = {
    "with everything": {"with_notes": True},
    "with merged speakers": {"merged": True},
    "without text": {"with_text": False},
    "by speaker": {"by": "speaker", "seed": 3},
    "by date": {"by": "date"},
    "with Parquet": {"parquet": True},
}


def released(project, article, folder, *, merged=False, **settings):
    """Label a project, where it is not, and release it."""
    if db.session.query(Answer).first() is None:
        labelled(project, article)
    if merged:
        merge(project, "Donald Trump", "NARRATOR")
    release(project, folder, **settings)
    return folder


def mend(folder):
    """Write SHA256SUMS anew, as somebody would who does not want to be found out."""
    hashes = {name: names.sha256(folder / name) for name in names.files(folder)}
    hashes.pop(names.SUMS, None)
    (folder / names.SUMS).write_text(names.write_sums(hashes), encoding="utf-8", newline="")


def found(folder, texts=None):
    """Return every fault as its line."""
    return [str(fault) for fault in Verification(folder, texts).faults()]


def lines_of(folder, file):
    """Return the lines of a file, with their ends."""
    return (folder / file).read_bytes().decode().splitlines(keepends=True)


def write_lines(folder, file, lines):
    """Write a file line by line."""
    (folder / file).write_bytes("".join(lines).encode())


def rows_of(folder, table):
    """Return the rows of a table."""
    return [json.loads(line) for line in lines_of(folder, f"{table}.jsonl")]


def write_rows(folder, table, rows):
    """Write the rows of a table as a release writes them."""
    write_lines(folder, f"{table}.jsonl", jsonl.write(rows))


def change(folder, table, where, edit):
    """Change the first row of a table for which `where` holds; return its line number."""
    rows = rows_of(folder, table)
    number = next(n for n, row in enumerate(rows) if where(row))
    edit(rows[number])
    write_rows(folder, table, rows)
    return number + 1


def edit_document(folder, name, edit):
    """Change a JSON document and write it as a release writes it."""
    path = folder / f"{name}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8", newline="")


def replace(folder, file, old, new):
    """Replace a text in a file once."""
    text = (folder / file).read_bytes().decode()
    assert old in text
    (folder / file).write_bytes(text.replace(old, new, 1).encode())
