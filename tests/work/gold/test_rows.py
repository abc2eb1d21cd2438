"""Gold: adjudicated wins, then unanimous and majority, and no tie is broken silently."""

import json
from dataclasses import replace

import pytest
from agreement_examples import label, speaker
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.consensus.voting import MODEL, OPEN, Vote, majority
from annotator.work.gold.rows import gold_rows


def gold(project, *lines):
    if lines:
        label(project, "\n".join(lines))
    return list(gold_rows(project))


def labels(row):
    return [(each["speaker"], each["stance"], each["certainty"]) for each in row["claims"]]


def decide(sentence, who=0, **fields):
    reading = case_of(sentence).comparison.readings[who]
    claims = tuple(Taken(claim) for claim in reading.claims)
    with write():
        deciding.decide(
            db.session.get(Sentence, sentence.id),
            replace(DecisionDraft(reading.status, claims), **fields),
            Act(accounts.get_user("cleo"), 0, "some-key"),
        )


def sentence():
    return db.session.scalars(select(Sentence)).one()


def test_what_all_say_is_unanimous(project):
    (row,) = gold(project, "a: Mattis oc | b: Mattis oc")
    assert (row["how"], row["n"], row["status"], labels(row)) == (
        "unanimous", 2, "claims", [("Mattis", "oppose", "certain")],
    )  # fmt: skip
    assert row["claims"][0]["fields"] == dict.fromkeys(
        ("speaker", "stance", "certainty"), "unanimous"
    )


def test_what_most_say_is_the_majority_field_by_field(project):
    (row,) = gold(project, "a: Mattis oc | b: Mattis oc | c: Mattis oc, Trump sc")
    assert (row["how"], labels(row)) == ("majority", [("Mattis", "oppose", "certain")])
    (row,) = [
        each
        for each in gold(project, "a: Mattis oc | b: Mattis oc | c: Mattis nc")
        if each["article"] != row["article"]
    ]
    claim = row["claims"][0]
    assert claim["fields"] == {
        "speaker": "unanimous", "stance": "majority", "certainty": "unanimous",
    }  # fmt: skip
    assert claim["votes"]["stance"] == {"oppose": 2, "neutral": 1}
    assert claim["margin"]["stance"] == pytest.approx(1 / 3, abs=1e-6)


@pytest.mark.parametrize(
    "line",
    [
        "a: Mattis oc | b: Mattis nc",
        "a: Mattis oc | b: Mattis op",
        "a: Mattis oc | b: Trump oc",
        "a: Mattis oc | b: Mattis oc, Trump oc",
        "a: x | b: Mattis oc",
        "a: Mattis oc | b: Mattis nc | c: Mattis sc",
        "a: Mattis oc | b: Trump oc | c: NARRATOR oc",
        "a: x | b: x | c: z | d: z",
        "a: x | b: x | c: x | d: z | e: z",
    ],
)
def test_a_tie_and_a_low_margin_are_never_broken(project, line):
    (row,) = gold(project, line)
    assert (row["how"], row["open"], row["status"], row["claims"]) == ("open", "tie", None, [])
    assert sum(row["votes"]["status"].values()) == row["n"]


def test_one_annotator_alone_is_neither_unanimous_nor_a_majority(project):
    (row,) = gold(project, "a: Mattis oc")
    assert (row["how"], row["n"], labels(row)) == (
        "single", 1, [("Mattis", "oppose", "certain")],
    )  # fmt: skip


def test_an_adjudicated_decision_wins_and_names_its_source(project):
    gold(project, "a: Mattis oc | b: Mattis oc | c: Mattis nc")
    decide(sentence(), 2, reason="ST-3: no plans")
    (row,) = gold(project)
    assert (row["how"], labels(row)) == ("adjudicated", [("Mattis", "neutral", "certain")])
    assert (row["reason"], row["rule"], row["stale"], row["codebook_version"]) == (
        "ST-3: no plans", "ST-3", False, 1,
    )  # fmt: skip
    assert row["adjudicator"].startswith("A")
    claim = row["claims"][0]
    assert claim["fields"]["stance"] == "adjudicated"
    assert claim["fields"]["certainty"] == "unanimous"
    assert claim["votes"]["stance"] == {"oppose": 2, "neutral": 1}


def test_a_soft_decision_has_its_readings_and_no_hard_label(project):
    gold(project, "a: Mattis oc | b: Mattis nc")
    decide(sentence(), soft=True)
    (row,) = gold(project)
    assert (row["how"], row["open"], row["status"], row["claims"]) == (
        "adjudicated", "soft", None, [],
    )  # fmt: skip
    assert row["soft_label"]["claims"] == [
        {
            "speaker": "Mattis",
            "present": {"yes": 2},
            "stance": {"neutral": 1, "oppose": 1},
            "certainty": {"certain": 2},
        }
    ]


def test_a_stale_decision_still_wins_and_says_that_it_is_stale(project):
    gold(project, "a: Mattis oc | b: Mattis nc")
    decide(sentence())
    with write():
        db.session.scalars(select(Answer).order_by(Answer.id)).first().revision += 1
    (row,) = gold(project)
    assert (row["how"], row["stale"]) == ("adjudicated", True)


def test_a_reopened_sentence_has_no_gold_although_most_agree(project):
    gold(project, "a: Mattis oc | b: Mattis oc | c: Mattis nc")
    decide(sentence())
    with write():
        deciding.reopen(sentence(), Act(accounts.get_user("cleo"), 1, "another-key"))
    (row,) = gold(project)
    assert (row["how"], row["open"], row["claims"]) == ("open", "reopened", [])


def test_merged_speakers_are_one_in_gold_and_in_decisions(project):
    gold(project, "a: Mattis oc | b: General oc")
    decide(sentence(), 1)
    with write():
        speaker(project, "General").merged_into_id = speaker(project, "Mattis").id
    (row,) = gold(project)
    assert labels(row) == [("Mattis", "oppose", "certain")]


def test_the_same_state_gives_the_same_rows(project):
    gold(project, "a: Mattis oc | b: Mattis nc", "a: x | b: x", "a: Trump sc")
    once, again = json.dumps(gold(project)), json.dumps(gold(project))
    assert once == again
    assert [row["sentence"] for row in gold(project)] == [0, 1, 2]


def test_a_model_takes_the_place_of_the_majority_for_closed_fields(project):
    """The seam for models: status, stance and certainty are theirs, speakers never are."""
    asked = set()

    def model(field, ballots):
        asked.add(field)
        return Vote(min(ballots.values()), MODEL, majority(ballots.values()).votes, 0.5)

    label(project, "a: Mattis oc | b: Mattis nc")
    (row,) = gold_rows(project, model)
    assert (row["how"], labels(row)) == ("model", [("Mattis", "neutral", "certain")])
    assert asked == {"status", "stance", "certainty"}


def test_incomplete_answers_are_left_out_of_gold(project):
    gold(project, "a: Mattis oc")
    with write():
        db.session.scalars(select(Answer)).one().complete = False
    assert gold(project) == []


@pytest.mark.parametrize(
    ("said", "value", "how"),
    [
        ("", None, OPEN),
        ("s", "s", "single"),
        ("ss", "s", "unanimous"),
        ("so", None, OPEN),
        ("sso", "s", "majority"),
        ("ssoo", None, OPEN),
        ("sson", None, OPEN),
        ("sssoo", None, OPEN),
        ("sssson", "s", "majority"),
    ],
)
def test_more_than_half_and_a_clear_margin_make_a_majority(said, value, how):
    vote = majority(said)
    assert (vote.value, vote.how) == (value, how)
