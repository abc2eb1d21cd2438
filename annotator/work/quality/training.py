"""Training: annotators answer adjudicated articles in copies, and see gold after each sentence.

What is scored is what a person said before gold was shown; that is round 1 of the answer, and what
they change afterwards is round 2. A try is over when all its articles are submitted.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from annotator.errors import NotFoundError, RefusedError
from annotator.measure.scoring import short_of
from annotator.phrases import counted
from annotator.store.db import among, db, insert_for
from annotator.store.models import (
    OPEN_STATES,
    Article,
    Assignment,
    Decision,
    Membership,
    Project,
    Roster,
    Sentence,
    Speaker,
    TrainingResult,
    User,
)
from annotator.store.models.answers import TRAINING
from annotator.store.snapshot import by_code_point
from annotator.work import copies
from annotator.work.adjudication import deciding
from annotator.work.assignment import assigning, qualifying, self_assignment
from annotator.work.consensus.content import DECIDED, Taken
from annotator.work.consensus.decisions import Act, claims_of
from annotator.work.labelling import independence
from annotator.work.labelling.speakers import speakers_today
from annotator.work.quality import marking

# --- the articles


def articles_of(project: Project) -> Sequence[Article]:
    """Return the articles that annotators are trained with, by key."""
    return db.session.scalars(
        select(Article)
        .where(Article.project_id == project.id, Article.training)
        .order_by(by_code_point(Article.key))
    ).all()


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
    """Train annotators with an article, or no more.

    Raises:
        RefusedError: some sentences have no gold answer to compare with.

    """
    left = undecided(article) if on else 0
    if left:
        raise RefusedError(
            f"Not for training: {counted(left, 'sentence')} of {article.key} without gold."
        )
    article.training = on


def choose(project: Project, keys: Sequence[str]) -> None:
    """Train annotators with these articles and no others.

    Raises:
        NotFoundError: the project has no such article.
        RefusedError: see `offer`.

    """
    found = {
        article.key: article
        for article in db.session.scalars(
            select(Article).where(Article.project_id == project.id, among(Article.key, keys))
        )
    }
    if missing := [key for key in keys if key not in found]:
        raise NotFoundError(f"“{project.slug}” has no article {', '.join(missing)}.")
    for article in articles_of(project):
        article.training = article.key in found
    for article in found.values():
        offer(article, on=True)
    db.session.flush()


def prepare(article: Article, adjudicator: User, reasons: Sequence[str]) -> None:
    """Decide every sentence as its one annotator has answered it, and train with the article.

    `reasons` are what annotators read beside the gold answers, by position.
    """
    query = select(Sentence).where(Sentence.article_id == article.id).order_by(Sentence.position)
    for sentence, reason in zip(db.session.scalars(query).all(), reasons, strict=True):
        (reading,) = deciding.case_of(sentence).comparison.readings
        claims = tuple(Taken(claim, reading.user_id) for claim in reading.claims)
        draft = deciding.DecisionDraft(reading.status, claims, reason=reason)
        deciding.decide(sentence, draft, Act(adjudicator, 0, f"training-{sentence.id}"))
    offer(article, on=True)


# --- the tries


def newest_try(project: Project, user_id: int) -> list[Assignment]:
    """Return the assignments of the newest try of a person, in the order of the articles."""
    every = tries(project, user_id)
    newest = max((each.attempt for each in every), default=0)
    return [each for each in every if each.attempt == newest]


def tries(project: Project, user_id: int) -> Sequence[Assignment]:
    """Return all training assignments of a person, the first try first."""
    return db.session.scalars(copies.attempts(project.id, (TRAINING,), user_id)).all()


def is_open(assignments: Sequence[Assignment]) -> bool:
    """Say whether something is left to do in a try."""
    return any(each.state in OPEN_STATES for each in assignments)


def why_not(project: Project, person: Membership) -> str:
    """Say why a person cannot begin a try now, "" where they can."""
    if not person.annotator:
        return "Only annotators are trained."
    if not articles_of(project):
        return "There is no training article yet. Your lead chooses them."
    if is_open(newest_try(project, person.user_id)):
        return "Finish the try that you have begun first."
    found = qualifying.standing_of(project, person.user_id)
    if qualifying.training_of(project).gate:
        if found.qualified:
            return "You have passed the training already."
        if not found.left:
            return qualifying.refusal(found)
    return ""


def begin(project: Project, person: Membership) -> Assignment:
    """Begin a try: every training article, blank; return the first.

    The speakers that gold names have chips, so that nobody has to be found or added.

    Raises:
        RefusedError: see `why_not`.

    """
    assigning.lock(project)
    if reason := why_not(project, person):
        raise RefusedError(reason)
    attempt = 1 + max((each.attempt for each in newest_try(project, person.user_id)), default=0)
    given = []
    for article in articles_of(project):
        # Whoever sees its gold is not independent in it any more.
        known = sentences_of(article.id)
        independence.expose(
            person.user_id, independence.unknown_to(person, known), independence.GOLD
        )
        assignment = copies.give(project, article, person.user, TRAINING)
        # All articles of a try have its number, those that came later, too.
        assignment.attempt = attempt
        enrol(assignment, article, project)
        given.append(assignment)
    return given[0]


def sentences_of(article_id: int) -> Sequence[int]:
    """Return the numbers of the sentences of an article."""
    return db.session.scalars(
        select(Sentence.id).where(Sentence.article_id == article_id).order_by(Sentence.position)
    ).all()


def enrol(assignment: Assignment, article: Article, project: Project) -> None:
    """Give the speakers whom gold names their chips, in the order of the text."""
    rows = [
        {
            "article_id": assignment.article_id,
            "user_id": assignment.user_id,
            "speaker_id": speaker.id,
            "number": number,
        }
        for number, speaker in enumerate(speakers_of(article.id, project), 1)
    ]
    if rows:
        db.session.execute(insert_for(Roster).on_conflict_do_nothing(), rows)


def speakers_of(article_id: int, project: Project) -> list[Speaker]:
    """Return whom gold names in an article, in the order of the text, the narrator left out."""
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
    narrator = project.codebook.narrator_type.value
    known = (found[each] for each in wanted if each in found)
    return [speaker for speaker in known if speaker.type != narrator]


def after_submit(assignment: Assignment) -> TrainingResult | None:
    """Score the try whose last article this was, and give work to who has passed it.

    Return None while the try goes on, and for work that is no training.
    """
    if assignment.purpose != TRAINING:
        return None
    project = assignment.article.shown.project
    db.session.flush()
    every = newest_try(project, assignment.user_id)
    if assignment not in every or is_open(every):
        return None
    scores = marking.score_of(project, every)
    asked = qualifying.training_of(project)
    short = short_of(scores, qualifying.asked_for(asked, project.codebook))
    result = qualifying.record(
        project,
        assignment.user_id,
        assignment.attempt,
        {name: [each.right, each.n] for name, each in scores.items()},
        passed=not short,
    )
    if asked.gate and not short:
        self_assignment.give_first(project, assignment.user)
    return result
