"""Words of the article that a claim points at: picked as code points, or copied as words."""

import re

import pytest
from installation import staged
from label_form import answer_of, claim, fields, nothing_stored

from annotator.codebook.load import default_text, load
from annotator.store.db import write
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning

TEXT = (
    "Ships and words\n\n"
    "“We \N{SHIP} sail,” said Rene\u0301 O’Neill’s aide. Then דוד לוי (David) spoke of peace.\n\n"
    "\N{FAMILY}\u200d\N{SHIP} agreed with the aide,\r\nwho had left."
)


@pytest.fixture
@staged
def odd(browser):
    """Return an article of unusual characters in a project that asks for evidence."""
    asks = default_text().replace("evidence = false", "evidence = true")
    draft = storing.read_file("odd.txt", TEXT.encode())
    with write():
        made = projects.create("odd", "Odd", load(asks, "asks.toml"))
        memberships.join(made, accounts.get_user("ann"), {"annotator"})
        stored = storing.store_article(made, draft)
        assigning.assign([(stored.id, accounts.get_user("ann").id)])
    return stored


@pytest.fixture
def ann(browser, odd):
    return browser("ann")


@pytest.fixture
def url(odd):
    return f"/label/{odd.id}/1"


def span_of(article, words):
    start = article.text.index(words)
    return f"{start}-{start + len(words)}"


def open_claim(**others):
    """Return a claim without a speaker: this project's narrator has another number."""
    return {"stance": "neutral", "certainty": "certain", **others}


def mention_of(article):
    stored = answer_of(article, 1).claims[0]
    return article.text[stored.mention_start : stored.mention_end]


def evidence_of(article):
    return [article.text[start:end] for start, end in answer_of(article, 1).claims[0].evidence]


WORDS = ["Rene\u0301", "דוד לוי", "\N{SHIP}", "“We \N{SHIP} sail,”", "O’Neill", "the aide,\r\nwho"]


@pytest.mark.parametrize("words", WORDS)
def test_a_picked_span_is_what_python_slices(odd, ann, url, words):
    posted = open_claim(span=span_of(odd, words), mention="whatever")
    ann.post(url, fields(posted), 200, htmx=True)
    assert mention_of(odd) == words


@pytest.mark.parametrize("words", WORDS)
def test_copied_words_are_found_where_they_stand(odd, ann, url, words):
    ann.post(url, fields(open_claim(mention=words, span="")), 200, htmx=True)
    assert mention_of(odd) == words


def test_each_sentence_says_where_it_begins_and_keeps_its_carriage_returns(odd, ann, url):
    page = ann.get(url).text
    starts = [int(start) for start in re.findall(r'class="words[^"]*" data-start="(\d+)"', page)]
    assert starts[0] == 0
    assert len(starts) == odd.sentence_count
    assert "the aide,&#13;\nwho had left." in page


def test_an_old_span_does_not_win_over_words_changed_by_hand(odd, ann, url):
    old = span_of(odd, "O’Neill")
    ann.post(url, fields(open_claim(span=old, mention="O’Neill")), 200, htmx=True)
    ann.post(url, fields(open_claim(span=old, mention="David"), revision=1), 200, htmx=True)
    assert mention_of(odd) == "David"
    now = span_of(odd, "David")
    ann.post(url, fields(open_claim(span=now, mention=""), revision=2), 200, htmx=True)
    assert answer_of(odd, 1).claims[0].mention_start is None


def test_a_repeated_word_keeps_the_place_that_was_picked(odd, ann, url):
    second = odd.text.rindex("aide")
    picked = open_claim(span=f"{second}-{second + 4}", mention="aide")
    ann.post(url, fields(picked), 200, htmx=True)
    ann.post(url, fields(picked | {"stance": "oppose"}, revision=1), 200, htmx=True)
    assert answer_of(odd, 1).claims[0].mention_start == second


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"span": "0-99999"}, "at most 1,000 characters"),
        ({"span": "150-900"}, "lies outside the article"),
        ({"span": "9-3"}, "lies outside the article"),
        ({"span": "3-9,12-14"}, "one span"),
        ({"span": "-3-9"}, "one span"),
        ({"evidence": "3-9;12-14"}, "3-14,20-31"),
        ({"evidence_words": "Elvis Presley"}, "was not found in this sentence"),
    ],
)
def test_a_span_outside_the_article_is_refused(ann, url, change, said):
    reply = ann.post(url, fields(open_claim(**change)), 422)
    assert said in reply.text
    assert nothing_stored()


def test_evidence_comes_as_spans_or_as_one_stretch_per_line(odd, ann, url):
    spans = ",".join([span_of(odd, "sail,”"), span_of(odd, "spoke of peace")])
    ann.post(url, fields(open_claim(evidence=spans, evidence_words="")), 200, htmx=True)
    assert evidence_of(odd) == ["sail,”", "spoke of peace"]
    lines = "spoke of peace\r\n\r\nRene\u0301\r\n"
    again = open_claim(evidence=spans, evidence_words=lines)
    ann.post(url, fields(again, revision=1), 200, htmx=True)
    assert evidence_of(odd) == ["spoke of peace", "Rene\u0301"]


def test_evidence_is_shown_underlined_and_can_be_removed(odd, ann, url):
    span = span_of(odd, "spoke of peace")
    ann.post(url, fields(open_claim(evidence=span)), 200, htmx=True)
    page = ann.get(url).text
    assert '<span class="evidence">spoke of peace</span>' in page
    assert f'data-unpick="{span}"' in page
    assert re.search(r'name="claims-0-evidence_words"[^>]*>spoke of peace</textarea>', page)


def test_a_mention_in_a_neighbouring_sentence_is_underlined_there(odd, ann, url):
    span = span_of(odd, "the aide,\r\nwho")
    ann.post(url, fields(open_claim(span=span, evidence=span)), 200, htmx=True)
    page = ann.get(url).text
    assert '<span class="mention evidence">the aide,&#13;\nwho</span>' in page
    assert 'value="the aide, who"' in page


def test_a_claim_that_is_not_open_carries_its_words_along(odd, ann, url):
    span = span_of(odd, "David")
    picked = open_claim(span=span, mention="David", evidence=span, evidence_words="David")
    page = ann.post(url, fields(picked, act="add"), 200, htmx=True).text
    assert f'name="claims-0-span" value="{span}"' in page
    assert f'name="claims-0-evidence" value="{span}"' in page


def test_a_project_that_does_not_ask_for_evidence_keeps_what_is_there(browser, article):
    ann, url = browser("ann"), f"/label/{article.id}/2"
    ann.post(url, fields(claim(evidence="300-310")), 200, htmx=True)
    page = ann.get(url).text
    assert 'data-pick="evidence"' not in page
    assert 'name="claims-0-evidence" value="300-310"' in page
