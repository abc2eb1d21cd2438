"""Fetch or refuse: what a person may not know of is 404, what they may only see is 403."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from flask import abort, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.codebook.own_keys import with_own_keys
from annotator.codebook.scheme import Codebook
from annotator.store.db import db
from annotator.store.models import Membership, Project, Role
from annotator.store.models.answers import WORK
from annotator.store.rows.places import (
    ArticleRow,
    AssignmentRow,
    MembershipRow,
    ProjectRow,
    SentenceRow,
    UserRow,
    read_place,
)
from annotator.web.request_log import asked_by
from annotator.web.security import person_id
from annotator.work import copies
from annotator.work.accounts import projects
from annotator.work.shelving import refuse_withdrawn

# The screen on which an archived project can be reopened or deleted.
ENDS = "project_ends"
NOBODY = 0  # no row has this number
SHOWN = {"": "label.show", "preview": "label.preview"}


@lru_cache(maxsize=16)
def around_numbers(_script_root: str, look: str) -> tuple[str, str, str]:
    """Return what stands around the two numbers in the address of a sentence.

    A page has some hundred of them; they are the same below the same root.
    """
    example = url_for(SHOWN[look], article_id=1, position=2)
    rest, _, after = example.rpartition("/2")
    return f"{rest.rpartition('/1')[0]}/", "/", after


@dataclass(frozen=True)
class Place:
    """One sentence of one person's article: what every view of this screen starts from."""

    user: UserRow
    membership: MembershipRow
    project: ProjectRow
    article: ArticleRow
    assignment: AssignmentRow
    sentence: SentenceRow
    look: str = ""  # nobody's work, of which nothing is saved: "preview"

    def url(self, position: int) -> str:
        """Return the address of a sentence of this article, as this person looks at it."""
        before, between, after = around_numbers(request.script_root, self.look)
        return f"{before}{self.article.number}{between}{position}{after}"

    @cached_property
    def codebook(self) -> Codebook:
        """Return the codebook in force, with this person's own keys."""
        return with_own_keys(self.project.codebook, self.user.own_keys)


def project_for(slug: str, *roles: Role) -> tuple[Project, Membership]:
    """Return a project of the person signed in; with roles, only for those who hold one."""
    membership = db.session.scalar(
        select(Membership)
        .join(Membership.project)
        .where(Project.slug == slug, Membership.user_id == person_id())
        .options(joinedload(Membership.project))
    )
    if membership is None:
        lead_on(slug)
    if membership is None or not membership.roles:
        abort(404)
    asked_by(membership.pseudonym, slug)
    if roles and not membership.roles & set(roles):
        abort(403)
    if request.method == "POST" and request.blueprint != ENDS:
        projects.refuse_archived(membership.project)
    return membership.project, membership


def lead_on(slug: str) -> None:
    """Lead whoever comes by an old address of a project of theirs to that of today."""
    now = projects.renamed(slug)
    if now is None:
        return
    mine = select(Membership.id).join(Membership.project)
    if db.session.scalar(mine.where(Project.slug == now, Membership.user_id == person_id())):
        where = url_for(request.endpoint or "", **{**(request.view_args or {}), "slug": now})
        query = request.query_string.decode("ascii", "replace")
        abort(redirect(f"{where}?{query}" if query else where, 307))


def place_for(
    article_id: int, position: int, *, lock: bool = False, given: int | None = None
) -> Place:
    """Return one sentence of an article assigned to the person signed in.

    Members who are not assigned the article may know that it exists; others may not. With `lock`
    the assignment is locked for the transaction. `given`: the number of one of several
    assignments of this article that they have; by default it is the one behind the address.
    """
    very = None if given is None else copies.article_given(given, article_id, person_id())
    found = read_place(very or article_id, position, person_id(), lock=lock, addressed=not very)
    if found is None:
        refuse_withdrawn(article_id, person_id())
    if found is None or found.membership is None or not found.membership.roles:
        abort(404)
    asked_by(found.membership.pseudonym, found.project.slug)
    if request.method == "POST" and found.project.archived_at is not None:
        raise projects.ArchivedError("This project is archived. Saved answers are kept.")
    if found.assignment is None:
        if found.membership.lead or found.membership.adjudicator:
            abort(403, "This article is not assigned to you, and only its annotators can label it.")
        abort(404)
    return Place(
        found.user,
        found.membership,
        found.project,
        found.article,
        found.assignment,
        found.sentence,
    )


def place_to_look_at(article_id: int, position: int, look: str, *roles: Role) -> Place:
    """Return one sentence as somebody would find it who has just got its article.

    Nobody's answers belong to it: user and assignment are no rows of the database. With roles only
    for members who hold one.
    """
    found = read_place(article_id, position, person_id())
    if found is None or found.membership is None or not found.membership.roles:
        abort(404)
    if roles and not found.membership.roles & set(roles):
        abort(403)
    nobody = UserRow(NOBODY, found.user.preferences)
    untouched = AssignmentRow(
        id=NOBODY,
        user_id=NOBODY,
        state="open",
        note="",
        lease_until=None,
        submitted_at=None,
        decided_count=0,
        incomplete_count=0,
        unsure_count=0,
        active_seconds=0,
        saved_at=None,
        informed=False,
        purpose=WORK,
        article=found.article,
    )
    return Place(
        nobody,
        found.membership,
        found.project,
        found.article,
        untouched,
        found.sentence,
        look=look,
    )
