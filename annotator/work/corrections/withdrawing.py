"""Withdraw articles and restore them; remove those that nobody has answered."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.db import Steps, among, db
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Correction,
    Decision,
    Project,
    Sentence,
    User,
)
from annotator.store.snapshot import by_code_point
from annotator.work import copies, shelving, staging

WITHDRAW, RESTORE, REMOVE = "withdraw", "restore", "remove"
LONGEST_REASON = 1000
OPEN = ("open", "returned")


@dataclass(frozen=True)
class Concerned:
    """One article, and what would go out of sight, or be lost, with it."""

    id: int
    key: str
    title: str
    sentences: int
    answers: int
    people: int
    decisions: int
    open: int
    submitted: int
    imported_at: datetime

    @property
    def is_free(self) -> bool:
        """Say whether it can be removed: nobody has answered or decided anything in it."""
        return not self.answers and not self.decisions


@dataclass(frozen=True)
class Withdrawn:
    """An article on the shelf: by whom, when and why it was withdrawn."""

    article: Concerned
    at: datetime | None
    by: User | None
    reason: str


def concerned(project_id: int, articles: Collection[int]) -> list[Concerned]:
    """Return what some articles of a project, or shelf, hold; by key, in six queries.

    Answers in copies, as in training, go with the article and count here.
    """
    wanted = [Article.project_id == project_id, among(Article.id, articles)]
    rows = db.session.execute(
        select(
            Article.id,
            Article.key,
            Article.title,
            Article.sentence_count,
            Article.imported_at,
        )
        .where(*wanted)
        .order_by(by_code_point(Article.key))
    ).all()
    found = [row.id for row in rows]
    given = dict(
        db.session.execute(
            select(Sentence.article_id, func.count(Answer.id))
            .join(Answer, Answer.sentence_id == Sentence.id)
            .where(among(Sentence.article_id, found), Answer.current)
            .group_by(Sentence.article_id)
        ).all()
    )
    aside = dict(
        db.session.execute(
            select(Answer.aside_in_id, func.count(Answer.id))
            .where(among(Answer.aside_in_id, found))
            .group_by(Answer.aside_in_id)
        ).all()
    )
    copied = dict(
        db.session.execute(
            select(Article.copy_of_id, func.count(Answer.id))
            .join(Sentence, Sentence.article_id == Article.id)
            .join(Answer, Answer.sentence_id == Sentence.id)
            .where(among(Article.copy_of_id, found), Answer.current)
            .group_by(Article.copy_of_id)
        ).all()
    )
    decided = dict(
        db.session.execute(
            select(Sentence.article_id, func.count(Decision.id))
            .join(Decision, Decision.sentence_id == Sentence.id)
            .where(among(Sentence.article_id, found))
            .group_by(Sentence.article_id)
        ).all()
    )
    held: dict[int, dict[str, int]] = {}
    for article, state, n in db.session.execute(
        select(Assignment.article_id, Assignment.state, func.count())
        .where(among(Assignment.article_id, found))
        .group_by(Assignment.article_id, Assignment.state)
    ):
        held.setdefault(article, {})[state] = n
    return [
        Concerned(
            row.id,
            row.key,
            row.title,
            row.sentence_count,
            sum(each.get(row.id, 0) for each in (given, aside, copied)),
            sum(held.get(row.id, {}).values()),
            decided.get(row.id, 0),
            sum(held.get(row.id, {}).get(state, 0) for state in OPEN),
            held.get(row.id, {}).get("submitted", 0),
            row.imported_at,
        )
        for row in rows
    ]


def withdraw(
    project: Project, articles: Collection[int], user: User | None, reason: str = ""
) -> list[Concerned]:
    """Take articles out of work, reports and coming releases; all that belongs to them is kept.

    Raises:
        RefusedError: labels are just being imported into one of them.
        NotFoundError: one is not in this project.

    """
    begin(project)
    found = all_of(project.id, articles)
    shelf = shelving.open_shelf(project)
    refuse_twice(shelf, found)
    shelving.bring_people(project, shelf, articles)
    write_down(project, found, WITHDRAW, user, reason)
    shelving.move(articles, shelf)
    return found


def refuse_twice(shelf: int, articles: Sequence[Concerned]) -> None:
    """Refuse to withdraw a second article under the same key."""
    keys = [each.key for each in articles]
    query = select(Article.key).where(Article.project_id == shelf, among(Article.key, keys))
    taken = db.session.scalar(query.limit(1))
    if taken is not None:
        raise RefusedError(
            f"Another article “{taken}” was withdrawn before. Delete that one for good first."
        )


def restore(
    project: Project, articles: Collection[int], user: User | None, reason: str = ""
) -> list[Concerned]:
    """Put withdrawn articles back as they were.

    Raises:
        RefusedError: their key or text is another article's by now.
        NotFoundError: one is not withdrawn.

    """
    begin(project)
    shelf = shelving.shelf_of(project.id)
    found = all_of(shelf or 0, articles)
    other = Article.__table__.alias()
    taken = db.session.execute(
        select(Article.key, other.c.key.label("other"))
        .join(other, or_(other.c.key == Article.key, other.c.sha256 == Article.sha256))
        .where(among(Article.id, articles), other.c.project_id == project.id)
        .order_by(Article.id)
    ).first()
    if taken is not None:
        raise RefusedError(
            f"Article “{taken.key}” cannot be restored: article “{taken.other}” has its key or its"
            " text by now. Withdraw that one first."
        )
    write_down(project, found, RESTORE, user, reason)
    shelving.move(articles, project.id)
    return found


def remove(
    project: Project, articles: Collection[int], user: User | None, reason: str = ""
) -> Steps[list[Concerned]]:
    """Delete articles that nobody has answered, in short steps; nobody sees them from the first.

    Raises:
        RefusedError: somebody has answered, or decided, in one of them; nothing is deleted.
        NotFoundError: one is not in this project.

    """
    found: list[Concerned] = []

    def hide() -> int:
        begin(project)
        await_saves(articles)
        found.extend(all_of(project.id, articles))
        for each in found:
            if not each.is_free:
                raise RefusedError(
                    f"Article “{each.key}” has {counted(each.answers, 'answer')}, so it cannot be"
                    " removed. Withdraw it."
                )
        return put_away(project, found, user, reason)

    number = yield hide
    yield from staging.take_back(number)
    return found


def erase(
    project: Project, article_id: int, typed: str, user: User | None, reason: str = ""
) -> Steps[Concerned]:
    """Delete a withdrawn article with its labels and history for good, in short steps.

    Raises:
        RefusedError: `typed` is not its key; nothing is deleted.
        NotFoundError: it is not withdrawn.

    """

    def hide() -> tuple[int, Concerned]:
        begin(project)
        [found] = all_of(shelving.shelf_of(project.id) or 0, [article_id])
        if typed.strip() != found.key:
            raise RefusedError(f"Type the key “{found.key}” to delete the article for good.")
        return put_away(project, [found], user, reason), found

    number: int
    found: Concerned
    number, found = yield hide
    yield from staging.take_back(number)
    return found


def put_away(
    project: Project, articles: Sequence[Concerned], user: User | None, reason: str
) -> int:
    """Let nobody see articles any more; return the number of the note that they are deleted by."""
    numbers = [each.id for each in articles]
    write_down(project, articles, REMOVE, user, reason)
    db.session.flush()
    db.session.execute(
        update(Correction).where(among(Correction.article_id, numbers)).values(article_id=None),
        execution_options={"synchronize_session": False},
    )
    leave_others(numbers)
    note = staging.begin(staging.REMOVAL, ", ".join(each.key for each in articles)[:200], None)
    shelving.move([*numbers, *copies.take_along(numbers)], note.hidden_id)
    return note.id


def leave_others(articles: Collection[int]) -> None:
    """Let no other article be a version, or of the cluster, of one that goes."""
    stays = Article.id.not_in([*articles])
    options = {"synchronize_session": False}
    db.session.execute(
        update(Article)
        .where(among(Article.version_of_id, articles), stays)
        .values(version_of_id=None, version=1),
        execution_options=options,
    )
    clusters = db.session.execute(
        select(Article.id, Article.cluster_id)
        .where(among(Article.cluster_id, articles), stays)
        .order_by(Article.id)
    ).all()
    firsts: dict[int | None, int] = {}
    for number, cluster in clusters:
        first = firsts.setdefault(cluster, number)
        values = update(Article).where(Article.id == number).values(cluster_id=first)
        db.session.execute(values, execution_options=options)


def begin(project: Project) -> None:
    """Let nobody else withdraw or restore articles of a project, or import into it, meanwhile."""
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())


def await_saves(articles: Collection[int]) -> None:
    """Let answers that are being saved be seen, and later ones wait until the act is over.

    Each save locks the assignment that it belongs to, and looks again when it has waited.
    """
    held = select(Assignment.id).where(among(Assignment.article_id, articles))
    db.session.execute(held.order_by(Assignment.id).with_for_update()).all()


def all_of(project_id: int, articles: Collection[int]) -> list[Concerned]:
    """Return these articles, every one of them, or refuse."""
    found = concerned(project_id, articles)
    if not found or len(found) != len(set(articles)):
        raise NotFoundError("Select articles of this project; one of them is not there any more.")
    staging.refuse_while_appearing([each.id for each in found])
    return found


def write_down(
    project: Project, articles: Sequence[Concerned], kind: str, user: User | None, reason: str
) -> None:
    """Put down what is done to articles, as one act."""
    act = secrets.token_hex(8)
    words = " ".join(reason.split())
    if len(words) > LONGEST_REASON:
        raise RefusedError(f"The reason is longer than {LONGEST_REASON:,} characters.")
    for each in articles:
        numbers = {
            "sentences": each.sentences,
            "answers": each.answers,
            "decisions": each.decisions,
            "imported_at": each.imported_at.isoformat(),
        }
        db.session.add(
            Correction(
                project_id=project.id,
                article_id=each.id,
                kind=kind,
                act=act,
                key=each.key,
                before=numbers,
                reason=words,
                user_id=user.id if user else None,
            )
        )


def withdrawn_from(project: Project) -> list[Withdrawn]:
    """Return the withdrawn articles of a project, by key."""
    shelf = shelving.shelf_of(project.id)
    if shelf is None:
        return []
    numbers = list(db.session.scalars(select(Article.id).where(Article.project_id == shelf)))
    last = {
        each.article_id: each
        for each in db.session.scalars(
            select(Correction)
            .where(Correction.project_id == project.id, Correction.kind == WITHDRAW)
            .where(among(Correction.article_id, numbers))
            .options(joinedload(Correction.user))
            .order_by(Correction.id)
        )
    }
    return [
        Withdrawn(each, told.at, told.user, told.reason)
        if (told := last.get(each.id))
        else Withdrawn(each, None, None, "")
        for each in concerned(shelf, numbers)
    ]
