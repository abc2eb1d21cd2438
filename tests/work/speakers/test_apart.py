"""Whom only models name, or answers that are no work, is shown and offered to nobody."""

import pytest
from copy_examples import answered, given, said_by_model, submitted
from labelling_examples import assignment_of, claim, claims, save
from slow_cases import server

from annotator.store.db import db, write
from annotator.store.models import Article, Project
from annotator.work.accounts import accounts
from annotator.work.api import reading
from annotator.work.labelling import proposals, speaker_search
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.labelling.speakers import count_speakers
from annotator.work.speakers import changes, register

pytestmark = server


def by_model(project, article):
    said_by_model(project, "small", article, {2: "support", 3: "oppose"})
    return "A Model"


def in_training(project, article):
    """Let ann name somebody in training."""
    submitted(assignment_of(article))
    copy = given(article, purpose="training")
    answered(copy, claims(claim(NewSpeaker("Somebody New", "person"))))
    return "Somebody New"


def shown_to(project, article, name, who="ben"):
    """Return where a name is shown or offered to people, of all places where names are."""
    db.session.expire_all()
    user = accounts.get_user(who)
    codebook = project.codebook
    typed = name.split()[-1][:3]
    found = {
        "search": [
            each.speaker.name for each in speaker_search.matching(article, codebook, user, typed)
        ],
        "similar": [
            each.name
            for each in speaker_search.similar_to(article, codebook, user, f"X {name.split()[-1]}")
        ],
        "proposals": proposals.register_of(project).people.values(),
        "register": [row.speaker.name for row in register.rows_of(project)],
        "names": register.names_of(project, 100),
        "interface": [each["name"] for each in reading.speakers(project, 0, 100).items],
    }
    return {place for place, names in found.items() if name in names}


@pytest.mark.parametrize("named", [by_model, in_training])
def test_whom_nothing_that_counts_names_is_shown_to_nobody(project, article, named):
    before = count_speakers(project)
    name = named(project, article)
    project, article = db.session.get(Project, project.id), db.session.get(Article, article.id)
    assert shown_to(project, article, name) == set()
    assert count_speakers(project) == before
    assert register.count_listed(project) == before
    # A lead who looks for them finds them, and can merge them.
    assert [row.speaker.name for row in register.rows_of(project, kind=register.APART)] == [name]
    # Typed in full it is the same speaker, who counts from then on.
    save(article, claims(claim(NewSpeaker(name, "person"))), name="ben")
    assert shown_to(project, article, name) == {
        "search", "similar", "proposals", "register", "names", "interface",
    }  # fmt: skip
    assert count_speakers(project) == before + 1
    assert register.count_listed(project, kind=register.APART) == 0


def test_whoever_has_named_somebody_in_training_finds_them_again(project, article):
    name = in_training(project, article)
    project, article = db.session.get(Project, project.id), db.session.get(Article, article.id)
    assert "search" in shown_to(project, article, name, "ann")


def test_claims_of_models_are_not_in_the_counts_of_the_register(project, article):
    by_model(project, article)
    article = db.session.get(Article, article.id)
    save(article, claims(claim(NewSpeaker("A Model", "person"))), name="ben")
    project = db.session.get(Project, project.id)
    [row] = [row for row in register.rows_of(project) if row.speaker.name == "A Model"]
    assert row.claims == 1


def test_a_name_of_a_model_is_proposed_as_nobody_s_duplicate(project, article):
    by_model(project, article)
    article = db.session.get(Article, article.id)
    save(article, claims(claim(NewSpeaker("Al Model", "person"))), name="ben")
    project = db.session.get(Project, project.id)
    assert register.proposals(project) == []
    save(article, claims(claim(NewSpeaker("A Model", "person"))), position=3, name="ben")
    [pair] = register.proposals(project)
    assert {pair.one.name, pair.other.name} == {"A Model", "Al Model"}


def test_a_speaker_whom_others_depend_on_stays(project, article):
    name = by_model(project, article)
    article = db.session.get(Article, article.id)
    save(article, claims(claim(NewSpeaker("Ann Other", "person"))), name="ben")
    project = db.session.get(Project, project.id)
    [apart] = [row.speaker for row in register.rows_of(project, kind=register.APART)]
    [other] = [r.speaker for r in register.rows_of(project) if r.speaker.name == "Ann Other"]
    with write():
        changes.merge(project, other, apart, accounts.get_user("lea"))
    assert name in register.names_of(db.session.get(Project, project.id), 100)
