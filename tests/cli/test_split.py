"""`annotator split`: offsets of sentences, without a database."""

import json

import pytest
from click.testing import CliRunner
from places import DATA

from annotator.cli import cli
from annotator.paths import SAMPLES

EXPECTED = DATA / "seed_sentences.jsonl"


@pytest.fixture
def split(monkeypatch, tmp_path):
    """Return a function that runs the command where no data folder can be made."""
    monkeypatch.setenv("ANNOTATOR_DATA", "/dev/null/nowhere")

    def run(content, name="rows.jsonl"):
        if name == "-":
            return CliRunner().invoke(cli, ["split", "-"], input=content)
        path = tmp_path / name
        path.write_bytes(content)
        return CliRunner().invoke(cli, ["split", str(path)])

    return run


def rows(result):
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.name[:3])
def test_a_text_file_becomes_one_row(split, path):
    expected = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
    spans = [[row["start"], row["end"]] for row in expected if row["article"] == path.name]
    assert rows(split(path.read_bytes(), path.name)) == [{"doc_id": path.stem, "sentences": spans}]


def test_rows_of_jsonl_become_rows_in_the_same_order(split):
    content = b'{"doc_id": "b", "text": "One. Two.", "more": 1}\n\n{"doc_id": 7, "text": ""}\n'
    expected = [{"doc_id": "b", "sentences": [[0, 4], [5, 9]]}, {"doc_id": 7, "sentences": []}]
    assert rows(split(content)) == expected
    assert rows(split(content, "-")) == expected
    assert rows(split(b"\xef\xbb\xbf" + content, "-")) == expected


def test_standard_input_may_be_a_text(split):
    assert rows(split(b"One. Two.", "-")) == [{"doc_id": "-", "sentences": [[0, 4], [5, 9]]}]


def test_offsets_are_code_points(split):
    content = json.dumps({"doc_id": "é", "text": "😀 “A.” B\u2028C"}).encode()
    assert rows(split(content)) == [{"doc_id": "é", "sentences": [[0, 6], [7, 8], [9, 10]]}]


def test_odd_text_in_a_row_survives(split):
    content = b'{"doc_id": "a", "text": "One\\u0000. \\ud800 Two."}'
    assert rows(split(content))[0]["doc_id"] == "a"


def test_no_row_is_no_output(split):
    assert rows(split(b"")) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{nonsense", "line 2: is not JSON"),
        (b"[1]", 'line 2: is not an object with "doc_id" and "text"'),
        (b'{"text": "A."}', 'line 2: has no "doc_id"'),
        (b'{"doc_id": true, "text": "A."}', 'line 2: has no "doc_id"'),
        (b'{"doc_id": "a", "text": 5}', 'line 2: has no "text"'),
        (b'{"doc_id": "a\xff", "text": "A."}', "line 2: is not UTF-8"),
        (b'{"doc_id": "a", "text": "A.\x07"}', "Invalid control character at character 28"),
        (b'{"doc_id": ' + b"7" * 6000 + b', "text": "A."}', "a number has 6,000 digits, at most"),
        (b"[" * 200_000, "line 2: is nested too deeply"),
    ],
)
def test_a_bad_line_is_named_with_its_number(split, line, said):
    result = split(b'{"doc_id": "a", "text": "A."}\n' + line + b"\n")
    assert result.exit_code == 2
    assert said in result.stderr
    assert json.loads(result.stdout) == {"doc_id": "a", "sentences": [[0, 2]]}


def test_a_file_that_is_no_text_is_wrong_use(split):
    result = split(b"\x7fELF\x02\x01\x01\x00 code", "a.txt")
    assert result.exit_code == 2
    assert "binary" in result.stderr


def test_a_missing_file_is_wrong_use():
    assert CliRunner().invoke(cli, ["split", "nowhere.txt"]).exit_code == 2
