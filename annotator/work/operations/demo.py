"""The demo: a project with two articles, four people, and the labels of three of them.

A second project asks for training: one of the articles, answered and ready to be decided, trains a
newcomer, who gets the other one as work on passing it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import (
    Article,
    Assignment,
    Membership,
    Project,
    Role,
    Sentence,
    User,
)
from annotator.work.accounts import accounts, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning, qualifying, submitting
from annotator.work.labelling import saving, speakers
from annotator.work.labelling.drafts import (
    AnswerDraft,
    ClaimDraft,
    NewSpeaker,
    SpeakerChoice,
    UnnamedSource,
)
from annotator.work.labelling.saving import Save

SLUG = "us-russia-cooperation"
NAME = "US–Russia cooperation"
READINGS = "readings.jsonl"
TRAINING, TRAINING_NAME = "training", "Training: US–Russia cooperation"
TRAINED = "000_96e20d9a8f8d9c95"
# What the adjudicator says to each sentence of the training article.
REASONS = "training.jsonl"
NEWCOMER = "new"
# Drawn at random everywhere else; here fixed, so that the guide can name them.
PEOPLE: Mapping[str, tuple[str, frozenset[Role]]] = {
    "lead": ("L01", frozenset({Role.LEAD, Role.ADJUDICATOR})),
    "ann": ("A01", frozenset({Role.ANNOTATOR})),
    "ben": ("A02", frozenset({Role.ANNOTATOR})),
    "cal": ("A03", frozenset({Role.ANNOTATOR})),
}
# Who is in the project for training. The lead has answered what the lead then decides.
IN_TRAINING: Mapping[str, tuple[str, frozenset[Role]]] = {
    "lead": PEOPLE["lead"],
    NEWCOMER: ("A04", frozenset({Role.ANNOTATOR})),
}
Record = Mapping[str, Any]


class NotADemoError(RefusedError):
    """The database holds other work; the demo keeps away from it."""


def is_empty() -> bool:
    """Say whether nobody has an account and there is no project."""
    return (
        db.session.scalar(select(User.id).limit(1)) is None
        and db.session.scalar(select(Project.id).limit(1)) is None
    )


def seed(folder: Path) -> None:
    """Make the project of the demo with articles, people and labels, in an empty database.

    The labels go through the one way answers are stored, so they have revisions and events like
    any other. An article that a person has finished is submitted.
    """
    project = projects.create(SLUG, NAME, load_default())
    project.overlap = len(annotators())
    users = {name: add_person(project, name, *held) for name, held in PEOPLE.items()}
    articles = [
        storing.store_article(
            project, storing.read_file(path.name, path.read_bytes()), users["lead"]
        )
        for path in sorted(folder.glob("*.txt"))
    ]
    assigning.assign((article.id, users[name].id) for article in articles for name in annotators())
    sentences = sentences_of(articles)
    for record in read(folder / READINGS):
        place = sentences[record["article"], record["sentence"]]
        label(place, users[record["annotator"]], record)
    submit_finished(articles)


def seed_training(folder: Path) -> Article:
    """Make the project for training beside the demo's.

    Return the article to train with, which the lead has answered and nobody has decided yet.
    """
    project = projects.create(TRAINING, TRAINING_NAME, load_default())
    project.overlap = 1
    users = {name: add_person(project, name, *held) for name, held in IN_TRAINING.items()}
    stored = {
        path.stem: storing.store_article(
            project, storing.read_file(path.name, path.read_bytes()), users["lead"]
        )
        for path in sorted(folder.glob("*.txt"))
    }
    article = stored[TRAINED]
    assigning.assign([(article.id, users["lead"].id)])
    sentences = sentences_of([article])
    for record in read(folder / READINGS):
        if (record["article"], record["annotator"]) == (TRAINED, "ann"):
            label(sentences[TRAINED, record["sentence"]], users["lead"], record)
    submit_finished([article])
    qualifying.change(project, qualifying.Training(gate=True))
    return article


def training_reasons(folder: Path) -> list[str]:
    """Return why each sentence of the training article is decided as it is."""
    return [record["reason"] for record in read(folder / REASONS)]


def annotators() -> list[str]:
    """Return the user names of those who label in the demo."""
    return [name for name, (_, roles) in PEOPLE.items() if Role.ANNOTATOR in roles]


def add_person(project: Project, name: str, pseudonym: str, roles: frozenset[Role]) -> User:
    """Add an account with its membership, or only the membership."""
    user = accounts.find_user(name) or accounts.add_user(name)
    held = {role.value: role in roles for role in Role}
    db.session.add(Membership(user=user, project=project, pseudonym=pseudonym, **held))
    db.session.flush()
    return user


def sentences_of(articles: Iterable[Article]) -> dict[tuple[str, int], Sentence]:
    """Return the sentences by article key and position."""
    return {
        (article.key, sentence.position): sentence
        for article in articles
        for sentence in db.session.scalars(
            select(Sentence).where(Sentence.article_id == article.id)
        )
    }


def read(path: Path) -> list[Record]:
    """Read the sample labels: one answer a line; what is left out is empty."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def label(sentence: Sentence, user: User, record: Record) -> None:
    """Store one sample answer as its annotator would have."""
    claims = tuple(claim_of(sentence.article, user, claim) for claim in record.get("claims", ()))
    draft = AnswerDraft(
        status=record["status"],
        unsure=record.get("unsure", False),
        note=record.get("note", ""),
        claims=claims,
    )
    slug = sentence.article.project.slug
    key = f"{slug[:20]}-{user.username}-{sentence.article.key}-{sentence.position}"
    saving.save_answer(sentence, user, draft, Save(revision=0, key=key))


def claim_of(article: Article, user: User, record: Record) -> ClaimDraft:
    """Return one sample claim with its speaker and chain looked up or added."""
    start_end = record.get("mention")
    return ClaimDraft(
        speaker=speaker_of(article, user, record),
        stance=record.get("stance"),
        certainty=record.get("certainty"),
        mention=(start_end[0], start_end[1]) if start_end else None,
        via=tuple(speaker_of(article, user, link) for link in record.get("via", ())),
        conditional=record.get("conditional", False),
    )


def speaker_of(article: Article, user: User, record: Record) -> int:
    """Return the number of a speaker given by name and type."""
    project = article.project
    codebook = project.codebook
    choice: SpeakerChoice
    if record["type"] == codebook.narrator_type.value:
        choice = speakers.narrator_of(project, codebook).id
    elif record["type"] == codebook.unnamed_type.value:
        choice = UnnamedSource(record["speaker"])
    else:
        choice = NewSpeaker(record["speaker"], record["type"])
    return speakers.resolve(project, article, codebook, user, choice)


def submit_finished(articles: Iterable[Article]) -> None:
    """Hand in every article of which nothing is left to do."""
    for article in articles:
        for assignment in db.session.scalars(
            select(Assignment).where(Assignment.article_id == article.id)
        ):
            if assignment.decided_count == article.sentence_count:
                submitting.submit(assignment)


def make_links() -> dict[str, str]:
    """Return the token of a new sign-in link for each person of the demo who is not disabled.

    Raises:
        NotADemoError: this is somebody's real database; nobody gets a link into it.

    """
    held = {
        membership.user.username: membership
        for membership in db.session.scalars(
            select(Membership).join(Membership.project).where(Project.slug == SLUG)
        )
    }
    if any(
        name not in held or held[name].pseudonym != pseudonym
        for name, (pseudonym, _) in PEOPLE.items()
    ):
        raise NotADemoError(
            "This data folder contains other projects than the demo. Set another folder"
            " in ANNOTATOR_DATA, or use `annotator run`."
        )
    users = {name: held[name].user for name in PEOPLE}
    newcomer = accounts.find_user(NEWCOMER)
    if newcomer is not None:
        users[NEWCOMER] = newcomer
    return {
        name: accounts.make_link(user) for name, user in users.items() if user.disabled_at is None
    }
