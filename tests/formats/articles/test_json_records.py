"""JSON is read exactly, and refused in words where a part of it would be lost."""

import json

import pytest
from click.testing import CliRunner

from annotator.cli import cli
from annotator.errors import RefusedError
from annotator.formats.articles.json_records import parse
from annotator.work.articles.storing import read_articles


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_a_thousand_signs_is_read_and_a_longer_one_refused(sign):
    longest = sign + "7" * (1000 - len(sign))
    assert parse(f'{{"n": {longest}}}') == {"n": int(longest)}
    with pytest.raises(RefusedError, match="a number has 1,001 digits, at most 1,000 are read"):
        parse(f'{{"n": {longest}7}}')


def test_a_text_of_many_digits_is_no_number():
    assert parse(f'{{"n": "{"7" * 5000}"}}') == {"n": "7" * 5000}


def test_a_byte_order_mark_within_a_file_is_named():
    with pytest.raises(RefusedError, match="line 2: it is not valid JSON: Unexpected UTF-8 BOM"):
        parse('\ufeff{"n": 1}', "line 2")


def test_a_list_of_authors_is_one_line():
    raw = b'[{"text": "A said no.", "authors": ["Ann Lark", "Ben Moor"]}]'
    (draft,) = read_articles("a.json", raw, columns={"author": "authors"})
    assert draft.author == "Ann Lark, Ben Moor"


def test_an_object_alone_in_its_file_is_called_as_the_file_is():
    assert [each.key for each in read_articles("talks.json", b'{"text": "A said no."}')] == [
        "talks"
    ]
    (listed,) = read_articles("talks.json", b'[{"text": "A said no."}]')
    assert listed.key == "talks-00001"


def test_a_missing_bracket_is_missed_at_the_end():
    with pytest.raises(RefusedError, match="at the end; is a bracket missing"):
        parse('[{"text": "A said no."}\n')
    with pytest.raises(RefusedError, match=r"line 2, character 5$"):
        parse('{"a": 1,\n "b"}\n')


CUT = ["Talks fail", "He said: no. She agreed.", "It ended."]


@pytest.mark.parametrize(
    "text",
    [
        {"text": CUT},
        {"text": [f" {each}\n" for each in CUT]},
        {"sentences": [{"id": place, "text": each} for place, each in enumerate(CUT)]},
        {"sentences": [CUT[:1], CUT[1:]]},
    ],
)
def test_sentences_that_come_as_a_list_keep_their_boundaries(text):
    (draft,) = read_articles("a.json", json.dumps(text).encode())
    assert [each.text for each in draft.outline.sentences] == CUT
    assert [each.segment for each in draft.outline.sentences] == ["headline", "body", "body"]
    assert (draft.splitter, draft.metadata) == ("given-1", {})
    assert draft.text.split() == " ".join(CUT).split()


def test_lists_within_the_list_are_paragraphs():
    raw = json.dumps({"text": [["One is here.", "Two is there."], ["Three."]]}).encode()
    (draft,) = read_articles("a.json", raw)
    assert draft.text == "One is here.\nTwo is there.\n\nThree."
    assert [each.paragraph for each in draft.outline.sentences] == [0, 0, 1]


def test_what_stands_beside_a_sentence_is_metadata():
    said = [{"id": "s1", "text": "One.", "label": 3}, {"id": "s2", "text": "Two."}]
    (draft,) = read_articles("a.json", json.dumps({"text": said}).encode())
    assert draft.metadata == {"text": [{"id": "s1", "label": 3}, {"id": "s2"}]}


def test_what_is_converted_keeps_them(tmp_path):
    said = {"key": "a", "text": [["Talks fail"], ["He said: no. She agreed.", "It ended."]]}
    given = tmp_path / "a.json"
    given.write_text(json.dumps(said))
    found = CliRunner().invoke(cli, ["convert", str(given), "-o", str(tmp_path / "b.jsonl")])
    assert found.exit_code == 0, found.output
    assert json.loads((tmp_path / "b.jsonl").read_text())["text"] == said["text"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (["One.", " "], "sentence 2 of its list is empty"),
        (["One.", 5], "sentence 2 of its list is no text"),
        ([{"words": "One."}], "sentence 1 of its list is no text"),
        ([["One."], "Two."], "sentence 1 of its list is no text"),
        ([], "“text” is a list, expected a text"),
    ],
)
def test_a_list_that_is_no_list_of_sentences_is_refused_by_name(text, said):
    with pytest.raises(RefusedError, match=said):
        list(read_articles("a.json", json.dumps({"text": text}).encode()))
