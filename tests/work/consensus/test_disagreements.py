"""Which sentences are disputed, in what, and how much: counted in the database."""

from random import Random

import pytest
from agreement_examples import answer, ask_aspects, label, sentences, speaker
from slow_cases import server, slow

from annotator.measure.rounds import NEWEST
from annotator.store.batches import Batch
from annotator.store.db import db, write
from annotator.work.agreement.measuring import spread_for
from annotator.work.agreement.report import Selection
from annotator.work.consensus import disagreements
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.consensus import consensus
from annotator.work.consensus.disagreements import KINDS
from annotator.work.labelling.speakers import speakers_today


def kinds(project, *lines):
    """Label one sentence per line; return in what each differs, None where it is not compared."""
    label(project, "\n".join(lines))
    rows = db.session.execute(disagreements.states(project)).all()
    found = {
        row.position: [kind for kind in KINDS if getattr(row, kind)] for row in rows if row.n > 1
    }
    assert all(bool(found[row.position]) == row.differs for row in rows if row.n > 1)
    assert reported(project) == {row.sentence_id: found[row.position] for row in rows if row.n > 1}
    return [found.get(position) for position in range(len(lines))]


def reported(project):
    """Return in what each compared sentence differs as a report over everything has it."""
    spread = spread_for(project, Selection(whole_articles=True, round=NEWEST))
    many = {
        row.sentence_id for row in db.session.execute(disagreements.states(project)) if row.n > 1
    }
    return {
        sentence: [kind for kind in spread.by_kind if spread.of(kind)[row] > 0]
        for row, sentence in enumerate(spread.sentences.tolist())
        if sentence in many or spread.of("all")[row] > 0
    }


def test_each_kind_of_difference_is_told_apart(project):
    assert kinds(
        project,
        "a: Mattis oc | b: Mattis oc",
        "a: x | b: Mattis oc",
        "a: Mattis oc | b: Mattis oc, NARRATOR uc",
        "a: Mattis oc | b: Trump oc",
        "a: Mattis oc | b: Mattis nc",
        "a: Mattis oc | b: Mattis op",
        "a: Mattis oc",
    ) == [[], ["status"], ["number"], ["speaker"], ["stance"], ["certainty"], None]


def test_labels_that_are_the_same_but_on_other_claims_differ(project):
    found = kinds(project, "a: Mattis oc, Mattis np | b: Mattis op, Mattis nc")
    assert found == [["certainty"]]


def test_saying_a_claim_twice_is_no_difference(project):
    assert kinds(project, "a: Mattis oc, Mattis oc | b: Mattis oc") == [[]]


def test_the_order_of_claims_is_no_difference(project):
    assert kinds(project, "a: Mattis oc, Trump sc | b: Trump sc, Mattis oc") == [[]]


def test_one_of_two_claims_of_another_speaker_is_a_difference_of_speakers(project):
    assert kinds(project, "a: Mattis oc, Mattis nc | b: Mattis oc, Trump nc") == [
        ["speaker", "stance"]
    ]


def test_speakers_are_compared_as_they_are_known_today(project):
    assert kinds(project, "a: Mattis oc | b: General oc") == [["speaker"]]
    with write():
        speaker(project, "General").merged_into_id = speaker(project, "Mattis").id
    assert not db.session.execute(disagreements.states(project)).one().differs


def test_the_earlier_answers_part_the_more_they_differ(project):
    label(
        project,
        """
        a: Mattis oc | b: Mattis op
        a: Mattis oc | b: Mattis nc
        a: Mattis oc | b: Trump oc
        a: Mattis oc | b: x
        a: Mattis oc | b: Mattis oc | c: Mattis nc
        a: Mattis oc | b: Mattis nc | c: Mattis sc
        """,
    )
    score = {
        row.position: row.difference
        for row in db.session.execute(disagreements.states(project)).all()
    }
    assert score[0] < score[1] < score[2] < score[3]
    assert 0 < score[4] < score[5]


@pytest.mark.parametrize(
    "changes", [{"complete": False}, {"origin": "model"}, {"origin": "imported"}]
)
def test_answers_that_are_not_independent_or_not_complete_do_not_count(project, changes):
    with write():
        (sentence,) = sentences(project, 1)
        answer(sentence, "a", "Mattis oc")
        answer(sentence, "b", "Mattis nc", **changes)
    assert db.session.execute(disagreements.states(project)).all() == []


def test_projects_know_nothing_of_one_another(project):
    from annotator.codebook.load import load_default
    from annotator.work.accounts import projects

    with write():
        other = projects.create("other", "Other", load_default())
    label(project, "a: Mattis oc | b: Mattis nc")
    assert db.session.execute(disagreements.states(other)).all() == []


def test_aspects_part_answers_where_the_codebook_asks_for_them(project):
    lines = (
        "a: Mattis ocm | b: Mattis ocm",
        "a: Mattis ocm | b: Mattis ocr",
        "a: Mattis ocm | b: Mattis oc",  # what is left empty is not compared
        "a: Mattis ocm, Mattis ocr | b: Mattis ocm",
        "a: Mattis ocm, Mattis nci | b: Mattis oci, Mattis ncm",
    )
    assert kinds(project, *lines) == [[], [], [], [], []]
    ask_aspects(project)
    rows = {row.position: row for row in db.session.execute(disagreements.states(project))}
    found = [[kind for kind in KINDS if getattr(rows[n], kind)] for n in range(len(lines))]
    assert found == [[], ["aspect"], [], ["number", "aspect"], ["aspect"]]
    assert list(reported(project).values()) == found


def some(rng, aspects=""):
    """Return a random answer."""
    if rng.random() < 0.2:
        return rng.choice("xz")
    said = [
        f"{rng.choice(['Mattis', 'Trump'])} {rng.choice('so')}{rng.choice('cp')}"
        f"{rng.choice(aspects) if aspects else ''}"
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))
    ]
    return ", ".join(said)


@slow
@pytest.mark.parametrize("seed", [pytest.param(0, marks=server), *range(1, 3)])
@pytest.mark.parametrize("aspects", ["", "mr"])
def test_the_database_and_the_aligned_claims_say_the_same(project, seed, aspects):
    """What the queue calls unanimous is what bulk acceptance would make gold, and no more."""
    rng = Random(seed)
    if aspects:
        ask_aspects(project)
    lines = [
        " | ".join(f"{who}: {some(rng, aspects)}" for who in "abc"[: rng.choice((2, 3))])
        for _ in range(150)
    ]
    label(project, "\n".join(lines))
    rows = db.session.execute(disagreements.states(project)).all()
    assert reported(project) == {
        row.sentence_id: [kind for kind in KINDS if getattr(row, kind)] for row in rows
    }
    (article,) = {row.article_id for row in rows}
    connection = db.session.connection()
    today, labels = speakers_today(connection, project), project.codebook.labels
    found = comparisons(connection, Batch({article: ""}), today, labels)
    assert len(rows) == 150
    for row in rows:
        agreed = consensus(found[article, row.position], "claims").unanimous
        assert agreed != bool(row.differs), lines[row.position]
