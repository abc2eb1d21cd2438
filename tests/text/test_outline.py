"""The importer's proposal: sentences, segments, title, date and warnings."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import DATA, PACKAGE
from slow_cases import slow

from annotator.text.decode import UndecodableText
from annotator.text.outline import SEGMENTS, SentenceDraft, outline
from annotator.text.sentences import check, split

SAMPLES = PACKAGE / "samples"
STORY = "The Kremlin said no on Monday. It was the second time, officials said."
JULY_24 = datetime.date(2018, 7, 24)


def seed_rows():
    lines = (DATA / "seed_sentences.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    names = sorted({row["article"] for row in rows})
    return {name: [row for row in rows if row["article"] == name] for name in names}


def segments(*lines):
    found = outline("\n\n".join(lines)).sentences
    return [one.segment for one in found]


@pytest.mark.parametrize(("name", "rows"), seed_rows().items(), ids=lambda one: str(one)[:3])
def test_the_sample_articles_are_outlined_as_a_reader_would(name, rows):
    found = outline((SAMPLES / name).read_bytes().decode()).sentences
    assert [(one.position, one.start, one.end, one.segment) for one in found] == [
        (row["position"], row["start"], row["end"], row["segment"]) for row in rows
    ]


def test_the_first_sample_gives_title_and_date_without_a_warning():
    found = outline((SAMPLES / "000_96e20d9a8f8d9c95.txt").read_bytes().decode())
    assert found.title == "James Mattis: No plans for U.S., Russian military cooperation in Syria"
    assert found.published_on == JULY_24
    assert found.warnings == ()


def test_a_sentence_knows_its_place_paragraph_and_text():
    found = outline("Talks fail\n\nOne is here. Two is there.").sentences
    assert found[2] == SentenceDraft(2, 25, 38, "body", 1, "Two is there.")


# Headline and title


def test_a_short_first_line_without_a_stop_is_the_headline():
    assert segments("Will Trump meet Putin?", STORY) == ["headline", "body", "body"]


@pytest.mark.parametrize(
    "below", ["ABSTRACT.", "Full text:", "By Jane Roe", "3 May 2019"], ids=lambda each: each[:8]
)
def test_a_headline_above_a_label_or_a_date_line_may_end_with_a_stop(below):
    found = segments("Mr. Trump Meets Mr. Putin.", below, STORY)
    assert (found[0], found[2:]) == ("headline", ["body", "body"])
    assert found[1] in ("boilerplate", "dateline")


def test_what_a_file_gives_as_the_title_is_the_headline_in_its_text():
    found = outline(f"Talks  FAILED.\n\n{STORY}", title="Talks failed.").sentences
    assert [each.segment for each in found] == ["headline", "body", "body"]


@pytest.mark.parametrize("line", ["Talks failed.", "He said:", "x" * 161, "“Talks failed.”"])
def test_a_sentence_or_a_long_line_is_no_headline(line):
    assert segments(line, STORY)[0] == "body"


def test_a_text_of_one_block_has_no_headline():
    assert segments("Talks fail in Geneva") == ["body"]


def test_date_lines_and_furniture_may_stand_above_the_headline():
    assert segments("Advertisement", "July 24, 2018", "Talks fail in Geneva", STORY)[:3] == [
        "boilerplate",
        "dateline",
        "headline",
    ]


def test_a_headline_that_begins_with_by_is_no_byline():
    assert segments("By Land and Sea, Russia Advances", STORY)[0] == "headline"


def test_without_a_headline_the_title_is_the_beginning_of_the_first_sentence():
    found = outline(f"July 24, 2018\n\n{'Word ' * 40}ends.\n\n{STORY}")
    assert found.title == ("Word " * 24).strip()
    assert any("No headline found" in warning for warning in found.warnings)


def test_a_wrapped_headline_becomes_a_title_of_one_line():
    text = f"Trump and Putin talk about the war in\n  the north of Syria again\n\n{STORY}"
    assert outline(text).title == "Trump and Putin talk about the war in the north of Syria again"


# Date line and byline


@pytest.mark.parametrize(
    "line",
    [
        "July 24, 2018",
        "24 July 2018",
        "24th of July 2018",
        "Tuesday, July 24, 2018",
        "Tue 24 Jul 2018 16.05 BST",
        "Tue, 24 Jul 2018 16:05:00 +0000",
        "2018-07-24",
        "2018-07-24T16:05:00Z",
        "07/24/2018",
        "24.07.2018",
        "Updated July 24, 2018, 4:05 p.m. ET",
        "Updated 4:05 p.m. ET, July 24, 2018",
        "Last updated on July 24th, 2018 at 4:05 pm",
        "Published: 24 Jul 2018 16:05 GMT | Updated: 25 Jul 2018",
        "By Jane Roe | July 24, 2018",
        "Posted by Jane Roe on July 24, 2018",
        "By Jane Roe and John A. Doe, CNN Updated 4:05 PM ET, Tue July 24, 2018",
        "MOSCOW, July 24, 2018",
        "July 24, 2018 / 4:05 PM / CBS News",
    ],
)
def test_a_line_that_is_only_a_date_is_a_date_line_and_gives_the_day(line):
    found = outline(f"Talks fail in Geneva\n\n{line}\n\n{STORY}")
    assert {one.segment for one in found.sentences[1:-2]} == {"dateline"}
    assert found.published_on == JULY_24


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe",
        "By JANE ROE and John A. Doe Jr.",
        "By Jane Roe, Staff Writer",
        "Updated 4:05 p.m. ET",
        "3 hours ago",
        "July 24",
        "July 2018",
        "February 30, 2018",
        "The Associated Press",
    ],
)
def test_a_byline_or_half_a_date_is_a_date_line_without_a_day(line):
    found = outline(f"Talks fail in Geneva\n\n{line}\n\n{STORY}")
    assert [one.segment for one in found.sentences] == ["headline", "dateline", "body", "body"]
    assert found.published_on is None


@pytest.mark.parametrize(
    "line",
    [
        "By Monday he had left.",
        "By the way, nothing happened",
        "On July 24, 2018 the president left the capital.",
        "Mr. May left July 24, 2018",
        "May be so",
        "The September 11 panel met on Tuesday.",
    ],
)
def test_a_sentence_with_a_date_or_a_by_is_no_date_line(line):
    assert segments("Talks fail in Geneva", STORY, line)[3] == "body"


def test_a_date_that_reads_two_ways_is_left_to_the_lead():
    found = outline(f"Talks fail\n\n03/04/2018\n\n{STORY}")
    assert found.published_on is None
    assert any("day/month" in warning for warning in found.warnings)


def test_the_day_of_publication_wins_over_the_day_of_an_update():
    text = f"Talks fail\n\nUpdated July 25, 2018\n\nJuly 24, 2018\n\n{STORY}"
    assert outline(text).published_on == JULY_24


def test_a_date_further_down_is_not_the_day_of_publication():
    found = outline(f"Talks fail\n\n{STORY}\n\n{STORY}\n\nJuly 24, 2018\n\n{STORY}")
    assert found.published_on is None
    assert found.sentences[5].segment == "dateline"


# Furniture


@pytest.mark.parametrize(
    "line",
    [
        "Update hourly",
        "Sign up for our newsletter.",
        "Click here to read more",
        "Advertisement",
        "ADVERTISEMENT",
        "Read more",
        "Read more: Trump meets Putin",
        "© 2018 The Daily Wire",
        "Copyright 2018 Jane Roe",
        "The Daily Wire 2018. All rights reserved.",
        "Follow us on Twitter",
        "Follow Jane Roe on Twitter: @jane",
        "Share this article",
        "Subscribe now",
        "12 comments",
        "Photo: Jane Roe/Reuters",
        "https://www.example.org/story",
        "news@example.org",
        "* * *",
    ],
)
def test_page_furniture_is_boilerplate(line):
    assert set(segments("Talks fail", STORY, line)[3:]) == {"boilerplate"}


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell on Monday.",
        "Advertisements for the film were banned.",
        "Follow the money, he said.",
        "Print media lost readers.",
        "Comments by the president were rejected.",
        "Live fire was heard.",
        "More troops came.",
        "Click.",
    ],
)
def test_prose_that_begins_like_furniture_is_body(line):
    assert segments("Talks fail", STORY, line)[3] == "body"


# Warnings and refusals


def test_one_block_is_warned_of():
    assert any("No paragraph breaks" in warning for warning in outline(STORY).warnings)
    assert not any("paragraph" in warning for warning in outline(f"Fail\n\n{STORY}").warnings)


def test_a_very_long_sentence_is_warned_of():
    found = outline(f"Talks fail\n\n{STORY}\n\n{'word ' * 300}")
    assert found.warnings == (
        "1 very long sentence (over 1,000 characters), the first is number 4 (3 in files): "
        "check whether it should be split.",
    )


def test_a_text_of_furniture_alone_is_warned_of():
    assert any("No article text" in one for one in outline("Advertisement\n\nHome").warnings)


@pytest.mark.parametrize(("sign", "words"), [("\ufffd", "1 replacement char"), ("â€œ", "encoding")])
def test_traces_of_a_wrong_encoding_are_warned_of(sign, words):
    assert any(words in warning for warning in outline(f"Fail\n\n{STORY} {sign}.").warnings)


@pytest.mark.parametrize("text", ["", " \n", "...", "— * “”"])
def test_a_text_without_letter_or_digit_is_refused(text):
    with pytest.raises(UndecodableText, match="no sentence found"):
        outline(text)


LINES = st.sampled_from(
    ["July 24, 2018", "By Jane Roe", "Update hourly", "Talks fail", STORY, "***", "03/04/2018"]
)


@slow
@given(st.one_of(st.text(), st.lists(LINES).map("\n".join), st.lists(LINES).map("\n\n".join)))
def test_any_text_is_outlined_by_its_sentences_or_refused(text):
    if not any(map(str.isalnum, text)):
        with pytest.raises(UndecodableText):
            outline(text)
        return
    found = outline(text)
    spans = [(one.start, one.end) for one in found.sentences]
    check(text, spans)
    assert spans == split(text)
    assert [one.position for one in found.sentences] == list(range(len(spans)))
    assert all(one.text == text[one.start : one.end] for one in found.sentences)
    assert {one.segment for one in found.sentences} <= set(SEGMENTS)
    assert found.title
    assert outline(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The cafÃ© was Ã¼ber.", "“Ã©”: it was saved with the wrong encoding"),
        ("Ð¡Ð»Ð¾Ð²Ð¾ is here.", "it was saved with the wrong encoding"),
        ("It&#8217;s here &amp; there.", "2 signs written as in HTML, the first is “&#8217;”"),
    ],
)
def test_a_text_that_was_spoilt_before_is_warned_about(text, said):
    assert any(said in each for each in outline(f"Talks fail\n\n{text}").warnings)


@pytest.mark.parametrize("text", ["Ärger in São Paulo, Ã is a letter.", "AT&T; R&D; Q & A."])
def test_letters_and_signs_that_are_meant_are_no_fault(text):
    assert outline(f"Talks fail\n\n{text}\n\n{STORY}").warnings == ()
