"""Tables as spreadsheets write them: read, or refused with line and column."""

import pytest

from annotator.errors import RefusedError
from annotator.work.articles.storing import read_articles


def read(raw, name="a.csv"):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return [(draft.key, draft.text) for draft in read_articles(name, raw)]


def test_rows_of_empty_cells_are_passed_over():
    assert read("key,text\n1,One.\n,\n , \n2,Two.\n,\n") == [("1", "One."), ("2", "Two.")]


def test_the_line_after_empty_rows_is_counted_right():
    with pytest.raises(RefusedError, match="line 4: “text” is empty"):
        read("key,text\n,\n\n1,\n")


def test_a_table_of_empty_rows_has_no_article():
    with pytest.raises(RefusedError, match="a header line but no rows"):
        read("key,text\n,\n,\n")


def test_every_bad_row_is_named_in_the_order_of_the_lines():
    raw = "key,text,published_on\n1,,\n2,One.,2019-13-40\n3,Two.\n4,Three.,2019-05-03\na/b,Four.,\n"
    with pytest.raises(RefusedError) as refused:
        read(raw)
    said = str(refused.value).split(";\n")
    assert [each[:6] for each in said] == ["line 2", "line 3", "line 4", "line 6"]
    assert said[0] == "line 2: “text” is empty"
    assert said[2] == "line 4 has 2 columns, expected 3"


def test_a_hundred_bad_rows_are_named_and_the_others_counted():
    with pytest.raises(RefusedError) as refused:
        read("key,text\n" + "1,\n" * 103)
    *named, more = str(refused.value).split(";\n")
    assert (len(named), named[-1], more) == (100, "line 101: “text” is empty", "and 3 more")


@pytest.mark.parametrize("heading", [",key,text", '"","key","text"', " ,key,text"])
def test_a_nameless_index_column_is_passed_over(heading):
    (draft,) = read_articles("a.csv", f"{heading}\n0,pd1,The envoy left.\n".encode())
    assert (draft.key, draft.text, draft.metadata) == ("pd1", "The envoy left.", {})


def test_nameless_columns_at_the_end_are_passed_over_while_they_are_empty():
    assert read("key,text,,\n1,One.,,\n2,Two.\n") == [("1", "One."), ("2", "Two.")]
    with pytest.raises(RefusedError, match="line 3 has a cell in a column without a name"):
        read("key,text,,\n1,One.,,\n2,Two.,x,\n")


def test_a_nameless_column_in_the_middle_is_refused_with_its_number():
    with pytest.raises(RefusedError, match="column 3 has no name"):
        read(",key,,text\n0,1,,One.\n")


@pytest.mark.parametrize("told", ["sep=;", '"sep=;"', "SEP=;"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_first_line_that_tells_the_delimiter_is_obeyed(told, end):
    text = end.join([told, "key;text, or words", "1;One, two.", ""])
    (draft,) = read_articles("a.csv", text.encode(), columns={"text": "text, or words"})
    assert (draft.key, draft.text, draft.where) == ("1", "One, two.", "line 3")


def test_a_tab_may_be_told_too():
    assert read("sep=\t\nkey\ttext\n1\tOne; two.\n") == [("1", "One; two.")]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_the_delimiter_is_found_in_the_heading_however_lines_end(end):
    text = end.join(["key,text", '1,"One; two; three; four, said he."', ""])
    assert read(text) == [("1", "One; two; three; four, said he.")]


def test_a_delimiter_in_quotation_marks_cuts_no_heading():
    raw = '"key";"text, as read, by us"\n1;One.\n'
    (draft,) = read_articles("a.csv", raw.encode(), columns={"text": "text, as read, by us"})
    assert draft.text == "One."


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("\u00ad", r"soft hyphen \(U\+00AD\)"),
        ("\u200b", r"zero width space \(U\+200B\)"),
        ("\u200e", r"left-to-right mark \(U\+200E\)"),
        ("\ufeff", r"zero width no-break space \(U\+FEFF\)"),
        ("\x07", r"control character \(U\+0007\)"),
    ],
)
def test_a_sign_that_nobody_sees_is_named_with_its_place(sign, name):
    said = f"line 2: its title contains an invisible character at position 4: {name}; remove it"
    with pytest.raises(RefusedError, match=said):
        read(f"key,text,title\n1,One.,Ges{sign}präch\n")
    with pytest.raises(RefusedError, match=f"column 2 contains .* position 3: {name}"):
        read(f"key,te{sign}xt\n1,One.\n")


def test_the_signs_that_persian_and_hindi_words_need_are_kept():
    (draft,) = read_articles("a.csv", "key,text,title\n1,One.,می\u200cشود\n".encode())
    assert draft.title == "می\u200cشود"


def test_a_long_number_is_refused_in_our_words():
    raw = b'{"text": "One.", "n": ' + b"7" * 6000 + b"}"
    with pytest.raises(RefusedError, match="a number has 6,000 digits, at most 1,000 are read"):
        read(raw, "a.jsonl")


def test_a_control_character_in_json_is_said_once():
    said = r"not valid JSON: Invalid control character at line 1, character 15$"
    with pytest.raises(RefusedError, match=said):
        read(b'{"text": "One.\x07"}', "a.json")
