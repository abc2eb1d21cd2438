"""Practice: label an adjudicated article for oneself, and compare each sentence with gold.

Nothing that is said in it is stored. Who opens it sees gold of the whole article: whatever they
later answer there is not independent any more, and the page remembers that.
"""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import among, db
from annotator.store.models import Article, Assignment, Decision, Project, Sentence, Speaker
from annotator.store.rows.places import AnyProject
from annotator.store.snapshot import by_code_point
from annotator.work.adjudication.appeals import Difference, compare
from annotator.work.consensus.answers import Reading
from annotator.work.consensus.decisions import DECIDED, claims_of
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.saving import OPEN_STATES
from annotator.work.labelling.speakers import speakers_today


def undecided(article: Article) -> int:
    """Return how many sentences of an article have no gold answer of their own."""
    decided = select(func.count()).select_from(Decision).join(Decision.sentence)
    found = db.session.scalar(
        decided.where(
            Sentence.article_id == article.id, Decision.state == DECIDED, Decision.soft.is_(None)
        )
    )
    return article.sentence_count - (found or 0)


def offer(article: Article, *, on: bool) -> None:
    """Offer an article for practice, or no more.

    Raises:
        RefusedError: some sentences have no gold answer to compare with.

    """
    left = undecided(article) if on else 0
    if left:
        raise RefusedError(f"Not offered for practice: {counted(left, 'sentence')} without gold.")
    article.practice = on


def offered_to(user_id: int, project: AnyProject) -> Sequence[Article]:
    """Return what a person may practise on: not what they have to label themselves."""
    at_work = exists().where(
        Assignment.article_id == Article.id,
        Assignment.user_id == user_id,
        Assignment.state.in_(OPEN_STATES),
    )
    return db.session.scalars(
        select(Article)
        .where(Article.project_id == project.id, Article.practice, ~at_work)
        .order_by(by_code_point(Article.key))
    ).all()


def sentences_of(article_id: int) -> Sequence[int]:
    """Return the numbers of the sentences of an article."""
    return db.session.scalars(select(Sentence.id).where(Sentence.article_id == article_id)).all()


def decision_on(sentence_id: int) -> Decision | None:
    """Return the gold answer to a sentence, None where it has none now."""
    return db.session.scalar(
        select(Decision)
        .where(
            Decision.sentence_id == sentence_id,
            Decision.state == DECIDED,
            Decision.soft.is_(None),
        )
        .options(joinedload(Decision.sentence).joinedload(Sentence.article))
    )


def speakers_of(article_id: int, project: AnyProject) -> list[Speaker]:
    """Return whom gold names in an article, in the order of the text."""
    today = speakers_today(db.session.connection(), project)
    decisions = db.session.scalars(
        select(Decision)
        .join(Decision.sentence)
        .where(Sentence.article_id == article_id, Decision.state == DECIDED)
        .order_by(Sentence.position)
    )
    claims = [taken.claim for each in decisions for taken in claims_of(each, today)]
    wanted = dict.fromkeys(link for claim in claims for link in (*claim.via, claim.speaker))
    found = {
        speaker.id: speaker
        for speaker in db.session.scalars(
            select(Speaker).where(among(Speaker.id, [each for each in wanted if each]))
        )
    }
    return [found[each] for each in wanted if each in found]


def check(draft: AnswerDraft, decision: Decision, project: Project) -> Difference:
    """Return what of an answer is not as it was decided."""
    today = speakers_today(db.session.connection(), project)
    own = Reading(0, 0, 0, draft.status or "", draft.unsure, draft.note, draft.claims)
    return compare(own, decision, today, None, project.codebook)
