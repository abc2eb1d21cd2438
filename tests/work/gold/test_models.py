"""Gold of a project by a model: what it decides, what it must leave open, and that it is right."""

import json
from dataclasses import replace

import numpy as np
import pytest
from agreement_examples import label, random_project, speaker
from gold_examples import METHODS, VALUES, crowded_project, sparse, store_stances, systematic
from slow_cases import further, slow
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.measure.methods import Model
from annotator.store.batches import articles_of, batches
from annotator.store.db import db, write
from annotator.store.models import Claim, Sentence
from annotator.store.snapshot import one_moment
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.consensus.voting import OPEN, Majority
from annotator.work.gold.building import in_file_order
from annotator.work.gold.fitting import panels_of, summary
from annotator.work.gold.models import Aggregation
from annotator.work.gold.outcomes import outcomes
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.speakers import speakers_today

MODELS = METHODS[1:]


def rows_by(project, method, **kwargs):
    return list(gold_rows(project, Aggregation(method, **kwargs)))


def stance(row):
    """Return the stance that a row decides and how, or None where the sentence is open."""
    if row["how"] == OPEN:
        return None, OPEN
    (claim,) = row["claims"]
    return claim["stance"], claim["fields"]["stance"]


def slow_patterns(project):
    """Collect per field who gave what to each unit, the way gold itself reads answers."""
    labels = project.codebook.labels
    found = {name: [] for name in ("status", *labels)}
    with one_moment() as connection:
        today = speakers_today(connection, project)
        people = pseudonyms_of(project, connection)
        for batch in batches(articles_of(connection, project)):
            for said in comparisons(connection, batch, today, labels).values():
                comparison = in_file_order(said, people)
                found["status"].append({r.user_id: r.status for r in comparison.readings})
                for row in comparison.rows:
                    held = {
                        comparison.readings[who].user_id: claim
                        for who, claim in comparison.holders(row)
                    }
                    for name in labels:
                        given = {u: getattr(claim, name) for u, claim in held.items()}
                        given = {u: value for u, value in given.items() if value}
                        stray = name == "aspect" and len(given) == 1 < len(held)
                        found[name].append({} if stray else given)
    return found


def fast_patterns(project):
    with one_moment() as connection:
        panels = panels_of(connection, project)
    return {
        name: [
            {
                user: panel.values[place]
                for user, place in zip(panels.people, row, strict=True)
                if place >= 0
            }
            for row in panel.given.tolist()
        ]
        for name, panel in panels.fields.items()
    }


def as_set(patterns):
    return {name: sorted(sorted(each.items()) for each in rows) for name, rows in patterns.items()}


@pytest.mark.parametrize("seed", further([1, 2, 3]))
@pytest.mark.parametrize("make", further([crowded_project, random_project]))
def test_the_one_pass_finds_what_gold_reads_sentence_by_sentence(project, make, seed):
    make(project, seed)
    assert as_set(fast_patterns(project)) == as_set(slow_patterns(project))


def test_merged_speakers_are_one_for_a_model(project):
    label(project, "a: Mattis oc, General sp | b: General oc, Mattis sp | c: Mattis sl")
    with write():
        speaker(project, "General").merged_into_id = speaker(project, "Mattis").id
    assert as_set(fast_patterns(project)) == as_set(slow_patterns(project))


@pytest.mark.parametrize("method", further(MODELS))
@pytest.mark.parametrize("seed", further([1, 2, 3]))
def test_every_method_decides_any_project(project, method, seed):
    crowded_project(project, seed)
    for row in rows_by(project, method, model=Model(steps=20, restarts=2)):
        hows = {row["fields"]["status"]}
        hows |= {how for claim in row["claims"] for how in claim["fields"].values()}
        assert hows <= {"unanimous", "single", "majority", method, OPEN}
        assert all(claim["fields"]["speaker"] != method for claim in row["claims"])


def accuracy(project, made, name):
    """Return per method the share of sentences with the right stance in gold; open is not right.

    `pytest -s` shows the figures.
    """
    true, given = made
    store_stances(project, given)
    right = {}
    for method in METHODS:
        said = [stance(row) for row in rows_by(project, method)]
        hits = [value == VALUES[t] for (value, _), t in zip(said, true, strict=True)]
        left = sum(how == OPEN for _, how in said)
        right[method] = float(np.mean(hits))
        print(f"{name}: {method:12} right {right[method]:.3f}, {left} of {len(said)} open")
    return right


@slow
def test_dawid_skene_beats_the_majority_where_annotators_err_alike(project):
    right = accuracy(project, systematic(1), "errors alike")
    assert right["dawid-skene"] > right["majority"] + 0.1


@slow
def test_one_coin_beats_dawid_skene_where_labels_are_few(project):
    made = sparse(2, units=300, annotators=90)
    right = accuracy(project, made, "few labels each")
    assert right["one-coin"] > right["dawid-skene"] + 0.01


@pytest.mark.parametrize("method", MODELS)
def test_a_tie_is_never_broken_silently(project, method):
    """Two who differ as often either way cannot be told apart, so nothing decides for one."""
    label(project, "\n".join(["a: Mattis oc | b: Mattis sc", "a: Mattis sc | b: Mattis oc"] * 4))
    for row in rows_by(project, method):
        assert (row["how"], row["open"], row["status"], row["claims"]) == (OPEN, "tie", None, [])
        assert row["soft_label"]["claims"][0]["stance"] == {"oppose": 1, "support": 1}


@pytest.mark.parametrize("method", MODELS)
def test_beside_a_value_that_no_codebook_has_votes_decide(project, method):
    """Claims of one speaker stand otherwise for a model, which does not know such values."""
    label(project, "a: Mattis ?c, Mattis nc | b: Mattis sl, Mattis oc\na: Mattis oc | b: Mattis nc")
    with write():
        strange = select(Claim).join(Claim.answer).where(Claim.certainty == "certain")
        for number, claim in enumerate(db.session.scalars(strange.order_by(Claim.id)).all()[:2]):
            claim.stance = f"strange-{number}"
    first, second = rows_by(project, method)
    assert first["how"] == OPEN
    assert "stance" not in first["posterior"]
    assert second["posterior"]["status"]


@pytest.mark.parametrize("method", further(MODELS))
def test_what_is_nearer_than_the_least_margin_stays_open(project, method):
    random_project(project, 5)
    strict, easy = (rows_by(project, method, least_margin=least) for least in (0.99, 0.0))
    for row, other in zip(strict, easy, strict=True):
        if row["fields"]["status"] == method:
            assert row["margin"]["status"] >= 0.99
        if row["fields"]["status"] == OPEN:
            assert row["status"] is None
        for claim in (*row["claims"], *other["claims"]):
            for field, how in claim["fields"].items():
                if how == method:
                    best, second, *_ = sorted(claim["posterior"][field].values(), reverse=True)
                    assert claim["margin"][field] == pytest.approx(best - second, abs=2e-6)
                    assert best > 0.5
    assert sum(row["how"] == OPEN for row in strict) > sum(row["how"] == OPEN for row in easy)


@pytest.mark.parametrize("method", MODELS)
def test_what_all_or_one_alone_say_is_theirs_whatever_the_model_thinks(project, method):
    """Three who always err alike: a model may doubt what they all say, and may not change it."""
    lines = ["a: Mattis oc | b: Mattis oc | c: Mattis oc"] * 3 + ["a: Mattis sc"]
    lines += ["a: Mattis oc | b: Mattis nc | c: Mattis nc | d: Mattis nc"] * 9
    label(project, "\n".join(lines))
    rows = rows_by(project, method)
    for row in rows[:3]:
        assert stance(row) == ("oppose", "unanimous")
        claim = row["claims"][0]
        assert claim["margin"]["stance"] == 1
        assert sum(claim["posterior"]["stance"].values()) == pytest.approx(1, abs=1e-5)
    assert stance(rows[3]) == ("support", "single")
    assert "stance" not in rows[3]["claims"][0]["posterior"]


def test_the_majority_has_no_posterior(project):
    label(project, "a: Mattis oc | b: Mattis oc | c: Mattis nc")
    (row,) = gold_rows(project)
    assert (row["posterior"], row["claims"][0]["posterior"]) == ({}, {})
    assert [row] == rows_by(project, "majority")


def test_an_adjudicated_decision_wins_over_a_model(project):
    store_stances(project, systematic(1, 40)[1])
    before = rows_by(project, "dawid-skene")
    number = next(i for i, row in enumerate(before) if stance(row)[1] == "dawid-skene")
    chosen = db.session.scalars(select(Sentence).where(Sentence.position == number)).one()
    case = case_of(chosen)
    claim = replace(case.comparison.readings[0].claims[0], stance="unrelated")
    with write():
        deciding.decide(
            db.session.get(Sentence, chosen.id),
            DecisionDraft("claims", (Taken(claim),), reason="ST-3: so it is"),
            Act(accounts.get_user("cleo"), 0, "some-key"),
        )
    row = rows_by(project, "dawid-skene")[number]
    assert (row["how"], stance(row)) == ("adjudicated", ("unrelated", "adjudicated"))
    assert row["posterior"]["status"]


@pytest.mark.parametrize("method", further(METHODS[::-1]))
def test_the_same_labels_give_the_same_bytes(project, method):
    crowded_project(project, 4)
    assert json.dumps(rows_by(project, method)) == json.dumps(rows_by(project, method))


@pytest.mark.parametrize("method", further(MODELS))
def test_the_numbers_of_accounts_change_nothing(project, method):
    """The order of the columns is that of pseudonyms, so another database gives the same bytes."""
    given = sparse(1, units=40, annotators=6)[1]
    with write():
        other = projects.create("other", "Other", load_default())
    texts = []
    for made, first in ((project, "person"), (other, "someone")):
        # The second time the accounts stand in the opposite order.
        columns = range(6) if first == "person" else range(5, -1, -1)
        with write():
            for column in columns:
                user = accounts.add_user(f"{first}{column:02}")
                memberships.join(made, user, {"annotator"}).pseudonym = f"Z{column:02}"
        store_stances(made, given, first)
        rows = rows_by(made, method)
        for row in rows:
            del row["project"], row["article"]
        texts.append(json.dumps(rows))
    assert texts[0] == texts[1]


def test_the_summary_counts_what_gold_decides(project):
    store_stances(project, systematic(2, 80)[1])
    for method in METHODS:
        rows = [stance(row)[1] for row in rows_by(project, method)]
        field = summary(project, Aggregation(method))["fields"]["stance"]
        assert field["units"] == 80
        assert (field["unanimous"], field["open"]) == (rows.count("unanimous"), rows.count(OPEN))
        assert field["decided"] == rows.count(method)


@slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 2])
def test_arrays_and_single_votes_come_to_the_same(project, method, seed):
    """The page counts with arrays what gold decides sentence by sentence; also at the edges."""
    crowded_project(project, seed, units=60)
    with one_moment() as connection:
        panels = panels_of(connection, project)
    model = Model(steps=20, restarts=2)
    fits = Aggregation(method, model).fits(panels)
    for least in (0.0, 0.2, 0.3, 1.0):
        way = Aggregation(method, model, least)
        vote = Majority(least) if method == "majority" else way.with_fits(panels, fits)
        for name, panel in panels.fields.items():
            found = outcomes(panel, way, fits[name])
            for unit, row in enumerate(panel.given.tolist()):
                given = {
                    user: panel.values[place]
                    for user, place in zip(panels.people, row, strict=True)
                    if place >= 0
                }
                one = vote(name, given)
                value = None if found.value[unit] < 0 else panel.values[found.value[unit]]
                assert (value, bool(found.open[unit])) == (one.value, one.how == OPEN)
                assert bool(found.method[unit]) == (one.how == method)
                assert bool(found.unanimous[unit]) == (one.how == "unanimous")


@slow
def test_the_summary_shows_who_takes_what_for_what(project):
    """The confusions put into the labels come out again, and those of nobody else."""
    true, given = systematic(3, 1500)
    store_stances(project, given)
    people = summary(project, Aggregation("dawid-skene"))["fields"]["stance"]["annotators"]
    names = sorted(people)
    shares = [people[name]["confusion"]["support"]["neutral"] for name in names]
    known = [float((given[true == 2, who] == 1).mean()) for who in range(5)]
    # Pseudonyms are drawn, so who is who shows only in the figures.
    assert sorted(shares) == pytest.approx(sorted(known), abs=0.06)
    for each in people.values():
        assert (each["n"], each["shared"]) == (1500, 1500)
        for row in each["confusion"].values():
            assert sum(row.values()) == pytest.approx(1, abs=1e-5)


def test_who_shares_no_sentence_has_the_prior_and_no_accuracy(project):
    label(project, "a: Mattis oc | b: Mattis oc\na: Mattis nc | b: Mattis oc\nc: Mattis sc")
    found = summary(project, Aggregation("dawid-skene"))["fields"]["stance"]["annotators"]
    (alone,) = [each for each in found.values() if not each["shared"]]
    assert (alone["n"], alone["accuracy"]) == (1, None)
    assert alone["confusion"]["support"] == dict.fromkeys(VALUES, 0.25)
