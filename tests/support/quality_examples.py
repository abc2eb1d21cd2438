"""A project in which annotators of known accuracy answer control articles, week after week."""

from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Claim, Decision, Sentence, Speaker
from annotator.store.models.answers import CONTROL
from annotator.work import copies
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
RIGHT, WRONG = "support", "oppose"


def adjudicated_articles(project, number, sentences):
    """Import articles in each sentence of which the narrator supports, as is decided."""
    made = []
    for place in range(number):
        text = " ".join(f"Sentence {each} of control article {place}." for each in range(sentences))
        draft = storing.read_file(f"control-{place:02}.txt", text.encode())
        made.append(storing.store_article(project, draft))
    narrator = narrator_of(project)
    for article in made:
        for sentence in sentences_of(article):
            db.session.add(
                Decision(
                    sentence_id=sentence.id,
                    codebook_version_id=project.codebook_version.id,
                    how="adjudicated",
                    status="claims",
                    claims=[claim_json(narrator)],
                    reason="By ST-1.",
                )
            )
    db.session.flush()
    return made


def claim_json(speaker):
    return {
        "speaker_id": speaker.id, "stance": RIGHT, "certainty": "certain", "mention": None,
        "via": [], "conditional": False, "aspect": None, "evidence": [], "note": "",
        "source": None,
    }  # fmt: skip


def narrator_of(project):
    query = select(Speaker).where(Speaker.project_id == project.id)
    return db.session.scalars(query.order_by(Speaker.id)).first()


def sentences_of(article):
    query = select(Sentence).where(Sentence.article_id == article.id)
    return db.session.scalars(query.order_by(Sentence.position)).all()


def answer(project, article, user, rights, at):
    """Give somebody a control copy and let each answer have the right stance or not."""
    given = copies.give(project, article, user, CONTROL)
    given.state, given.submitted_at, given.decided_count = "submitted", at, len(rights)
    narrator = narrator_of(project)
    for sentence, right in zip(sentences_of(given.article), rights, strict=True):
        made = Answer(
            sentence_id=sentence.id,
            user_id=user.id,
            status="claims",
            complete=True,
            codebook_version_id=project.codebook_version.id,
            active_seconds=12,
            created_at=at,
            updated_at=at,
        )
        stance = RIGHT if right else WRONG
        made.claims = [
            Claim(position=0, speaker_id=narrator.id, stance=stance, certainty="certain")
        ]
        db.session.add(made)
    db.session.flush()
    return given


def label_by_weeks(project, accuracies, sentences=10, seed=1):
    """Let new annotators answer one control article a week; `accuracies` of each by week."""
    random = Random(seed)
    weeks = max(map(len, accuracies.values()))
    with write():
        articles = adjudicated_articles(project, weeks, sentences)
        for name, by_week in accuracies.items():
            user = accounts.add_user(name)
            memberships.join(project, user, {"annotator"})
            for week, accuracy in enumerate(by_week):
                rights = [random.random() < accuracy for _ in range(sentences)]
                answer(project, articles[week], user, rights, MONDAY + timedelta(7 * week))
