"""Odd values, and Parquet files: whatever stands in a release, verifying does not break on it."""

import json
import random
import shutil

import pytest
from slow_cases import further
from verify_examples import (
    found,
    lines_of,
    mend,
)

from annotator.errors import MissingExtraError
from annotator.formats.release import parquet
from annotator.work.verification.verifying import Verification

# Whatever it is

ODD = [
    None,
    -1,
    1.5,
    1.0,
    True,
    "x",
    "",
    [],
    {},
    10**30,
    "\ud800",
    "\x1b[2J",
    "2018-13-99T99:99:99Z",
]
FILES = [
    "articles.jsonl", "sentences.jsonl", "annotations.jsonl", "gold.jsonl", "decisions.jsonl",
    "speakers.json", "splits.json", "agreement.json", "codebook.json",
]  # fmt: skip


def places_in(found, path=()):
    yield path
    if isinstance(found, list):
        found = dict(enumerate(found))
    for key, value in found.items() if isinstance(found, dict) else ():
        yield from places_in(value, (*path, key))


def put(found, path, value):
    *way, last = path
    for key in way:
        found = found[key]
    if value == "left out":
        del found[last]
    else:
        found[last] = value


@pytest.mark.parametrize("seed", further(range(8)))
@pytest.mark.parametrize("file", FILES)
def test_whatever_value_stands_anywhere_is_named_and_breaks_nothing(made, file, seed):
    rng = random.Random(f"{file} {seed}")
    folder = made()
    lines = lines_of(folder, file)
    number = rng.randrange(len(lines)) if file.endswith(".jsonl") else 0
    document = json.loads(lines[number] if file.endswith(".jsonl") else "".join(lines))
    path = rng.choice([each for each in places_in(document) if each])
    put(document, path, rng.choice([*ODD, "left out"]))
    if file.endswith(".jsonl"):
        lines[number] = json.dumps(document, ensure_ascii=rng.random() < 0.3) + "\n"
    else:
        lines = json.dumps(document, ensure_ascii=rng.random() < 0.3, indent=2) + "\n"
    raw = "".join(lines).encode("utf-8", "surrogatepass")
    if raw == (folder / file).read_bytes():
        return
    (folder / file).write_bytes(raw)
    mend(folder)
    said = found(folder)
    assert said
    assert "\n".join(said).replace("\n", " ").isprintable()


# Parquet


def parquet_of_another_table(folder):
    shutil.copy(folder / "parquet" / "gold.parquet", folder / "parquet" / "sentences.parquet")
    return "parquet/sentences.parquet: rows 1 to 10,000 are not those of sentences.jsonl"


def parquet_broken(folder):
    (folder / "parquet" / "gold.parquet").write_bytes(b"PAR1")
    return "parquet/gold.parquet: it is not a readable Parquet file: "


def parquet_with_a_damaged_page(folder):
    path = folder / "parquet" / "gold.parquet"
    whole = path.read_bytes()
    # The first page of data comes right after the magic number and the page's own header.
    path.write_bytes(whole[:4] + bytes(255 - byte for byte in whole[4:200]) + whole[200:])
    return "parquet/gold.parquet: it is not a readable Parquet file: "


def parquet_with_a_damaged_name(folder):
    path = folder / "parquet" / "gold.parquet"
    path.write_bytes(path.read_bytes().replace(b"speaker_type", b"\xf5peaker_type"))
    return "parquet/gold.parquet: it is not a readable Parquet file: "


def parquet_removed(folder):
    (folder / "parquet" / "gold.parquet").unlink()
    return "parquet/gold.parquet: it is missing; every table has one, or none has"


def folder_of_parquet_removed(folder):
    shutil.rmtree(folder / "parquet")
    return "README.md: “parquet” is true; the files of the release give false"


@pytest.mark.parametrize(
    "tamper",
    further(
        [
            parquet_of_another_table,
            parquet_broken,
            parquet_with_a_damaged_page,
            parquet_with_a_damaged_name,
            parquet_removed,
            folder_of_parquet_removed,
        ]
    ),
    ids=lambda each: each.__name__,
)
def test_a_changed_parquet_file_is_named(made, tamper):
    pytest.importorskip("pyarrow")
    folder = made("with Parquet")
    expected = tamper(folder)
    mend(folder)
    said = found(folder)
    assert any(line.startswith(expected) for line in said), "\n".join(said)


def test_without_the_library_it_says_that_parquet_was_not_checked(made, monkeypatch):
    pytest.importorskip("pyarrow")
    folder = made("with Parquet")

    def lacking(_name="pyarrow"):
        raise MissingExtraError(parquet.INSTALL)

    monkeypatch.setattr(parquet, "module", lacking)
    verification = Verification(folder)
    assert list(verification.faults()) == []
    assert verification.unchecked == [f"the contents of the Parquet files: {parquet.INSTALL}"]
