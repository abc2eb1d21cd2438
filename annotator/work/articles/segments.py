"""Segments of many sentences at once: the headlines of a whole import, a line in all its articles.

Each change is a repair of its own, as on the page of an article, and can be undone there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from annotator.codebook.scheme import SEGMENTS
from annotator.errors import RefusedError
from annotator.store.db import Steps, among, db
from annotator.store.models import Answer, Article, Decision, Project, Sentence, User
from annotator.work.articles import repairing

FIRST, READING = "first", "text"
WHICH: Mapping[str, str] = {
    FIRST: "first sentence of the body",
    READING: "sentences that read",
    "headline": "all headlines",
    "dateline": "all date lines",
    "boilerplate": "all boilerplate",
}
NAMES = {name: "date line" if name == "dateline" else name for name in SEGMENTS}
# So many sentences are changed in one write.
AT_ONCE = 20


@dataclass(frozen=True)
class Found:
    """Sentences that would be changed, by article and position; what of them is in the way.

    `answered` have answers, which stay. `decided` sentences have a decision and are left as they
    are; `places` has none of them.
    """

    places: tuple[tuple[int, int], ...]
    articles: int
    answered: int
    decided: int


def find(
    project: Project, articles: Collection[int], which: str, segment: str, words: str = ""
) -> Found:
    """Return the sentences of some articles that would become `segment`.

    `which` is one of `WHICH`; `words` are the whole text of a sentence, where it asks for them.

    Raises:
        RefusedError: it is none of these, or the words are missing.

    """
    if segment not in SEGMENTS or which not in WHICH:
        raise RefusedError("Choose sentences and the segment that they become.")
    words = words.strip()
    if which == READING and not words:
        raise RefusedError("Enter the text of the sentences, as it stands in the articles.")
    decided = exists().where(Decision.sentence_id == Sentence.id)
    answered = exists().where(Answer.sentence_id == Sentence.id)
    rows = db.session.execute(
        select(Sentence.article_id, Sentence.position, decided, answered)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project.id,
            among(Article.id, list(articles)),
            Sentence.segment != segment,
            wanted(which, words),
        )
        .order_by(Sentence.article_id, Sentence.position)
    ).all()
    free = [row for row in rows if not row[2]]
    return Found(
        tuple((row[0], row[1]) for row in free),
        len({row[0] for row in free}),
        sum(bool(row[3]) for row in free),
        len(rows) - len(free),
    )


def wanted(which: str, words: str) -> ColumnElement[bool]:
    """Return the condition on a sentence."""
    if which == READING:
        return Sentence.text == words
    if which != FIRST:
        return Sentence.segment == which
    other = aliased(Sentence)
    body = (other.article_id == Sentence.article_id) & (other.segment == "body")
    first = select(func.min(other.position)).where(body).correlate(Sentence).scalar_subquery()
    return Sentence.position == first


def change(found: Found, segment: str, user: User) -> Steps[int]:
    """Change the sentences that were found, some in each write; return how many were changed.

    What somebody decided or changed meanwhile stays as it is.
    """
    done = 0
    for start in range(0, len(found.places), AT_ONCE):
        some = found.places[start : start + AT_ONCE]
        done += yield partial(change_some, some, segment, user)
    return done


def change_some(places: Collection[tuple[int, int]], segment: str, user: User) -> int:
    """Change some sentences."""
    done = 0
    for number, position in places:
        try:
            plan = repairing.plan(
                db.session.get_one(Article, number), position, repairing.SEGMENT, segment
            )
        except RefusedError:
            continue  # decided, or of this segment, by now
        repairing.carry_out(plan, user)
        done += 1
    return done
