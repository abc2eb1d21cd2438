"""One sentence of one person's article, in one statement: what every save and label page reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from annotator.codebook.load import from_json
from annotator.codebook.scheme import Codebook
from annotator.store.db import db
from annotator.store.engine import HIDDEN
from annotator.store.models import (
    OPEN_STATES,
    Article,
    Assignment,
    CodebookVersion,
    Membership,
    Project,
    Role,
    Sentence,
    User,
)
from annotator.store.rows.prepared import made, prepared


@dataclass(slots=True)
class UserRow:
    """Whoever labels."""

    id: int
    preferences: Mapping[str, Any]

    @property
    def own_keys(self) -> Mapping[str, str]:
        """Return this person's own keys, by the name of the control."""
        keys: Mapping[str, str] = self.preferences.get("keys", {})
        return keys


@dataclass(slots=True)
class VersionRow:
    """The version in force of a project's codebook."""

    id: int
    content: str

    @property
    def codebook(self) -> Codebook:
        """Return the content as a codebook."""
        return from_json(self.content)


@dataclass(slots=True)
class ProjectRow:
    """What the label page says of its project."""

    id: int
    slug: str
    name: str
    target_question: str
    archived_at: datetime | None
    precedents: bool
    suggestions: str | None  # see `annotator.work.models.suggestions`; None where they are off
    codebook_version: VersionRow

    @property
    def codebook(self) -> Codebook:
        """Return the codebook in force."""
        return self.codebook_version.codebook


@dataclass(slots=True)
class ArticleRow:
    """What the label page says of its article."""

    id: int
    key: str
    title: str
    sentence_count: int
    language: str
    number: int  # in its address: that of the article it is a copy of, or its own
    project: ProjectRow

    @property
    def project_id(self) -> int:
        """Return the number of the project."""
        return self.project.id


@dataclass(slots=True)
class SentenceRow:
    """One sentence."""

    id: int
    position: int
    start: int
    end: int
    segment: str
    paragraph: int
    text: str
    proposals: str | None
    article: "Article | ArticleRow"

    @property
    def article_id(self) -> int:
        """Return the number of the article."""
        return self.article.id


@dataclass(slots=True)
class MembershipRow:
    """What somebody may do in a project."""

    pseudonym: str
    annotator: bool
    adjudicator: bool
    lead: bool

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles of this person in this project."""
        return frozenset(role for role in Role if getattr(self, role.value))


@dataclass(slots=True)
class AssignmentRow:
    """One article given to one annotator; a save changes its counts and moments."""

    id: int
    user_id: int
    state: str
    note: str
    lease_until: datetime | None
    submitted_at: datetime | None
    decided_count: int
    incomplete_count: int
    unsure_count: int
    active_seconds: int
    saved_at: datetime | None
    informed: bool
    purpose: str
    article: ArticleRow

    @property
    def article_id(self) -> int:
        """Return the number of the article."""
        return self.article.id

    @property
    def closed_at(self) -> datetime | None:
        """Return when it was closed: its lease ended then. None while it is not, or unknown."""
        return self.lease_until if self.state == "closed" else None


# What labelling asks of an article, a sentence, … is the same of a row and of an object.
AnyArticle = Article | ArticleRow
AnyAssignment = Assignment | AssignmentRow
AnyProject = Project | ProjectRow
AnySentence = Sentence | SentenceRow
AnyUser = User | UserRow


@dataclass(slots=True)
class PlaceRow:
    """A sentence with its article and project, and one person's part in them."""

    sentence: SentenceRow
    article: ArticleRow
    project: ProjectRow
    user: UserRow
    membership: MembershipRow | None
    assignment: AssignmentRow | None


# Whose key, title, project and number people see: a copy has those of its article.
SHOWN = aliased(Article, name="shown")
OF_SENTENCE = (
    Sentence.id,
    Sentence.position,
    Sentence.start,
    Sentence.end,
    Sentence.segment,
    Sentence.paragraph,
    Sentence.text,
    Sentence.proposals,
)
PARTS: tuple[tuple[Any, ...], ...] = (
    OF_SENTENCE,
    (Article.id, SHOWN.key, SHOWN.title, Article.sentence_count, SHOWN.language, SHOWN.id),
    (
        Project.id,
        Project.slug,
        Project.name,
        Project.target_question,
        Project.archived_at,
        Project.precedents,
        Project.quality["suggestions"].as_string(),
    ),
    (CodebookVersion.id, CodebookVersion.content),
    (User.id, User.preferences),
    (Membership.pseudonym, Membership.annotator, Membership.adjudicator, Membership.lead),
    (
        Assignment.id,
        Assignment.user_id,
        Assignment.state,
        Assignment.note,
        Assignment.lease_until,
        Assignment.submitted_at,
        Assignment.decided_count,
        Assignment.incomplete_count,
        Assignment.unsure_count,
        Assignment.active_seconds,
        Assignment.saved_at,
        Assignment.informed,
        Assignment.purpose,
    ),
)

# Where each of them begins and ends in a row.
ENDS = tuple(accumulate(map(len, PARTS)))
STRETCHES = tuple(zip((0, *ENDS), ENDS, strict=False))


def read_place(
    article_id: int, position: int, user_id: int, *, lock: bool = False, addressed: bool = False
) -> PlaceRow | None:
    """Return a sentence as it is for one person; None where there is no such sentence.

    With `lock` the assignment, if there is one, is locked for the transaction: on PostgreSQL that
    puts the saves of one person in one article in a queue; on SQLite the write already has.
    `addressed`: the number is that of an address, behind which this person may have a copy.
    """
    given = {"user": user_id, "article": article_id, "position": position}
    reading, locking = (asked, asked_locked) if addressed else (exact, exact_locked)
    found = (locking if lock else reading).first(given)
    # What may be missing cannot be locked.
    if lock and (found is None or is_from_before(found)):
        found = reading.first(given)
    if found is None:
        return None
    parts = [found[begin:end] for begin, end in STRETCHES]
    of_sentence, of_article, of_project, version, user, membership, assignment = parts
    project = made(ProjectRow, *of_project, VersionRow(*version))
    article = made(ArticleRow, *of_article, project)
    return PlaceRow(
        made(SentenceRow, *of_sentence, article),
        article,
        project,
        UserRow(*user),
        None if membership[0] is None else MembershipRow(*membership),
        None if assignment[0] is None else made(AssignmentRow, *assignment, article),
    )


def is_from_before(found: Sequence[Any]) -> bool:
    """Say whether an article has another project or codebook than when one began to wait.

    On PostgreSQL all but the locked row is as it was then; on SQLite nobody waits within a query.
    """
    if db.engine.dialect.name == "sqlite":
        return False
    article, project, version = (found[STRETCHES[part][0]] for part in (1, 2, 3))
    newest = newest_version.first({"article": article})
    return newest is None or tuple(newest) != (project, version)


@prepared
def newest_version() -> Executable:
    """Return the query for an article's project and the number of its codebook's row in force."""
    return (
        select(CodebookVersion.project_id, CodebookVersion.id)
        .join(SHOWN, SHOWN.project_id == CodebookVersion.project_id)
        .join(Article, func.coalesce(Article.copy_of_id, Article.id) == SHOWN.id)
        .where(Article.id == bindparam("article"))
        .order_by(CodebookVersion.number.desc())
        .limit(1)
    )


def behind_address(article: BindParameter[int], user: BindParameter[int]) -> Any:
    """Return the subquery for the copy that a person has behind the address of an article.

    What is open goes before what is not, and work before a copy; of copies the newest goes first.
    Where that is work, or there is nothing at all, it is empty.
    """
    work, held, copy = aliased(Assignment), aliased(Assignment), aliased(Article)
    of_work = work.article_id == article, work.user_id == user
    copy_first = and_(is_open(held), ~exists().where(*of_work, is_open(work)))
    return (
        select(copy.id)
        .join(held, held.article_id == copy.id)
        .where(
            copy.copy_of_id == article,
            held.user_id == user,
            or_(copy_first, ~exists().where(*of_work)),
        )
        .order_by(case((is_open(held), 0), else_=1), held.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def is_open(held: Any) -> ColumnElement[bool]:
    """Return the condition of assignments that are worked on."""
    # Not `in_`, which no prepared statement can have.
    return or_(*(held.state == each for each in OPEN_STATES))


def place_query(*, lock: bool, addressed: bool) -> Any:
    """Return the query of `read_place`."""
    user: BindParameter[int] = bindparam("user")
    article: BindParameter[int] = bindparam("article")
    of_person = func.coalesce(behind_address(article, user), article) if addressed else article
    newest = (
        select(func.max(CodebookVersion.number))
        .where(CodebookVersion.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    columns = [
        column.label(f"{number}_{place}")
        for number, part in enumerate(PARTS)
        for place, column in enumerate(part)
    ]
    query = (
        select(*columns)
        .select_from(Sentence)
        .join(Article, Article.id == Sentence.article_id)
        .join(SHOWN, SHOWN.id == func.coalesce(Article.copy_of_id, Article.id))
        .join(Project, Project.id == SHOWN.project_id)
        .join(
            CodebookVersion,
            (CodebookVersion.project_id == Project.id) & (CodebookVersion.number == newest),
        )
        .join(User, User.id == user)
        .outerjoin(Membership, (Membership.project_id == Project.id) & (Membership.user_id == user))
        .join(
            Assignment,
            (Assignment.article_id == Article.id) & (Assignment.user_id == user),
            isouter=not lock,
        )
        .where(
            Article.id == of_person,
            *([SHOWN.id == article] if addressed else []),
            Sentence.position == bindparam("position"),
            Project.slug.not_like(f"{HIDDEN}%"),  # as one that is being deleted
        )
    )
    return query.with_for_update(of=Assignment) if lock else query


@prepared
def exact() -> Executable:
    """Return the query for the very article, that locks nothing."""
    found: Executable = place_query(lock=False, addressed=False)
    return found


@prepared
def exact_locked() -> Executable:
    """Return the query for the very article, that locks the assignment."""
    found: Executable = place_query(lock=True, addressed=False)
    return found


@prepared
def asked() -> Executable:
    """Return the query for what a person has behind an address, that locks nothing."""
    found: Executable = place_query(lock=False, addressed=True)
    return found


@prepared
def asked_locked() -> Executable:
    """Return the query for what a person has behind an address, that locks the assignment."""
    found: Executable = place_query(lock=True, addressed=True)
    return found


COUNTED = (
    "decided_count", "incomplete_count", "unsure_count", "active_seconds", "saved_at",
    "lease_until",
)  # fmt: skip


def keep_assignment(assignment: AssignmentRow) -> None:
    """Store the counts and moments of an assignment after a save.

    Answers of one's own count, whatever was imported before.
    """
    counts = {name: getattr(assignment, name) for name in COUNTED}
    keeping.rows({"number": assignment.id, **counts})


@prepared
def keeping() -> Executable:
    """Return the statement of `keep_assignment`."""
    values: dict[str, Any] = {name: bindparam(name) for name in COUNTED}
    return (
        update(cast(Table, Assignment.__table__))
        .where(Assignment.id == bindparam("number"))
        .values(imported=False, **values)
    )
