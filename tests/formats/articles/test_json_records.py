"""JSON is read exactly, and refused in words where a part of it would be lost."""

import pytest

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
