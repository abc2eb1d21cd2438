"""What stands in the rows found is what the answers say, however many people say the same."""

import random

from agreement_examples import random_project, refresh
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Claim, Project, Sentence, Speaker, Via
from annotator.store.rows.answers import read_everybodys_answers
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.explore.filters import CLAIMS, Filters
from annotator.work.explore.finding import Search
from annotator.work.explore.rows import read
from annotator.work.labelling.drafts import draft_of

SEED = 11


def labelled(project):
    """Label at random, with chains, a speaker who was merged, and answers that are not whole."""
    random_project(project, SEED)
    rng = random.Random(SEED)
    with write():
        speakers = db.session.scalars(select(Speaker).order_by(Speaker.id)).all()
        speakers[1].merged_into_id = speakers[0].id
        for claim in db.session.scalars(select(Claim).order_by(Claim.id)):
            chain = rng.sample(speakers, k=rng.choice([0, 0, 1, 2]))
            claim.via = [Via(position=at, speaker_id=each.id) for at, each in enumerate(chain)]
            if rng.random() < 0.1:
                claim.speaker_id = claim.stance = None
    refresh(db.session.get(Project, project.id))
    return db.session.get(Project, project.id)


def said(claims):
    return [(each.speaker, each.stance, each.certainty, each.via) for each in claims]


def expected(project):
    """Return by sentence what everybody says, read whole, by pseudonym."""
    names = pseudonyms_of(project)
    found = {}
    for answer in read_everybodys_answers(db.session.scalars(select(Sentence.id)).all()):
        if answer.status is not None:
            label = (names[answer.user_id], answer.status, said(draft_of(answer).claims))
            found.setdefault(answer.sentence_id, []).append(label)
    return {sentence: sorted(labels) for sentence, labels in found.items()}


def test_rows_say_what_everybody_says_by_pseudonym(project):
    here = labelled(project)
    whole = expected(here)
    assert any(via for labels in whole.values() for label in labels for *_, via in label[2])
    places = [*Search(here, Filters()).rows()]
    for row in read(here, Filters(), places).rows:
        labels = [(each.who, each.status, said(each.claims)) for each in row.labels]
        assert labels == whole.get(row.place.sentence, [])


def test_rows_of_claims_and_of_one_person_say_no_more_than_is_asked_for(project):
    here = labelled(project)
    whole = expected(here)
    claims = [*Search(here, Filters(of=CLAIMS)).rows()]
    found = read(here, Filters(of=CLAIMS), claims).rows
    assert len(found) == sum(len(label[2]) for labels in whole.values() for label in labels)
    for row in found:
        (one,) = row.labels
        (own,) = [each for each in whole[row.place.sentence] if each[0] == one.who]
        assert said(one.claims) == [own[2][row.place.number]]
    who = next(iter(pseudonyms_of(here).values()))
    own = Filters(by=who)
    for row in read(here, own, [*Search(here, own).rows()]).rows:
        assert [each.who for each in row.labels] == [who]
