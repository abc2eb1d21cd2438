"""Where gold differs from one person's own answers, and what they say to it.

Learning material, not a score. A person sees the differences of an article once they and everybody
else on it have handed it in and all that was disputed in it is decided; never an answer of others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from annotator.codebook.scheme import Codebook
from annotator.errors import NotFoundError, RefusedError
from annotator.measure.matching import paired
from annotator.store.batches import Batch
from annotator.store.db import among, db
from annotator.store.models import (
    Appeal,
    Article,
    Assignment,
    Decision,
    Project,
    Sentence,
    User,
)
from annotator.store.snapshot import by_code_point
from annotator.work.adjudication.deciding import rule_in
from annotator.work.assignment import leaving
from annotator.work.consensus import additions, disagreements
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.comparison import Comparison, Reading, held
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.decisions import claims_of
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.speakers import speakers_today

SEEN, OPEN, KEPT = "seen", "open", "kept"
LONGEST_APPEAL = 1000


@dataclass(frozen=True)
class Pair:
    """One claim as the person has it and as gold has it; None where there is none."""

    yours: ClaimDraft | None
    gold: ClaimDraft | None


@dataclass(frozen=True)
class Difference:
    """One sentence where gold is not what the person said; `pairs` holds what differs."""

    decision: Decision
    sentence: Sentence
    yours: str  # statuses
    gold: str
    pairs: tuple[Pair, ...]
    appeal: Appeal | None
    rule: str  # that the adjudicator named, anywhere in the reason; "" for none

    @property
    def state(self) -> str:
        """Return what the person has said to it, and what came of that; "" while it is new."""
        if self.appeal is None:
            return ""
        past = self.appeal.revision < self.decision.revision
        return "" if past and self.appeal.state == SEEN else self.appeal.state

    @property
    def can_appeal(self) -> bool:
        """Say whether the person may ask for another look: once for each decision."""
        return bool(self.pairs or self.yours != self.gold) and self.state in ("", SEEN)


def adjudicated_articles(project: Project, user: User) -> list[int]:
    """Return the person's articles that everybody has handed in and that are decided."""
    own = (
        select(Assignment.article_id)
        .join(Assignment.article)
        .where(
            Article.project_id == project.id,
            Assignment.user_id == user.id,
            Assignment.state == "submitted",
        )
    )
    # Closed work, imported labels and people who have left keep nobody waiting.
    still_open = func.sum(case((leaving.is_going_on(), 1), else_=0))
    done = db.session.scalars(
        select(Assignment.article_id)
        .where(Assignment.article_id.in_(own))
        .group_by(Assignment.article_id)
        .having(still_open == 0)
    ).all()
    if not done:
        return []
    query = disagreements.states(project, done)
    found = query.selected_columns
    undecided = query.where(
        or_(
            and_(found.differs == 1, or_(Decision.id.is_(None), Decision.state != DECIDED)),
            disagreements.is_stale(),
        )
    )
    rows = db.session.execute(undecided).all()
    added = [row.decision_id for row in rows if row.added and not row.changed]
    stands = additions.confirmed(project, added)
    disputed = {row.article_id for row in rows if row.decision_id not in stands}
    return [article for article in done if article not in disputed]


def differences(project: Project, user: User) -> list[Difference]:
    """Return where gold differs from this person's answers: new ones first, then by rule."""
    articles = adjudicated_articles(project, user)
    if not articles:
        return []
    connection = db.session.connection()
    today = speakers_today(connection, project)
    labels = project.codebook.labels
    said = comparisons(connection, Batch(dict.fromkeys(articles, "")), today, labels)
    appeals = latest_appeals(project, user)
    found = []
    for decision in decisions_in(articles):
        sentence = decision.sentence
        comparison = said.get((sentence.article_id, sentence.position), Comparison(()))
        own = next((each for each in comparison.readings if each.user_id == user.id), None)
        if own is not None and decision.soft is None:
            appeal = appeals.get(decision.id)
            difference = compare(own, decision, today, appeal, project.codebook)
            if difference.pairs or difference.yours != difference.gold or is_appeal(appeal):
                found.append(difference)
    return sorted(found, key=lambda each: (each.state != "", each.rule == "", each.rule))


def decisions_in(articles: Sequence[int]) -> Sequence[Decision]:
    """Return what is decided in these articles, in text order."""
    return db.session.scalars(
        select(Decision)
        .join(Decision.sentence)
        .join(Sentence.article)
        .where(among(Sentence.article_id, articles), Decision.state == DECIDED)
        .options(joinedload(Decision.sentence).joinedload(Sentence.article))
        .order_by(by_code_point(Article.key), Sentence.position)
    ).all()


def is_appeal(appeal: Appeal | None) -> bool:
    """Say whether the person has asked for another look, whatever came of it."""
    return appeal is not None and appeal.state != SEEN


def compare(
    own: Reading,
    decision: Decision,
    today: Mapping[int, int],
    appeal: Appeal | None,
    codebook: Codebook,
) -> Difference:
    """Return what of a person's answer is not as it was decided."""
    gold = [taken.claim for taken in claims_of(decision, today)]
    mine, theirs = (
        [held(claim, codebook.labels) for claim in claims] for claims in (own.claims, gold)
    )
    pairs = [
        Pair(None if i is None else own.claims[i], None if k is None else gold[k])
        for i, k in paired(mine, theirs)
        if i is None or k is None or mine[i] != theirs[k]
    ]
    return Difference(
        decision,
        decision.sentence,
        own.status,
        decision.status or "",
        tuple(pairs),
        appeal,
        # Decisions of before, and from elsewhere, may name it in the reason alone.
        decision.rule or rule_in(decision.reason, codebook) or "",
    )


def latest_appeals(project: Project, user: User) -> dict[int, Appeal]:
    """Return the last thing this person said to each decision."""
    appeals = db.session.scalars(
        select(Appeal)
        .join(Appeal.decision)
        .join(Decision.sentence)
        .join(Sentence.article)
        .where(Article.project_id == project.id, Appeal.user_id == user.id)
        .order_by(Appeal.revision)
    )
    return {appeal.decision_id: appeal for appeal in appeals}


def difference_for(project: Project, user: User, decision_id: int) -> Difference:
    """Return one difference of this person.

    Raises:
        NotFoundError: there is none, or it is not this person's to see.

    """
    for difference in differences(project, user):
        if difference.decision.id == decision_id:
            return difference
    raise NotFoundError("This difference does not exist or is not in your answers.")


def respond(project: Project, user: User, decision_id: int, state: str, words: str = "") -> Appeal:
    """Say that a difference was seen, or ask the adjudicator to look again.

    Raises:
        NotFoundError: see `difference_for`.
        RefusedError: it was answered already, or the words are too long.

    """
    if state not in (SEEN, OPEN):
        raise RefusedError("A difference can be seen or appealed.")
    words = words.strip()
    if len(words) > LONGEST_APPEAL:
        raise RefusedError(f"An appeal can have at most {LONGEST_APPEAL:,} characters.")
    difference = difference_for(project, user, decision_id)
    appeal = difference.appeal
    if state == difference.state and appeal is not None:
        return appeal  # said twice
    if not difference.can_appeal:
        raise RefusedError("You have already appealed against this decision.")
    revision = difference.decision.revision
    if appeal is None or appeal.revision != revision:
        appeal = Appeal(decision_id=decision_id, user_id=user.id, revision=revision)
        db.session.add(appeal)
    appeal.state = state
    appeal.words = words
    db.session.flush()
    return appeal
