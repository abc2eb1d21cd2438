"""Control articles and repeats, mixed into the work that somebody gets.

A control article has a decision on every sentence of its body, and its annotator has never seen it.
A repeat is an article that the annotator submitted long enough ago, without having learned since
what others said of it. Both are given blank, in a copy, beside the articles that are work: with the
same date and lease, so that nothing tells them apart. What is drawn depends on the seed, the
pseudonym and the keys of the articles alone.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import (
    Article,
    Assignment,
    Decision,
    Exposure,
    Membership,
    Project,
    Sentence,
    User,
)
from annotator.store.models.answers import CONTROL, REPEAT, WORK
from annotator.work import copies

MOST_SHARE = 20
MOST_DAYS = 3650
BODY = "body"
SHARES = {CONTROL: "control", REPEAT: "repeats"}


@dataclass(frozen=True)
class Checks:
    """What a project mixes in: shares of all that somebody is given, in percent.

    `days` is how long ago an article must have been submitted to be repeated.
    """

    control: int = 0
    repeats: int = 0
    days: int = 14
    seed: int = 1


def checks_of(project: Project) -> Checks:
    """Return what a project mixes in: nothing, unless its lead says otherwise."""
    return Checks(**project.quality.get("checks", {}))


def change(project: Project, checks: Checks) -> None:
    """Set what a project mixes in, or refuse and say what does not fit."""
    for name, share in (("control articles", checks.control), ("repeats", checks.repeats)):
        if not 0 <= share <= MOST_SHARE:
            raise RefusedError(f"The share of {name} must be a number from 0 to {MOST_SHARE}.")
    if not 1 <= checks.days <= MOST_DAYS:
        raise RefusedError(f"The days before a repeat must be a number from 1 to {MOST_DAYS:,}.")
    project.quality = {**project.quality, "checks": asdict(checks)}
    db.session.flush()


def mixes(project: Project) -> bool:
    """Say whether a project mixes in anything at all."""
    checks = checks_of(project)
    return bool(checks.control or checks.repeats)


def mix_in(project: Project, given: Collection[int]) -> int:
    """Give what comes with these new assignments of work; return how many were given.

    The caller holds the lock of `assigning.lock`.
    """
    if not given or not mixes(project):
        return 0
    checks, found = checks_of(project), 0
    for person, new in by_person(project, given):
        for assignment in new:
            for purpose in (CONTROL, REPEAT):
                lot = lot_of(checks, purpose, person.pseudonym, assignment.article.key)
                if lot >= chance_of(getattr(checks, SHARES[purpose])):
                    continue
                article = chosen(project, person, purpose, checks)
                if article is not None:
                    beside(project, article, person.user, purpose, assignment, before=lot)
                    found += 1
    return found


def chance_of(share: int) -> float:
    """Return the chance that one comes with an article of work, of which there are the rest."""
    return share / (100 - share)


def lot_of(checks: Checks, purpose: str, *words: str) -> float:
    """Return a number from 0 to below 1 that only depends on seed, purpose and these words."""
    line = "\n".join([str(checks.seed), purpose, *words])
    return int.from_bytes(sha256(line.encode()).digest()[:6], "big") / 2**48


def by_person(
    project: Project, given: Collection[int]
) -> Iterator[tuple[Membership, Sequence[Assignment]]]:
    """Yield each person of new assignments with them, in their order."""
    rows = db.session.execute(
        select(Membership, Assignment)
        .join(Assignment, Assignment.user_id == Membership.user_id)
        .where(
            Membership.project_id == project.id,
            among(Assignment.id, given),
            Assignment.purpose == WORK,
            Assignment.imported.is_(False),
        )
        .order_by(Membership.pseudonym, Assignment.order, Assignment.id)
    ).all()
    found: dict[int, tuple[Membership, list[Assignment]]] = {}
    for person, assignment in rows:
        found.setdefault(person.id, (person, []))[1].append(assignment)
    yield from found.values()


def beside(
    project: Project,
    article: Article,
    user: User,
    purpose: str,
    work: Assignment,
    before: float = 0.0,
) -> Assignment:
    """Give a copy next to an article of work; in half of the cases it comes before that one.

    Lists order by `order` and then by the number of the assignment, so the new one comes behind
    its neighbour unless it takes the place before.
    """
    first = int(before * 2**48) % 2 == 0
    made = copies.give(
        project,
        article,
        user,
        purpose,
        order=work.order - first,
        due_on=work.due_on,
        lease_until=work.lease_until,
    )
    made.assigned_at = work.assigned_at
    return made


def instead(project: Project, user: User) -> Assignment | None:
    """Give somebody who asks for work a control article or repeat in its place, if it is its turn.

    It is drawn for each article that the person is given, by how many there were before.
    """
    if not mixes(project):
        return None
    checks = checks_of(project)
    mine = Membership.project_id == project.id, Membership.user_id == user.id
    person = db.session.scalars(select(Membership).where(*mine)).one()
    had = db.session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Assignment.article)
        .where(Assignment.user_id == user.id, copies.is_given_in(project.id))
    )
    lot, reach = lot_of(checks, "ask", person.pseudonym, str(had)), 0.0
    for purpose in (CONTROL, REPEAT):
        reach += getattr(checks, SHARES[purpose]) / 100
        if lot < reach:
            return give(project, person, purpose, leased=True)
    return None


def give(
    project: Project, person: Membership, purpose: str, *, leased: bool = False
) -> Assignment | None:
    """Give a person one control article or repeat now; None where there is none for them.

    The caller holds the lock of `assigning.lock`. `leased`: it expires as work would.
    """
    article = chosen(project, person, purpose, checks_of(project))
    if article is None:
        return None
    lease = now() + timedelta(hours=project.lease_hours) if project.lease_hours else None
    return copies.give(
        project, article, person.user, purpose, lease_until=lease if leased else None
    )


def chosen(project: Project, person: Membership, purpose: str, checks: Checks) -> Article | None:
    """Return the article that a person gets next for this purpose, None where there is none."""
    query = for_control if purpose == CONTROL else for_repeat
    found = db.session.execute(query(project, person.user_id, checks)).all()
    lots = {
        number: lot_of(checks, purpose, "which", person.pseudonym, key) for number, key in found
    }
    return db.session.get(Article, min(lots, key=lots.__getitem__)) if lots else None


def for_control(project: Project, user_id: int, _checks: Checks) -> Select[int, str]:
    """Select the decided articles that a person has never seen, nor a near-duplicate of."""
    seen = select(Article.id).where(
        Article.id.in_(seen_by(user_id)), Article.project_id == project.id
    )
    clusters = select(Article.cluster_id).where(
        Article.id.in_(seen), Article.cluster_id.is_not(None)
    )
    return select(Article.id, Article.key).where(
        Article.project_id == project.id,
        ~Article.training,
        Article.id.not_in(seen),
        or_(Article.cluster_id.is_(None), Article.cluster_id.not_in(clusters)),
        is_decided(),
    )


def is_decided() -> ColumnElement[bool]:
    """Return the condition of articles that are decided in each sentence of their body."""
    body = exists().where(Sentence.article_id == Article.id, Sentence.segment == BODY)
    undecided = body.where(
        ~exists().where(
            Decision.sentence_id == Sentence.id,
            Decision.state == "decided",
            Decision.soft.is_(None),
        )
    )
    return body & ~undecided


def seen_by(user_id: int) -> Select[int]:
    """Select the articles that somebody has had, in whatever way, or whose labels they know."""
    had = select(Assignment.article_id).where(Assignment.user_id == user_id)
    return had.union(
        select(Article.copy_of_id)
        .join(Assignment, Assignment.article_id == Article.id)
        .where(Assignment.user_id == user_id, Article.copy_of_id.is_not(None)),
        known_to(user_id),
        select(Sentence.article_id)
        .join(Decision, Decision.sentence_id == Sentence.id)
        .where(Decision.user_id == user_id),
    )  # type: ignore[return-value]


def known_to(user_id: int) -> Select[int]:
    """Select the articles in which somebody has learned what others said, or what was decided."""
    return (
        select(Sentence.article_id)
        .join(Exposure, Exposure.sentence_id == Sentence.id)
        .where(Exposure.user_id == user_id)
    )


def for_repeat(project: Project, user_id: int, checks: Checks) -> Select[int, str]:
    """Select the articles that a person submitted long enough ago and has not had again."""
    again = (
        select(Article.copy_of_id)
        .join(Assignment, Assignment.article_id == Article.id)
        .where(Assignment.user_id == user_id, Article.copy_of_id.is_not(None))
    )
    return (
        select(Article.id, Article.key)
        .join(Assignment, Assignment.article_id == Article.id)
        .where(
            Article.project_id == project.id,
            ~Article.training,
            Assignment.user_id == user_id,
            Assignment.imported.is_(False),
            Assignment.state == "submitted",
            Assignment.submitted_at <= now() - timedelta(days=checks.days),
            Article.id.not_in(again),
            Article.id.not_in(known_to(user_id)),
        )
    )
