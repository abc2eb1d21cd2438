"""Markdown: the text stays, and its marks are no part of what people label."""

import pytest

from annotator.formats.articles.txt import read


def said(text):
    draft = read(text.encode(), "page.md")
    sentences = draft.outline.sentences
    assert [draft.text[each.start : each.end] for each in sentences] == [x.text for x in sentences]
    assert draft.text == text
    return draft, [(each.segment, each.text) for each in sentences]


def test_headings_and_bylines_are_what_they_are_without_their_marks():
    head = "# Talks *resume* in Geneva\n\n*By Jane Roe, 3 May 2019*"
    draft, sentences = said(f"{head}\n\nThey met.\n\n## What next ##\n")
    assert draft.title == draft.outline.title == "Talks resume in Geneva"
    assert str(draft.published_on) == "2019-05-03"
    assert sentences == [
        ("headline", "Talks *resume* in Geneva"),
        ("dateline", "By Jane Roe, 3 May 2019"),
        ("body", "They met."),
        ("body", "What next"),
    ]


@pytest.mark.parametrize(
    "line", ["**Bold start** of a line.", "I wrote it in C#", "# ", "***", "a_b_c is a name_"]
)
def test_what_is_no_mark_around_a_sentence_stays(line):
    _, sentences = said(f"A heading\n\nThey met on Monday.\n\n{line}\n")
    assert sentences[-1][1] == line.strip()
