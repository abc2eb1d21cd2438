"""Release folders read: lazily, and every fault names file and line."""

import pytest

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.release import folder

HASH = "0123456789abcdef" * 4


def test_rows_are_read_one_at_a_time(tmp_path):
    (tmp_path / "gold.jsonl").write_text('{"a": 1}\n{"a": 2}\nbroken\n')
    rows = folder.rows(tmp_path, "gold")
    assert [next(rows), next(rows)] == [{"a": 1}, {"a": 2}]
    with pytest.raises(RecordError, match=r"^gold\.jsonl: line 3: it is not valid JSON"):
        next(rows)


def test_an_empty_table_has_no_rows_and_an_absent_one_is_named(tmp_path):
    (tmp_path / "gold.jsonl").touch()
    assert list(folder.rows(tmp_path, "gold")) == []
    with pytest.raises(RefusedError, match=r"no sentences\.jsonl in"):
        list(folder.rows(tmp_path, "sentences"))


@pytest.mark.parametrize("raw", [b"{", b'{"a": 1, "a": 2}', b"\xff", b""])
def test_a_document_that_is_no_json_is_named(tmp_path, raw):
    (tmp_path / "splits.json").write_bytes(raw)
    with pytest.raises(RecordError, match=r"^splits\.json: "):
        folder.document(tmp_path, "splits")


def test_sums_come_back_as_they_were_written(tmp_path):
    hashes = {"b.jsonl": HASH, "a b.json": HASH[::-1], "schemas/x.json": HASH}
    text = folder.write_sums(hashes)
    assert text.splitlines()[0] == f"{HASH[::-1]}  a b.json"
    (tmp_path / "SHA256SUMS").write_text(text)
    assert folder.sums(tmp_path) == hashes


@pytest.mark.parametrize(
    "line",
    [
        f"{HASH}  ../outside", f"{HASH}  /etc/passwd", f"{HASH}  a/../b", f"{HASH}  ./a",
        f"{HASH}  .", f"{HASH} a", f"{HASH[:-1]}  a", f"{HASH}  a\n{HASH}  a", f"{HASH}  a\n\n",
        "", f"{HASH.upper()}  a",
    ],
)  # fmt: skip
def test_sums_that_lead_elsewhere_or_say_nothing_are_refused(tmp_path, line):
    (tmp_path / "SHA256SUMS").write_text(line + "\n")
    with pytest.raises(RecordError, match=r"^SHA256SUMS: line \d: "):
        folder.sums(tmp_path)


def test_files_are_listed_with_those_in_folders(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "gold.json").touch()
    (tmp_path / "a").touch()
    assert folder.files(tmp_path) == ["a", "schemas/gold.json"]
