"""The agreement report: which answers count, and every figure against another way to get it."""

import random
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pytest
from agreement_examples import (
    SMALL,
    answer,
    give,
    label,
    person,
    random_project,
    sentences,
    speaker,
)
from measure_examples import ratings_from
from slow_cases import further, slow
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.measure.coefficients.alpha import alpha
from annotator.measure.coefficients.percent import percent_pairs
from annotator.measure.coefficients.result import NO_PAIRS
from annotator.measure.patterns import Patterns
from annotator.store.db import db, write
from annotator.store.models import Answer, Decision, Project, Speaker
from annotator.store.snapshot import one_moment
from annotator.work.accounts import memberships, projects
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.collecting import Collector
from annotator.work.agreement.measuring import report_for
from annotator.work.agreement.report import Selection
from annotator.work.agreement.report_json import report_json
from annotator.work.gold.rows import gold_rows

FIELDS = ["status", "speaker", "stance", "stance_on_scale", "certainty"]
MORE = [
    "stance_related", "speakers", "speaker_type", "certainty_top", "aligned_stance",
    "aligned_certainty",
]  # fmt: skip


@pytest.fixture
def small(project):
    label(project, SMALL)
    return project


def figures(project, name):
    return report_for(project).field(name)


# What counts


def test_a_report_counts_what_it_looks_at(small):
    scope = report_for(small).scope
    assert (scope.articles, scope.sentences, scope.annotators) == (1, 7, 2)
    assert (scope.answers, scope.claims, scope.double_labelled) == (13, 10, 6)


def test_status_of_a_small_project_by_hand(small):
    # Coincidences: claims 9 (8 agreeing), no_claim 3 (2 agreeing); n = 12, 2 of 12 differ.
    status = figures(small, "status")
    assert status.alpha.value == pytest.approx(1 - 11 * 2 / (2 * 9 * 3))
    assert status.percent.value == pytest.approx(5 / 6)
    assert (status.units, status.answers, status.single) == (6, 12, 1)
    assert (status.annotators, status.articles) == (2, 1)
    assert dict(zip(status.values, status.given, strict=True)) == {
        "claims": 9, "no_claim": 3, "not_article_text": 0,
    }  # fmt: skip


def test_speaker_of_a_small_project_by_hand(small):
    # Four sentences with two claims; Mattis 3, Trump 3, NARRATOR 2; one of four pairs differs.
    speakers = figures(small, "speaker")
    expected = (64 - 9 - 9 - 4) / (8 * 7)
    assert speakers.alpha.value == pytest.approx(1 - (2 / 8) / expected)
    assert speakers.percent.value == 3 / 4
    assert dict(zip(speakers.values, speakers.given, strict=True)) == {
        "Mattis": 3, "Trump": 3, "NARRATOR": 2,
    }  # fmt: skip
    assert speakers.single == 2


def test_stance_of_a_small_project_by_hand(small):
    # oppose 2, neutral 3, support 2, unrelated 1; one pair differs: unrelated and neutral.
    stance = figures(small, "stance")
    assert stance.alpha.value == pytest.approx(1 - 7 * 2 / (64 - 4 - 9 - 4 - 1))
    assert stance.pairs == ((1, 0, 0, 0), (0, 1, 0, 1), (0, 0, 1, 0), (0, 1, 0, 0))
    assert stance.confused == ((1, 1, 3),)


def test_the_second_look_at_stance_leaves_out_what_is_off_the_scale(small):
    scale = figures(small, "stance_on_scale")
    assert scale.values == ("oppose", "neutral", "support")
    assert scale.level == "ordinal"
    assert (scale.units, scale.answers, scale.alpha.value) == (3, 6, 1.0)


def test_certainty_of_a_small_project_by_hand(small):
    # Mid-ranks of possible 1, likely 2, certain 5: .5, 2, 5.5.
    certainty = figures(small, "certainty")
    observed = 2 * ((5.5 - 2) ** 2 + (2 - 0.5) ** 2)
    expected = 2 * (1 * 2 * 1.5**2 + 1 * 5 * 5**2 + 2 * 5 * 3.5**2)
    assert certainty.level == "ordinal"
    assert certainty.alpha.value == pytest.approx(1 - 7 * observed / expected)


def test_pairs_add_up(small):
    for field in report_for(small).fields:
        if field.pairs is not None:
            below = sum(sum(row[: i + 1]) for i, row in enumerate(field.pairs))
            assert below == field.compared == field.units  # two answers each
            assert field.agreeing == sum(row[i] for i, row in enumerate(field.pairs))


@pytest.mark.parametrize(
    "changes",
    [{"complete": False}, {"round": 2}, {"origin": "imported"}, {"origin": "model"}],
    ids=str,
)
def test_only_complete_independent_answers_of_people_count(small, changes):
    with write():
        sentence = sentences(small, 1)[0]
    before = report_json(report_for(small))
    with write():
        answer(sentence, "a", "Mattis oc", **changes)
        answer(sentence, "b", "Trump sl", **changes)
    assert report_json(report_for(small)) == before


def test_an_answer_begun_and_not_decided_does_not_count(small):
    with write():
        sentence = sentences(small, 1)[0]
    before = report_json(report_for(small))
    with write():
        for who in "ab":
            answer(sentence, who, "x", status=None, complete=False)
    assert report_json(report_for(small)) == before


@pytest.mark.parametrize("segment", ["dateline", "boilerplate", "headline"])
def test_only_the_body_counts(small, segment):
    before = report_json(report_for(small))
    label(small, "a: x | b: NARRATOR uc", segments=segment)
    assert report_json(report_for(small)) == before


def test_headlines_count_where_the_project_says_so(small):
    with write():
        db.session.get(Project, small.id).headlines_in_agreement = True
    label(small, "a: x | b: NARRATOR uc", segments="headline")
    label(small, "a: x | b: NARRATOR uc", segments="dateline")
    report = report_for(db.session.get(Project, small.id))
    assert report.field("status").units == 7
    assert report_json(report)["selection"]["segments"] == ["body", "headline"]


def test_a_decision_of_an_adjudicator_changes_nothing(small):
    before = report_json(report_for(small))
    with write():
        row = db.session.scalars(select(Answer).order_by(Answer.id)).first()
        db.session.add(
            Decision(
                sentence_id=row.sentence_id, how="adjudicated", status="no_claim",
                codebook_version_id=row.codebook_version_id,
            )
        )  # fmt: skip
    assert report_json(report_for(small)) == before


def test_another_project_changes_nothing(small):
    before = report_json(report_for(small))
    with write():
        other = projects.create("other", "Other", load_default())
    label(other, SMALL)
    assert report_json(report_for(small)) == before


def test_speakers_are_compared_after_merges(project):
    label(project, "a: Mattis oc | b: Mr. Mattis oc\na: Trump nc | b: Trump nc")
    assert figures(project, "speaker").percent.value == 0.5
    with write():
        speaker(project, "Mr. Mattis").merged_into_id = speaker(project, "Mattis").id
    merged = figures(project, "speaker")
    assert merged.alpha.value == 1.0
    assert merged.values == ("Mattis", "Trump")


def test_only_the_primary_claim_is_compared(project):
    label(project, "a: Mattis oc, Trump sl | b: Mattis oc\na: Trump nc | b: Trump nc, Mattis ul")
    for name in ("speaker", "stance", "certainty"):
        assert figures(project, name).percent.value == 1.0


# What is not defined


def test_nothing_is_defined_without_an_answer(project):
    report = report_for(project)
    assert report.scope.double_labelled == report.scope.answers == 0
    assert [field.name for field in report.fields] == FIELDS
    for field in report.fields:
        assert field.alpha.reason == field.percent.reason == NO_PAIRS
        assert field.verdict is None
        assert (field.units, field.answers, field.annotators, field.articles) == (0, 0, 0, 0)


def test_nothing_is_defined_where_nobody_labelled_twice(project):
    label(project, "a: Mattis oc\nb: Trump nc")
    for field in report_for(project).fields:
        assert field.alpha.reason == NO_PAIRS
        assert (field.single, field.annotators) == (2, 0)


def test_one_value_only_is_said_not_scored(project):
    label(project, "a: Mattis oc | b: Mattis oc\na: Mattis oc | b: Mattis oc")
    for field in report_for(project).fields:
        assert "everyone gave the same value" in field.alpha.reason
        assert "100 % of 2 pairs" in field.alpha.reason
        assert field.percent.value == 1.0


def test_articles_with_a_second_annotator_are_counted(project):
    with write():
        for people in (["ann", "ben"], ["ann"], []):
            give(sentences(project, 1)[0].article_id, *people)
    assert report_for(project).shared_articles == 1


# Against a naive recomputation


def naive(project, name):
    """Collect (sentence, annotator, value) row by row, without any grouping."""
    rows = db.session.scalars(select(Answer)).all()
    found = []
    for row in rows:
        if name == "status":
            found.append((row.sentence_id, row.user_id, row.status))
        elif row.claims:
            claim = row.claims[0]
            value = {"speaker": claim.speaker.name, "certainty": claim.certainty}.get(
                name, claim.stance
            )
            found.append((row.sentence_id, row.user_id, value))
    if name == "stance_on_scale":
        found = [rating for rating in found if rating[2] != "unrelated"]
    return found


@pytest.mark.parametrize("seed", further(range(3)))
@pytest.mark.parametrize("name", further(FIELDS))
def test_figures_are_those_of_the_single_rows(project, name, seed):
    random_project(project, seed)
    field, rows = figures(project, name), naive(project, name)
    values = sorted({value for _, _, value in rows}) if name == "speaker" else field.values
    patterns = Patterns.from_ratings(values, rows)
    assert field.alpha.value == pytest.approx(alpha(patterns, field.level).value, abs=1e-12)
    assert field.percent.value == pytest.approx(percent_pairs(patterns).value, abs=1e-12)
    by_unit = defaultdict(list)
    for unit, who, value in rows:
        by_unit[unit].append((who, value))
    paired = [given for given in by_unit.values() if len(given) > 1]
    flat = [one for given in paired for one in given]
    assert (field.units, field.answers) == (len(paired), len(flat))
    assert field.annotators == len({who for who, _ in flat})
    assert field.single == len(by_unit) - len(paired)
    assert field.compared == sum(len(given) * (len(given) - 1) // 2 for given in paired)
    given = {v: n for v, n in zip(field.values, field.given, strict=True) if n}
    assert given == Counter(value for _, value in flat)
    if field.pairs:
        mixed = Counter(
            frozenset((one[1], other[1])) for g in paired for one, other in combinations(g, 2)
        )
        for i, a in enumerate(field.values):
            for j, b in enumerate(field.values):
                assert field.pairs[i][j] == mixed[frozenset((a, b))]


def test_a_run_through_all_answers_and_one_by_sentence_read_the_same(project, monkeypatch):
    random_project(project, 1)
    whole = report_json(report_for(project))
    monkeypatch.setattr("annotator.work.agreement.collecting.MUCH", 0)
    monkeypatch.setattr("annotator.work.agreement.collecting.SPREAD", 0)
    assert report_json(report_for(project)) == whole


@pytest.mark.parametrize("size", further([1, 9, 20]))
def test_how_many_articles_are_read_at_a_time_changes_no_figure(project, monkeypatch, size):
    random_project(project, 2)
    with write():
        speaker(project, "P").merged_into_id = speaker(project, "Q").id
    whole = report_for(project)
    assert whole.unmerged is not None
    monkeypatch.setattr("annotator.work.agreement.collecting.SENTENCES", size)
    assert report_for(project) == whole


def test_a_project_that_is_read_in_parts_is_read_once(project, monkeypatch):
    random_project(project, 3)
    monkeypatch.setattr("annotator.work.agreement.collecting.SENTENCES", 16)
    with one_moment() as now:
        collector = Collector(now, project, Selection())
        whole, parts = collector.whole(), list(collector.parts())
    assert len(parts) == 3
    assert max(len(each.sentences) for each in parts) <= 16
    assert np.concatenate([each.sentences for each in parts]).tolist() == whole.sentences.tolist()
    assert np.concatenate([each.article_ids for each in parts]).tolist() == (
        whole.article_ids.tolist()
    )
    assert sum(len(each.claims.unit) for each in parts) == len(whole.claims.unit)
    assert sum((each.status >= 0).sum() for each in parts) == (whole.status >= 0).sum()


def test_alpha_without_an_annotator_is_that_of_the_others(project):
    random_project(project, 4)
    rows = naive(project, "status")
    with one_moment() as now:
        names = pseudonyms_of(project, now)
    (status,) = (each for each in report_for(project).people if each.field == "status")
    values = report_for(project).field("status").values
    # Only what two or more have answered is looked at, before anybody is left out.
    by_unit = Counter(unit for unit, _, _ in rows)
    for each in status.annotators:
        rest = [r for r in rows if names[r[1]] != each.name and by_unit[r[0]] > 1]
        expected = alpha(Patterns.from_ratings(values, rest)).value
        assert each.alpha_without == pytest.approx(expected, abs=1e-12)


# The codebook decides


def test_the_codebook_says_how_stance_is_read(project):
    label(project, SMALL)
    text = project.codebook_version.content.replace('"stance": "nominal"', '"stance": "interval"')
    assert text != project.codebook_version.content
    with write():
        db.session.get(Project, project.id).codebook_version.content = text
    report = report_for(db.session.get(Project, project.id))
    assert [field.name for field in report.fields] == ["status", "speaker", "stance", "certainty"]
    assert report.field("stance").level == "interval"
    assert report.field("stance").alpha.name == "alpha_interval"
    assert report.field("stance").values == ("oppose", "neutral", "support")


def test_the_json_has_the_same_keys_whatever_is_stored(project):
    empty = report_json(report_for(project))
    label(project, SMALL)
    full = report_json(report_for(project))
    assert list(empty) == list(full) == [
        "project", "codebook", "selection", "settings", "scope", "steps", "all_the_way",
        "presence", "speaker_before_merges", "people", "fields",
    ]  # fmt: skip
    assert list(empty["fields"]) == list(full["fields"]) == [*FIELDS, *MORE]
    for name in FIELDS:
        assert list(empty["fields"][name]) == list(full["fields"][name])
        measures = full["fields"][name]["measures"]
        assert list(measures)[:2] == [full_name(name), "percent_pairs"]
        assert list(measures["percent_pairs"]) == ["value", "low", "high", "se", "n", "reason"]


def full_name(name):
    return "alpha_ordinal" if name in {"certainty", "stance_on_scale"} else "alpha_nominal"


def test_published_data_keep_their_alpha(project):
    # Krippendorff 2011, section C, on the declared certainties: nominal would be .743.
    rows = ["1 1 . 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4",
            "1 1 2 1", "2 2 2 2"]  # fmt: skip
    letters = dict(zip("1234", "dplc", strict=True))
    label(
        project,
        "\n".join(
            " | ".join(
                f"{who}: P n{letters[v]}"
                for who, v in zip("abcd", row.split(), strict=True)
                if v != "."
            )
            for row in rows
        ),
    )
    patterns = Patterns.from_ratings("1234", ratings_from(rows))
    assert figures(project, "certainty").alpha.value == pytest.approx(
        alpha(patterns, "ordinal").value
    )


def test_a_speaker_of_no_name_is_never_invented(project):
    label(project, SMALL)
    names = set(db.session.scalars(select(Speaker.name)))
    assert set(figures(project, "speaker").values) <= names


# The same answers, stored in another order


def stored(slug, tables, speakers, cast):
    """Make a project of articles, speakers and annotators in these orders."""
    with write():
        project = projects.create(slug, "The same title", load_default())
        for name in speakers:
            speaker(project, name)
        for letter in cast:
            member = memberships.membership_of(person(project, letter), project)
            member.pseudonym = f"A0{letter}"
        for key, table in tables:
            rows = sentences(project, len(table), key=key)
            for sentence, line in zip(rows, table, strict=True):
                for who, said in line.items():
                    answer(sentence, who, said)
    return project


@slow
def test_the_order_of_storing_changes_no_figure(app):
    rng = random.Random(11)
    said = ["x", "z", *(f"{who} {s}{c}" for who in "PQR" for s in "sonu" for c in "clp")]
    said += ["P sc, Q ol", "Q nc, P nl, Q sp"]
    tables = [
        (f"t{n}", [{who: rng.choice(said) for who in "abc"} for _ in range(6)]) for n in range(8)
    ]
    one = stored("one", tables, "PQR", "abc")
    other = stored("other", tables[::-1], "RQP", "cab")
    expected = report_json(report_for(one)) | {"project": "other"}
    assert report_json(report_for(other)) == expected
    here, there = (list(gold_rows(each)) for each in (one, other))
    assert [row | {"project": "other"} for row in here] == there


@pytest.mark.parametrize("headlines", further([True, False]))
def test_all_answers_are_read_at_once_or_by_the_sentence_and_are_the_same(
    project, monkeypatch, headlines
):
    random_project(project, 4)
    rooms = "annotator.work.agreement.collecting"
    monkeypatch.setattr(f"{rooms}.SENTENCES", 10)
    monkeypatch.setattr(f"{rooms}.AT_ONCE", 7)
    found = []
    for much in (0, 10**9):
        monkeypatch.setattr(f"{rooms}.MUCH", much)
        found.append(report_for(project, Selection(headlines=headlines)))
    assert found[0] == found[1]
    assert found[0].scope.answers > 50
