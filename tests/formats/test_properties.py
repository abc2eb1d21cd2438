"""Whatever a file holds: the text is stored as it was, or refused; nothing is guessed silently."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import RefusedError
from annotator.text import sentences
from annotator.text.decode import UndecodableText, decode
from annotator.work.articles.storing import read_articles, read_file

# Everything Unicode has but halves of characters; with many of the signs that end lines,
# sentences and quotations, and of those that nobody sees.
SIGNS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
ODD = st.sampled_from(list("\n\r\t\v\f\x1c\x1e\x85\u2028\u2029\u200b\u202e\ufeff .!?…“”’\"',;|=\\"))
TEXTS = st.text(SIGNS | ODD | st.sampled_from("Aa1"), max_size=300).filter(
    lambda text: any(sign.isalnum() for sign in text)
)


def check(draft, text):
    """Hold what every reader promises: the very text, its sentences whole, in order, apart."""
    assert draft.text == text
    spans = [(each.start, each.end) for each in draft.outline.sentences]
    sentences.check(text, spans)
    assert spans == sorted(set(spans))
    inside = "".join(text[start:end] for start, end in spans)
    assert "".join(inside.split()) == "".join(text.split())


@given(TEXTS)
def test_the_splitter_covers_every_character_once_and_in_order(text):
    spans = sentences.split(text)
    sentences.check(text, spans)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert sentences.split(text) == spans


@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]))
def test_plain_text_comes_back_exactly(text, encoding):
    text = text.removeprefix("\ufeff")
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    # A text that begins with the signature of a PDF or an archive is refused by that name.
    try:
        draft = read_file("a.txt", (mark + text).encode(encoding))
    except RefusedError as error:
        assert "no letter and no digit" in str(error) or "empty" in str(error)  # noqa: PT017
        return
    check(draft, text)


@given(TEXTS, st.booleans())
def test_json_lines_come_back_exactly(text, ascii_only):
    raw = json.dumps({"key": "k", "text": text, "x": [text]}, ensure_ascii=ascii_only).encode()
    (draft,) = read_articles("a.jsonl", raw + b"\n")
    check(draft, text)
    assert draft.metadata == {"x": [text]}


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_json_comes_back_exactly(texts):
    raw = json.dumps([{"key": f"k{n}", "text": text} for n, text in enumerate(texts)]).encode()
    drafts = list(read_articles("a.json", raw))
    assert len(drafts) == len(texts)
    for draft, text in zip(drafts, texts, strict=True):
        check(draft, text)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(",;\t|"))
def test_a_table_comes_back_exactly(texts, delimiter):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["key", "text", "desk"])
    writer.writerows([f"k{n}", text, "World"] for n, text in enumerate(texts))
    drafts = list(read_articles("a.csv", out.getvalue().encode()))
    assert len(drafts) == len(texts)
    for draft, text in zip(drafts, texts, strict=True):
        check(draft, text)
        assert draft.metadata == {"desk": "World"}


@given(TEXTS, st.data())
def test_brat_labels_fit_their_text_or_are_refused(text, data):
    from annotator.formats.articles import brat

    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    flat = " ".join(words.split())
    raw = f"T1\tSpeaker {start} {end}\t{flat}\n".encode()
    if any(sign in flat for sign in "\r\n"):
        return
    (label,) = brat.read_labels(raw, text).labels.values()
    assert text[label.spans[0][0] : label.spans[0][1]] == words
    [fault] = brat.read_labels(f"T1\tSpeaker {start} {end}\t{flat}x\n".encode(), text).faults
    assert str(fault).startswith("line 1: the text has")


@given(st.binary(max_size=400))
def test_bytes_are_decoded_by_a_rule_that_is_said_or_refused(raw):
    try:
        found = decode(raw)
    except UndecodableText as error:
        assert str(error)  # noqa: PT017
        return
    assert found.encoding in {"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1252"}
    back = found.text.encode(found.encoding)
    assert raw.endswith(back)
    assert len(raw) - len(back) <= 4  # the byte order mark


@given(
    st.binary(max_size=300),
    st.sampled_from(["a.txt", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.html", "a", "a.ann"]),
)
def test_no_bytes_under_any_name_make_a_fault(raw, name):
    try:
        for draft in read_articles(name, raw):
            check(draft, draft.text)
    except RefusedError as error:
        assert str(error)  # noqa: PT017
