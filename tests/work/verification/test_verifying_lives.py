"""Whatever people did in a project, a release of it has no fault."""

import random
from itertools import count, product

import pytest
from agreement_examples import answer, person
from gold_examples import METHODS
from release_examples import more_articles, release, settle_clocks
from slow_cases import further, slow
from sqlalchemy import select
from verify_examples import found

from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Claim,
    Decision,
    Project,
    Repair,
    Sentence,
    Speaker,
)
from annotator.work.accounts import accounts
from annotator.work.adjudication import asking, deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.articles import repairing
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.speakers import changes as speaker_changes

SAID = [
    "x",
    "z",
    *(f"{who} {s}{c}" for who in ("Putin", "Trump", "Lavrov") for s in "sonu" for c in "cl"),
]
SAID += ["Putin sc, Trump ol", "Trump nc, Lavrov nl, Trump sp", "Lavrov sc, Lavrov oc"]
KEYS = count(1)


def chance(rng, share):
    return rng.random() < share


def answered(rng, sentence, who):
    """Store one answer of any kind an annotator, an import or a model can leave."""
    kind = rng.choice(["whole"] * 6 + ["incomplete", "note", "imported", "model", "again"])
    said, changes = (
        rng.choice(SAID),
        {"unsure": chance(rng, 0.1), "note": rng.choice(["", "", "hm"])},
    )
    if kind == "incomplete":
        said, changes["complete"] = "Putin ?c", False
    elif kind == "note":
        said = "x"
        changes |= {"status": None, "complete": False, "note": "what is this?"}
    elif kind in ("imported", "model"):
        changes["origin"] = kind
    elif kind == "again":
        changes["round"] = 2
    stored = answer(sentence, who, said, **changes)
    for claim in db.session.scalars(select(Claim).where(Claim.answer_id == stored.id)):
        if chance(rng, 0.5):
            start = rng.randrange(sentence.start, sentence.end)
            claim.mention_start, claim.mention_end = start, rng.randint(start + 1, sentence.end)
            claim.evidence = [[start, claim.mention_end]]
        claim.conditional = chance(rng, 0.2)


def decided(rng, sentence):
    """Let the adjudicator act on a sentence, perhaps twice."""
    cleo = accounts.get_user("cleo")
    readings = case_of(sentence).comparison.readings
    if not readings:
        return
    reading = rng.choice(readings)
    taken = tuple(Taken(each, reading.user_id) for each in reading.claims)
    draft = DecisionDraft(reading.status, taken, soft=chance(rng, 0.3), reason="ST-3: so it is")
    acts = [lambda act: deciding.decide(sentence, draft, act)]
    if chance(rng, 0.3):
        acts.append(lambda act: deciding.reopen(sentence, act))
    if chance(rng, 0.3):
        acts = [lambda act: asking.ask(sentence, "Who says so?", act)]
    for revision, do in enumerate(acts):
        do(Act(cleo, revision, f"key {next(KEYS)}"))


def repaired(rng, article):
    """Let the lead repair a few sentences, where nobody has decided."""
    lea = accounts.get_user("lea")
    for _ in range(4):
        if article.sentence_count < 2:
            return  # all of it is one sentence by now
        position = rng.randrange(article.sentence_count - 1)
        row = db.session.scalar(
            select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
        )
        blank = row.text.find(" ", len(row.text) // 2)
        kind, value = rng.choice(
            [("merge", ""), ("split", row.start + blank + 1), ("segment", "headline")]
        )
        try:
            repairing.carry_out(repairing.plan(article, position, kind, str(value)), lea)
        except RefusedError:
            continue


def handed_in(project):
    """Let everybody have handed in every article: whoever is asked about one gets it back."""
    held = {
        (each.article_id, each.user_id): each for each in db.session.scalars(select(Assignment))
    }
    for article in db.session.scalars(select(Article).order_by(Article.id)).all():
        for user in [person(project, letter) for letter in "abde"]:
            key = {"article_id": article.id, "user_id": user.id}
            assignment = held.get(tuple(key.values())) or Assignment(**key)
            assignment.state = "submitted"
            db.session.add(assignment)


def lived_in(rng, project):
    """Let people do what they do."""
    with write():
        project = db.session.get(Project, project.id)
        handed_in(project)
        for sentence in db.session.scalars(select(Sentence).order_by(Sentence.id)).all():
            for who in "abde":
                if chance(rng, 0.5):
                    answered(rng, sentence, who)
    with write():
        for sentence in db.session.scalars(select(Sentence).order_by(Sentence.id)).all():
            if chance(rng, 0.3):
                decided(rng, sentence)
        for article in db.session.scalars(select(Article).order_by(Article.id)).all():
            repaired(rng, article)
    with write():
        for stored in db.session.scalars(select(Answer).order_by(Answer.id)).all():
            stored.revision += chance(rng, 0.1)
        names = {each.name: each for each in db.session.scalars(select(Speaker))}
        if chance(rng, 0.5):
            project = db.session.get(Project, project.id)
            lea = accounts.get_user("lea")
            speaker_changes.merge(project, names["Trump"], names["Putin"], lea)
    settle_clocks()


LIVES = [*product(METHODS[:1], range(6)), *product(METHODS[1:], range(6, 8))]


@slow
@pytest.mark.parametrize(("method", "seed"), further(LIVES))
def test_a_release_of_it_has_no_fault(project, article, tmp_path, method, seed):
    rng = random.Random(seed)
    more_articles(project)
    lived_in(rng, project)
    assert db.session.query(Decision).count() > 3
    assert db.session.query(Repair).count() > 0
    shown = {"with_notes": chance(rng, 0.5), "with_text": chance(rng, 0.7)}
    release(project, tmp_path / "v1", method=method, **shown)
    assert found(tmp_path / "v1") == []
