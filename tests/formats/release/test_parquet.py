"""Parquet: the same rows as the JSON Lines, typed; or one line that says what to install."""

import importlib
import json
import sys
from datetime import UTC, date, datetime

import pytest
from agreement_examples import random_project

from annotator.errors import MissingExtraError
from annotator.formats.release import parquet
from annotator.formats.release.columns import Column, Free, Many, Tally, tables
from annotator.formats.release.parquet import write
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.annotation_rows import annotation_rows

COLUMNS = (
    Column("key", "string"),
    Column("n", "int64"),
    Column("votes", Tally("stance")),
    Column("names", Many("string")),
    Column("at", "moment"),
    Column("day", "date"),
    Column("metadata", Free()),
)
ROW = {
    "key": "2017-05-05", "n": 3, "votes": {"support": 2, "oppose": 1}, "names": ["a", "b"],
    "at": "2026-11-20T09:40:12Z", "day": "2017-05-05", "metadata": {"é": [1, {"a": None}]},
}  # fmt: skip


@pytest.fixture
def arrow():
    return pytest.importorskip("pyarrow.parquet")


def rows_of(arrow, path):
    return arrow.read_table(path).to_pylist()


def test_each_value_has_its_type(arrow, tmp_path):
    assert write(tmp_path / "x.parquet", COLUMNS, [ROW, dict.fromkeys(ROW)]) == 2
    full, empty = rows_of(arrow, tmp_path / "x.parquet")
    assert full == {
        **ROW,
        "votes": [("support", 2), ("oppose", 1)],
        "at": datetime(2026, 11, 20, 9, 40, 12, tzinfo=UTC),
        "day": date(2017, 5, 5),
        "metadata": json.dumps(ROW["metadata"], ensure_ascii=False),
    }
    assert empty == dict.fromkeys(ROW)


def test_the_tables_of_a_project_come_back_as_they_were(arrow, tmp_path, project):
    random_project(project, 2)
    for name, rows in {
        "annotations": list(annotation_rows(project)),
        "gold": [{**row, "split": "train"} for row in gold_rows(project)],
    }.items():
        path = tmp_path / f"{name}.parquet"
        assert write(path, tables()[name], rows) == len(rows) > 20
        for known, row in zip(rows_of(arrow, path), rows, strict=True):
            assert [each["stance"] for each in known["claims"]] == [
                each["stance"] for each in row["claims"]
            ]
            for key in ("article", "sentence", "text", "status", "codebook_version"):
                assert known[key] == row[key]
            if name == "gold":
                assert dict(known["votes"]["status"]) == row["votes"]["status"]
                for one, other in zip(known["claims"], row["claims"], strict=True):
                    assert dict(one["votes"]["stance"]) == other["votes"]["stance"]


def test_the_same_rows_are_the_same_bytes(arrow, tmp_path):
    for name in "ab":
        write(tmp_path / name, COLUMNS, [ROW] * 50)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_rows_are_taken_a_group_at_a_time(arrow, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "ROWS_IN_A_GROUP", 10)
    sizes = []

    def rows():
        for _ in range(25):
            yield ROW
        sizes.append((tmp_path / "x.parquet").stat().st_size)

    assert write(tmp_path / "x.parquet", COLUMNS, rows()) == 25
    file = arrow.ParquetFile(tmp_path / "x.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [10, 10, 5]
    # Two groups were on the disk before the rows ended.
    assert sizes[0] > 0


def test_a_table_without_rows_still_has_its_columns(arrow, tmp_path):
    assert write(tmp_path / "x.parquet", COLUMNS, []) == 0
    assert arrow.read_schema(tmp_path / "x.parquet").names == [each.name for each in COLUMNS]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**ROW, "new": 1}, "differ in new"),
        ({key: value for key, value in ROW.items() if key != "n"}, "differ in n"),
    ],
)
def test_a_row_with_other_keys_is_refused_and_never_cut(arrow, tmp_path, row, said):
    with pytest.raises(ValueError, match=said):
        write(tmp_path / "x.parquet", COLUMNS, [row])


def test_without_the_library_one_line_says_what_installs_it(monkeypatch, tmp_path):
    for name in [name for name in sys.modules if name.split(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    real = importlib.import_module

    def missing(name, *rest):
        if name.split(".")[0] == "pyarrow":
            raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'annotator\[parquet\]'"):
        write(tmp_path / "x.parquet", COLUMNS, [ROW])
    assert not (tmp_path / "x.parquet").exists()
