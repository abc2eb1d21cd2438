"""One sentence of one person's article, in one statement: what every save and label page reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, cast

from sqlalchemy import BindParameter, Executable, Table, bindparam, func, select, update

from annotator.codebook.load import from_json
from annotator.codebook.scheme import Codebook
from annotator.store.models import (
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
    (Article.id, Article.key, Article.title, Article.sentence_count),
    (Project.id, Project.slug, Project.name, Project.target_question),
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
    ),
)

# Where each of them begins and ends in a row.
ENDS = tuple(accumulate(map(len, PARTS)))
STRETCHES = tuple(zip((0, *ENDS), ENDS, strict=False))


def read_place(
    article_id: int, position: int, user_id: int, *, lock: bool = False
) -> PlaceRow | None:
    """Return a sentence as it is for one person; None where there is no such sentence.

    With `lock` the assignment, if there is one, is locked for the transaction: on PostgreSQL that
    puts the saves of one person in one article in a queue; on SQLite the write already has.
    """
    given = {"user": user_id, "article": article_id, "position": position}
    found = (locking if lock else reading).first(given)
    # What may be missing cannot be locked.
    if found is None and lock:
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


def place_query(*, lock: bool) -> Any:
    """Return the query of `read_place`."""
    user: BindParameter[int] = bindparam("user")
    newest = (
        select(func.max(CodebookVersion.number))
        .where(CodebookVersion.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    columns = [
        column.label(f"{number}_{column.key}")
        for number, part in enumerate(PARTS)
        for column in part
    ]
    query = (
        select(*columns)
        .select_from(Sentence)
        .join(Article, Article.id == Sentence.article_id)
        .join(Project, Project.id == Article.project_id)
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
        .where(Article.id == bindparam("article"), Sentence.position == bindparam("position"))
    )
    return query.with_for_update(of=Assignment) if lock else query


@prepared
def reading() -> Executable:
    """Return the query that locks nothing."""
    found: Executable = place_query(lock=False)
    return found


@prepared
def locking() -> Executable:
    """Return the query that locks the assignment."""
    found: Executable = place_query(lock=True)
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
