"""An agreement report in plain words."""

from dataclasses import replace

import pytest

from annotator import phrases
from annotator.codebook.load import load_default
from annotator.measure.coefficients.result import NO_PAIRS, Measure
from annotator.work.agreement import wording
from annotator.work.agreement.report import FieldReport, Report, Scope, Selection


def field(name="certainty", value=0.9, raw=0.95, given=(5, 5), pairs=((4, 1), (1, 4)), articles=9):
    alpha = Measure(value, None if value is not None else NO_PAIRS, 9, 18)
    return FieldReport(
        name=name, level="ordinal", values=("no", "yes"), labels=("No", "Yes"), given=given,
        alpha=alpha, percent=Measure(raw, None, 9, 18), annotators=2, articles=articles,
        clusters=articles,
        single=0, compared=10, pairs=pairs,
    )  # fmt: skip


def report(*fields, shared=0):
    scope = Scope(1, 2, 3, 4, 5, 6)
    return Report("p", "1.0", Selection(), scope, fields, shared)


def said(*fields):
    return "".join(words.text for words in wording.summary(report(*fields), load_default())).strip()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.684, ".68"), (1.0, "1.00"), (0.0, ".00"), (-0.5, "\u2212.50"), (-0.001, ".00"),
        (0.9999, "1.00"), (0.7996, ".80"), (0.7994, ".799"), (2 / 3, ".67"), (0.6656, ".666"),
        (0.664, ".66"),
    ],
)  # fmt: skip
def test_a_coefficient_has_two_decimals_unless_they_would_mislead(value, shown):
    assert phrases.coefficient(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.5, "50 %"), (1.0, "100 %"), (0.999, "over 99 %"), (0.001, "under 1 %"), (0.0, "0 %")],
)
def test_a_percentage_says_all_only_of_all(share, shown):
    assert phrases.percent(share).replace("\u202f", " ") == shown


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.8, "firm"), (0.79, "tentative"), (0.667, "tentative"), (0.66, "revise rules"),
     (-1.0, "revise rules"), (None, "not defined")],
)  # fmt: skip
def test_the_verdict_follows_the_value(value, verdict):
    assert wording.verdict(field(value=value)) == verdict


def test_the_summary_names_what_is_firm_first():
    assert said(field("aligned_stance", 0.5), field("speaker", 0.9), field("status", 0.7)) == (
        "Agreement is firm for speaker. Agreement is tentative for claim presence."
        " Agreement is too low for stance."
    )


def test_the_summary_joins_topics():
    fields = [field(name, 0.2) for name in ("status", "speaker", "aligned_stance")]
    assert said(*fields) == ("Agreement is too low for claim presence, speaker and stance.")


def test_the_summary_leaves_the_second_look_at_stance_out():
    assert said(field("stance_on_scale", 0.2), field("aligned_stance", 0.9)) == (
        "Agreement is firm for stance."
    )


def test_the_summary_does_not_blame_skew_on_anybody():
    skewed = field("aligned_certainty", 0.1, raw=0.95, given=(1, 19))
    assert said(field("aligned_stance", 0.9), skewed) == (
        "Agreement is firm for stance."
        " Alpha is not informative for certainty: almost every sentence has one value."
    )


def test_a_reading_says_how_many_pairs_agree():
    assert wording.reading(field(value=0.9, raw=0.8)) == ["Agreeing pairs of answers: 8 of 10."]


def test_few_articles_are_said_to_be_too_few():
    assert said(field(articles=4)).endswith("Based on 4 articles: too few for reliable figures.")
    alike = replace(field(articles=9), clusters=3)
    assert "Based on 9 articles in 3 clusters: too few for reliable figures." in said(alike)


def test_what_is_not_defined_says_why():
    assert wording.reading(field(value=None)) == [NO_PAIRS]


def test_what_is_not_firm_names_the_values_most_confused():
    assert wording.reading(field(value=0.7))[-1] == "Most confused: No with Yes (1 pair)."
    assert "confused" not in " ".join(wording.reading(field(value=0.9)))


def test_skew_without_a_low_alpha_says_that_few_sentences_count():
    text = wording.skew(field(value=0.9, raw=0.95, given=(1, 9))).replace("\u202f", " ")
    assert text == "90 % of answers are “Yes”, so the figure depends on few sentences."


def test_headlines_are_named_as_left_out_only_where_they_are():
    assert "headlines, date lines" in wording.settings(Selection())[-1]
    assert "headlines" not in wording.settings(Selection(headlines=True))[-1]


def test_skew_alone_is_never_read_as_rules_to_revise():
    skewed = field(value=-0.03, raw=0.94, given=(3, 97))
    assert wording.verdict(skewed) == "skew"
    assert "This is skew, not low quality" in wording.reading(skewed)[0]
    assert wording.verdict(replace(skewed, ac=Measure(0.93, None, 9, 18))) == "skew"
    assert wording.verdict(field(value=0.7, raw=0.94, given=(3, 97))) == "tentative"


@pytest.mark.parametrize(
    "poor",
    [
        field(value=0.1, raw=0.7, given=(3, 97)),
        field(value=0.1, raw=0.95, given=(40, 60)),
        replace(field(value=0.1, raw=0.85, given=(3, 97)), ac=Measure(0.5, None, 9, 18)),
    ],
)
def test_poor_agreement_is_not_excused_by_skew(poor):
    assert wording.verdict(poor) == "revise rules"
    assert "not low quality" not in " ".join(wording.reading(poor))
