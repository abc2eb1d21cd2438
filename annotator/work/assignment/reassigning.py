"""What a lead does with work that was given: return it, move it, close it, date it."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import exists, func, select, update

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    Article,
    Assignment,
    Membership,
    Project,
    Sentence,
    User,
)
from annotator.work.assignment import assigning
from annotator.work.labelling import independence

LONGEST_NOTE = 2000


def assignment_for(project: Project, article: Article, user: User) -> Assignment:
    """Return an assignment of this project, locked for a change, or refuse."""
    found = db.session.scalar(
        select(Assignment)
        .join(Assignment.article)
        .where(
            Article.project_id == project.id,
            Assignment.article_id == article.id,
            Assignment.user_id == user.id,
        )
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("This annotator does not have this article.")
    return found


def return_to(assignment: Assignment, note: str) -> None:
    """Give a submitted article back to its annotator, who reads the note above the claims."""
    if assignment.state != "submitted" or assignment.imported:
        raise RefusedError("Only a submitted article can be returned.")
    return_all([assignment.id], note)
    db.session.refresh(assignment)


def return_all(assignments: Collection[int], note: str) -> None:
    """Give submitted articles back, which their caller has locked, with one note for all."""
    db.session.execute(
        update(Assignment)
        .where(among(Assignment.id, assignments))
        .values(state="returned", note=checked(note)),
        execution_options={"synchronize_session": False},
    )
    independence.all_given_back(assignments)


def checked(note: str) -> str:
    """Return a note, or refuse one that says nothing or far too much."""
    note = note.strip()
    if not note:
        raise RefusedError("Enter a note that says what to check.")
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise RefusedError(
            f"The note has {len(note):,} characters, at most {LONGEST_NOTE:,} are allowed."
        )
    return note


def close(assignment: Assignment) -> bool:
    """End an assignment; what was saved is kept. Return whether anything was.

    One that nobody has begun is simply gone, so that the same person can get the article again.
    """
    if assignment.state not in OPEN_STATES or assignment.imported:
        raise RefusedError("Only an article that is still being labelled can be closed.")
    if not is_touched(assignment):
        db.session.delete(assignment)
        db.session.flush()
        return False
    assignment.state = "closed"
    assignment.lease_until = now()
    db.session.flush()
    return True


def is_touched(assignment: Assignment) -> bool:
    """Say whether this person has saved anything in the article."""
    return db.session.scalars(
        select(
            exists().where(
                Answer.user_id == assignment.user_id,
                Answer.sentence_id == Sentence.id,
                Sentence.article_id == assignment.article_id,
            )
        )
    ).one()


def reopen(project: Project, assignment: Assignment) -> None:
    """Let the person go on with a closed article, if it has a place for them."""
    assigning.lock(project)
    if assignment.state != "closed":
        raise RefusedError("Only a closed article can be reopened.")
    article = assignment.article
    held = db.session.scalars(
        select(func.count(Assignment.id)).where(
            Assignment.article_id == article.id, assigning.is_held()
        )
    ).one()
    if held >= project.overlap and not article.for_everybody:
        raise RefusedError(
            f"{article.key} already has {counted(held, 'annotator')}, as many as the"
            " overlap. Close an assignment first, or raise the overlap."
        )
    assignment.state = "open"
    assignment.lease_until = None
    db.session.flush()


def reassign(project: Project, assignment: Assignment, to: Membership) -> None:
    """Move an article from one person to another; what the first has saved is kept."""
    assigning.lock(project)
    taken = select(Assignment.id).where(
        Assignment.article_id == assignment.article_id, Assignment.user_id == to.user_id
    )
    if db.session.scalar(taken) is not None:
        raise RefusedError(f"{to.pseudonym} has this article already.")
    article_id, due_on = assignment.article_id, assignment.due_on
    close(assignment)
    assigning.assign([(article_id, to.user_id)], project, due_on=due_on)


def set_due(assignment: Assignment, due_on: date | None) -> None:
    """Say until when an article should be submitted, or that there is no date.

    Raises:
        RefusedError: the date is over.

    """
    refuse_past(due_on)
    assignment.due_on = due_on
    db.session.flush()


def refuse_past(due_on: date | None) -> None:
    """Refuse a due date that is over, as a mistyped year is."""
    if due_on is not None and due_on < now().date():
        raise RefusedError(f"{due_on.isoformat()} is over. Choose today or a later date.")


def free_people(project: Project, article: Article) -> list[Membership]:
    """Return the annotators who do not have this article."""
    held = set(
        db.session.scalars(select(Assignment.user_id).where(Assignment.article_id == article.id))
    )
    return [each for each in assigning.available(project) if each.user_id not in held]
