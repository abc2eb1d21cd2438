"""What results count is what gold rows and annotation rows say, claim by claim."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from agreement_examples import ask_aspects, label, random_project
from aspect_examples import decide, labelled
from gold_examples import crowded_project
from homecoming_examples import everything
from slow_cases import further

from annotator.formats.labels.rows import newest
from annotator.store.db import db, write
from annotator.store.models import Article, Project
from annotator.store.snapshot import one_moment
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.results.figures import figures, results
from annotator.work.results.reading import labels_of

MAJORITY = Aggregation()


def read(project, source, way=MAJORITY):
    with one_moment() as connection:
        return labels_of(connection, project, source, way)


def claims_in(labels, book):
    """Return speaker, stance and certainty of each claim, counted."""
    stances = [each.value for each in book.stances] + [None]
    certainties = [each.value for each in book.certainties] + [None]
    rows = zip(
        labels.speaker.tolist(), labels.stance.tolist(), labels.certainty.tolist(), strict=True
    )
    return Counter((labels.speakers[who][0], stances[s], certainties[c]) for who, s, c in rows)


def counted(rows):
    return Counter(
        (c["speaker"], c["stance"], c["certainty"]) for row in rows for c in row["claims"]
    )


def edges_in(labels):
    names = {number: name for number, (name, _) in labels.speakers.items()}
    return Counter({(names[a], names[b]): n for (a, b), n in labels.edges.items()})


@pytest.mark.parametrize("method", ["majority", *further(["dawid-skene", "mace"])])
@pytest.mark.parametrize("seed", [6, *further([1, 2])])
def test_gold_claims_are_those_of_the_gold_rows(project, method, seed):
    crowded_project(project, seed)
    way = Aggregation(method)
    labels = read(project, "gold", way)
    rows = list(gold_rows(project, way))
    assert claims_in(labels, project.codebook) == counted(rows)
    assert labels.sentences == sum(bool(row["claims"]) for row in rows)


def test_decisions_merges_and_what_is_open_count_as_in_gold(project, article):
    everything(project, article)
    db.session.rollback()
    project = db.session.get(Project, project.id)
    labels = read(project, "gold")
    rows = list(gold_rows(project))
    assert {row["how"] for row in rows} >= {"adjudicated", "open"}
    assert claims_in(labels, project.codebook) == counted(rows)
    chains = [(*c["via"], c["speaker"]) for row in rows for c in row["claims"]]
    assert edges_in(labels) == Counter(edge for chain in chains for edge in pairwise(chain))


def test_all_answers_are_the_newest_complete_ones_of_people(project, article):
    everything(project, article)
    db.session.rollback()
    project = db.session.get(Project, project.id)
    labels = read(project, "answers")
    by_sentence = {}
    for row in annotation_rows(project):
        by_sentence.setdefault((row["article"], row["sentence"]), []).append(row)
    rows = [row for some in by_sentence.values() for row in newest(some)]
    rows = [row for row in rows if row["complete"] and row["origin"] == "human"]
    assert claims_in(labels, project.codebook) == counted(rows)
    chains = [(*c["via"], c["speaker"]) for row in rows for c in row["claims"]]
    assert edges_in(labels) == Counter(edge for chain in chains for edge in pairwise(chain))


def test_the_parts_of_every_figure_add_up_to_its_claims(project):
    random_project(project, 4)
    for source in ("gold", "answers"):
        found = results(project, source, MAJORITY, "month")
        assert found.claims > 0
        for groups in (found.speakers, found.publishers):
            assert sum(group.n for group in groups) == found.claims
            for group in groups:
                assert [share.n for share in group.stances] == [sum(p) for p in group.parts]
        assert sum(share.n for row in found.certainty for share in row.shares) == found.claims
        assert sum(share.n for share in found.types) == found.claims
        assert sum(group.n for group in found.periods) + found.undated == found.claims


def test_speakers_with_few_claims_are_one_group_that_says_how_many(project):
    label(project, "a: P oc\n" * 5 + "a: Q sc\na: R nc\n")
    (own, others) = results(project, "answers", MAJORITY, "month").speakers
    assert (own.name, own.n, own.folded) == ("P", 5, 0)
    assert (others.n, others.folded) == (2, 2)


def test_periods_are_months_or_weeks_of_the_articles_and_undated_claims_are_told(project):
    label(project, "a: P oc", "a: P oc", "a: P sc", "a: P nc")
    days = [date(2019, 5, 3), date(2019, 5, 20), date(2019, 7, 1), None]
    with write():
        for article, day in zip(db.session.query(Article).order_by(Article.id), days, strict=True):
            article.published_on = day

    def read_by(period):
        found = results(project, "answers", MAJORITY, period)
        return found.undated, [(group.name, group.n) for group in found.periods]

    assert read_by("month") == (1, [("2019-05", 2), ("2019-07", 1)])
    assert read_by("week") == (1, [("2019-04-29", 1), ("2019-05-20", 1), ("2019-07-01", 1)])


def test_nothing_labelled_gives_figures_of_nothing(project):
    for source in ("gold", "answers"):
        found = results(project, source, MAJORITY, "week")
        assert (found.claims, found.articles, found.speakers, found.periods) == (0, 0, (), ())


ASPECTS = """
a: P ocm | b: P ocm | c: P ocr
a: Q sci | b: Q sci | c: Q sc
a: P nc | b: P nc | c: P nc
"""


def by_aspect(project, source):
    found = results(project, source, MAJORITY, "month").aspects
    return {each.name: (each.n, [share.n for share in each.stances]) for each in found}


def test_claims_are_grouped_by_their_aspect_where_the_codebook_asks_for_it(project):
    label(project, ASPECTS)
    before = results(project, "answers", MAJORITY, "month")
    assert before.aspects == ()
    ask_aspects(project)
    after = results(project, "answers", MAJORITY, "month")
    assert before == replace(after, aspects=())
    places = [each.value for each in project.codebook.stances]

    def stances(**given):
        return sum(given.values()), [given.get(each, 0) for each in places]

    said = {
        "military": stances(oppose=2),
        "deconfliction": stances(support=2),
        "relations": stances(oppose=1),
    }
    assert by_aspect(project, "answers") == said
    voted = {"military": stances(oppose=1), "deconfliction": stances(support=1)}
    assert by_aspect(project, "gold") == voted


def test_a_decision_has_its_own_aspect(project, article):
    labelled(project, article)
    decide(article, 4, "relations", "It is about talks.")
    db.session.rollback()
    here = db.session.get(Project, project.id)
    rows = [row for row in gold_rows(here) if row["how"] != "open"]
    aspects = Counter(c["aspect"] for row in rows for c in row["claims"] if c["aspect"])
    assert aspects["relations"]
    assert {name: n for name, (n, _) in by_aspect(here, "gold").items()} == aspects


@pytest.mark.parametrize("seed", [1, *further([2, 3])])
def test_gold_aspects_are_those_of_the_gold_rows(project, seed):
    random_project(project, seed, aspects="mir ")
    ask_aspects(project)
    rows = list(gold_rows(project))
    aspects = Counter(c["aspect"] for row in rows for c in row["claims"] if c["aspect"])
    assert {name: n for name, (n, _) in by_aspect(project, "gold").items()} == aspects


def test_the_same_labels_give_the_same_intervals(project):
    random_project(project, 4)
    labels = read(project, "answers")
    once, again = (figures(labels, project.codebook, "month") for _ in range(2))
    assert once == again
