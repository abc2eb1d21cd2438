"""Versions of what scripts download: another one whenever the rows could be others.

A script that brings the version that it has is told that nothing has changed, which is found out in
a fraction of the time that the rows take.
"""

from typing import Any

from sqlalchemy import func, select

from annotator.store import keeping
from annotator.store.models import Answer, Article, Decision, Project, Sentence
from annotator.store.snapshot import one_moment
from annotator.work import copies

LABELS = "labels"


def version_of(project: Project, kind: str, asked: tuple[Any, ...] = ()) -> str:
    """Return the version of one download of a project; `asked` is plain data.

    It is of a moment before the rows are read: rows that are newer get an older version, and are
    sent once more.
    """
    # Labels may be asked for with those that were given in copies.
    own = copies.is_given_in(project.id) if kind == LABELS else Article.project_id == project.id
    answers = select(
        func.count(Answer.id),
        func.sum(Answer.revision),
        func.sum(Answer.active_seconds),
        func.max(Answer.updated_at),
    )
    decisions = select(func.count(Decision.id), func.sum(Decision.revision))
    with one_moment() as now:
        which = keeping.wanted(now, project, kind, asked, tuple)
        counts = [
            tuple(now.execute(query.join(Sentence.article).where(own)).one())
            for query in (answers.join(Answer.sentence), decisions.join(Decision.sentence))
        ]
    return keeping.digest(f"{which.asked} {which.content} {which.program} {counts}")
