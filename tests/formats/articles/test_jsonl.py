"""JSON Lines: exact, one line per row, whatever the text holds."""

import json

import pytest

from annotator.formats.articles import jsonl


def test_each_row_is_one_line_with_its_keys_in_order():
    rows = [{"b": 1, "a": [True, None]}, {"z": "“so”"}]
    assert list(jsonl.write(rows)) == ['{"b": 1, "a": [true, null]}\n', '{"z": "“so”"}\n']


def test_nothing_gives_nothing():
    assert list(jsonl.write([])) == []


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1e", "\x85", "\u2028", "\u2029", "\x0c", "\v"])
def test_no_reader_takes_a_character_for_the_end_of_a_line(sign):
    (line,) = jsonl.write([{"text": f"one{sign}two"}])
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"text": f"one{sign}two"}


@pytest.mark.parametrize("text", ["é", "😀", "\u202edlrow", "\\u2028", '"', "\x00", "=1+1"])
def test_every_text_comes_back_as_it_was(text):
    (line,) = jsonl.write([{"text": text}])
    assert json.loads(line.encode().decode()) == {"text": text}


def test_it_takes_one_row_at_a_time():
    def rows():
        yield {"n": 1}
        raise AssertionError("asked for more than was wanted")

    assert next(jsonl.write(rows())) == '{"n": 1}\n'
