"""Which sentences or claims somebody looks for, as conditions on what is stored.

What counts as said are the newest answers of everybody, finished or not, also imported ones, or
the decisions that stand, without soft labels: gold by votes or a model is not looked at. All
conditions hold together; those on an answer and a claim hold of one and the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, select, text

from annotator.codebook.scheme import LABELS
from annotator.store.db import among, db, unindexed
from annotator.store.marking import TABLE
from annotator.store.models import (
    Answer,
    Article,
    Claim,
    CodebookVersion,
    Decision,
    Membership,
    Project,
    Sentence,
    Speaker,
)
from annotator.store.snapshot import by_code_point
from annotator.text.search import Term, parse
from annotator.text.spelling import folded
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.disagreements import DIFFERS
from annotator.work.explore import notes

SENTENCES, CLAIMS = "sentences", "claims"
DECISIONS = "decisions"
BODY = "body"
YES, NO = "yes", "no"
KEY, NEWEST, OLDEST = "key", "newest", "oldest"
SORTS = {KEY: "Article", NEWEST: "Newest first", OLDEST: "Oldest first"}
MOST_SPEAKERS = 500


@dataclass(frozen=True)
class Filters:
    """What is looked for; "" asks for nothing.

    `by` is a pseudonym, "decisions", or "" for everybody; `note` is "yes", "no", or the number of a
    note of a lead or adjudicator.
    """

    of: str = SENTENCES
    text: str = ""
    article: str = ""
    publisher: str = ""
    since: date | None = None
    until: date | None = None
    segment: str = ""
    by: str = ""
    status: str = ""
    speaker: str = ""
    stance: str = ""
    certainty: str = ""
    aspect: str = ""
    disputed: str = ""
    flagged: str = ""
    decided: str = ""
    note: str = ""
    version: str = ""
    sort: str = KEY

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the words that are searched for."""
        return parse(self.text)

    @property
    def needs_articles(self) -> bool:
        """Say whether only some articles come into question."""
        return bool(self.article or self.publisher or self.since or self.until)

    @property
    def is_apart(self) -> bool:
        """Say whether a segment is wanted that few sentences are of."""
        return self.segment not in ("", BODY)

    @property
    def is_noted(self) -> bool:
        """Say whether only the few sentences with a note come into question."""
        return self.note not in ("", NO)

    @property
    def labels(self) -> dict[str, str]:
        """Return the labels of a claim that are asked for, by field."""
        said = {name: getattr(self, name) for name in LABELS}
        return {name: value for name, value in said.items() if value}

    @property
    def needs_claims(self) -> bool:
        """Say whether a claim has to be looked at."""
        return self.of == CLAIMS or bool(self.speaker or self.labels)

    @property
    def needs_answers(self) -> bool:
        """Say whether somebody's answer, or a decision, has to be looked at."""
        return self.needs_claims or bool(self.by or self.status or self.version)

    @property
    def needs_consensus(self) -> bool:
        """Say whether how the answers stand to one another matters."""
        return bool(self.disputed or self.decided)


def article_ids(project: Project, filters: Filters) -> Sequence[tuple[int, int]]:
    """Return id and length of the articles in which there may be rows, in the order of the view."""
    order: list[Any] = [by_code_point(Article.key)]
    if filters.sort in (NEWEST, OLDEST):
        day = Article.published_on
        order = [day.is_(None), day.desc() if filters.sort == NEWEST else day, *order]
    query = select(
        Article.id, Article.sentence_count, Article.key, Article.title, Article.publisher
    ).where(Article.project_id == project.id)
    if filters.since:
        query = query.where(Article.published_on >= filters.since)
    if filters.until:
        query = query.where(Article.published_on <= filters.until)
    if not (filters.article or filters.publisher):
        few = query.with_only_columns(Article.id, Article.sentence_count)
        return [(row[0], row[1]) for row in db.session.execute(few.order_by(*order))]
    # Compared here: SQLite knows the case of ASCII letters only.
    named, published = folded(filters.article), folded(filters.publisher)
    return [
        (row.id, row.sentence_count)
        for row in db.session.execute(query.order_by(*order))
        if (named in folded(row.key) or named in folded(row.title))
        and published in folded(row.publisher)
    ]


def on_sentence(project: Project, filters: Filters) -> list[ColumnElement[bool]]:
    """Return what must hold of the sentence, but for its words."""
    found: list[ColumnElement[bool]] = [*notes.noted(project, filters.note)]
    if filters.segment:
        found.append(Sentence.segment == filters.segment)
    if filters.is_apart:
        # Written as in the partial index, which else would not be used.
        found.append(Sentence.segment != literal_column("'body'"))
    if filters.flagged:
        # Written as in the partial index, which else would not be used.
        unsure = select(Answer.sentence_id).where(
            text("(unsure OR note <> '')"),
            Answer.unsure,
            Answer.current,
            unindexed(Answer.sentence_id).is_not(None),
        )
        is_flagged = Sentence.id.in_(unsure)
        found.append(is_flagged if filters.flagged == YES else ~is_flagged)
    return found


def on_consensus(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what must hold of how the answers stand; a sentence without any has no row of it."""
    found: list[ColumnElement[bool]] = []
    differs = func.coalesce(TABLE.c.kinds, 0).bitwise_and(DIFFERS)
    if filters.disputed:
        found.append(differs != 0 if filters.disputed == YES else differs == 0)
    is_decided = func.coalesce(TABLE.c.state, "") == DECIDED
    if filters.decided:
        found.append(is_decided if filters.decided == YES else ~is_decided)
    return found


def on_answer(project: Project, filters: Filters, *, walking: bool) -> list[ColumnElement[bool]]:
    """Return what must hold of an answer."""
    user_id = unindexed(Answer.user_id) if walking else Answer.user_id
    # The index of what is said of a sentence is for who comes from few sentences: SQLite would walk
    # through all of it, too.
    current = Answer.current if walking else unindexed(Answer.current)
    found: list[ColumnElement[bool]] = [current.is_(True), Answer.status.is_not(None)]
    if filters.by:
        found.append(user_id == user_of(project, filters.by))
    if filters.status:
        found.append(Answer.status == filters.status)
    if filters.version:
        found.append(Answer.codebook_version_id == version_of(project, filters.version))
    return found


def on_decision(project: Project, filters: Filters) -> list[ColumnElement[bool]]:
    """Return what must hold of a decision."""
    found: list[ColumnElement[bool]] = [Decision.state == DECIDED, Decision.soft.is_(None)]
    if filters.status:
        found.append(Decision.status == filters.status)
    if filters.version:
        found.append(Decision.codebook_version_id == version_of(project, filters.version))
    return found


def on_claim(project: Project, filters: Filters, *, walking: bool) -> list[ColumnElement[bool]]:
    """Return what must hold of a claim."""
    found: list[ColumnElement[bool]] = []
    if filters.speaker:
        speaker = unindexed(Claim.speaker_id) if walking else Claim.speaker_id
        found.append(among(speaker, speakers_named(project, filters.speaker)))
    for name, value in filters.labels.items():
        column = getattr(Claim, name)
        found.append((unindexed(column) if walking else column) == value)
    return found


def user_of(project: Project, pseudonym: str) -> int:
    """Return the number of who has a pseudonym in a project, one that nobody has if none does."""
    found = select(Membership.user_id).where(
        and_(Membership.project_id == project.id, Membership.pseudonym == pseudonym)
    )
    return db.session.scalar(found) or 0


def version_of(project: Project, label: str) -> int:
    """Return the number of the row of a codebook version."""
    found = select(CodebookVersion.id).where(
        and_(CodebookVersion.project_id == project.id, CodebookVersion.label == label)
    )
    return db.session.scalar(found) or 0


def speakers_named(project: Project, words: str) -> Sequence[int]:
    """Return whoever is called so today, in part, and all that were merged into them."""
    wanted = folded(words)
    rows = db.session.execute(
        select(Speaker.id, Speaker.name, Speaker.wording, Speaker.merged_into_id).where(
            Speaker.project_id == project.id
        )
    ).all()
    today = {
        row.id
        for row in rows
        if row.merged_into_id is None
        # A source without a name is called by its wording, in results by that and its article.
        and (wanted in folded(row.wording or row.name) or wanted == folded(row.name))
    }
    return [row.id for row in rows if (row.merged_into_id or row.id) in today]
