"""Who did what in a project, the newest first, from every table that remembers acts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from annotator.phrases import counted, moment, sentence_number
from annotator.store.db import db
from annotator.store.models import (
    Activity,
    Article,
    CodebookVersion,
    Correction,
    Decision,
    DecisionEvent,
    Project,
    Release,
    Remapping,
    Repair,
    Sentence,
    SpeakerChange,
)
from annotator.work.accounts import activity
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.speakers.changes import in_words

PAGE = 50
COMMAND = "command"
EXPORTED = 500
KINDS = {
    activity.SETTINGS: "Settings",
    activity.PEOPLE: "People",
    activity.CODEBOOK: "Codebook",
    activity.ARTICLES: "Articles",
    activity.ASSIGNMENT: "Assignment",
    activity.SPEAKERS: "Speakers",
    activity.DECISIONS: "Decisions",
    activity.LABELS: "Labels",
    activity.RELEASES: "Releases",
}
DECIDED = {
    "decide": "Decided",
    "reopen": "Put back into the queue:",
    "ask": "Asked the annotators about",
    "undo": "Undid an act on",
}
CORRECTED = {
    "metadata": "Metadata changed",
    "withdraw": "Withdrawn",
    "restore": "Restored",
    "remove": "Removed",
    "rename": "Project renamed",
    "archive": "Project archived",
    "reopen": "Project reopened",
}


class Mark(NamedTuple):
    """Where an entry stands: its moment, which table it is from, and its number there."""

    at: datetime
    source: int
    number: int

    @property
    def token(self) -> str:
        """Return it as it stands in an address."""
        since = self.at - datetime(1970, 1, 1, tzinfo=UTC)
        return f"{since // timedelta(microseconds=1)}.{self.source}.{self.number}"


def mark_of(token: str) -> Mark:
    """Return what stands in an address.

    Raises:
        ValueError: it is none.

    """
    micros, source, number = (int(part) for part in token.split("."))
    if not 0 <= micros < 1 << 56 or not 0 <= source < 100 or not 0 <= number < 1 << 31:
        raise ValueError(token)
    return Mark(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros), source, number)


@dataclass(frozen=True)
class Entry:
    """One act: when, who (a pseudonym, or "command"), of which kind, and what."""

    mark: Mark
    who: str
    kind: str
    what: str
    place: tuple[int, int] | None = None  # article and position, of a decision

    @property
    def at(self) -> datetime:
        """Return when it was."""
        return self.mark.at


@dataclass(frozen=True)
class Wanted:
    """Which acts: of a kind, of a person (user number, 0 for commands), between two days."""

    kind: str = ""
    user: int | None = None
    since: date | None = None
    until: date | None = None


Saying = tuple[str, str] | tuple[str, str, tuple[int, int]]


@dataclass(frozen=True)
class Source:
    """One table of acts: what is read of it, and how a row is said: kind, words, perhaps a place.

    The rows begin with moment, number and person.
    """

    kinds: tuple[str, ...]
    query: Select[*tuple[Any, ...]]
    say: Callable[[Any], Saying]

    def newest(self, place: int, wanted: Wanted, after: Mark | None) -> Select[*tuple[Any, ...]]:
        """Return the query of the entries that are wanted, after one, the newest first."""
        at, number, user = self.query.selected_columns[:3]
        query = self.query
        if wanted.user is not None:
            query = query.where(user == wanted.user if wanted.user else user.is_(None))
        if wanted.since:
            query = query.where(at >= midnight(wanted.since))
        if wanted.until and wanted.until < date.max:
            query = query.where(at < midnight(wanted.until + timedelta(days=1)))
        if after is not None and place == after.source:
            query = query.where(or_(at < after.at, (at == after.at) & (number < after.number)))
        elif after is not None:
            query = query.where(at <= after.at if place > after.source else at < after.at)
        return query.order_by(at.desc(), number.desc())


def midnight(day: date) -> datetime:
    """Return when a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def exported(project: Project, wanted: Wanted) -> Iterator[Sequence[object]]:
    """Yield all entries as a table, the newest first."""
    yield ["at", "who", "kind", "what"]
    after: Mark | None = None
    while some := entries(project, wanted, after, EXPORTED):
        for entry in some:
            yield [moment(entry.at), entry.who, entry.kind, entry.what]
        after = some[-1].mark


def entries(
    project: Project, wanted: Wanted, after: Mark | None = None, most: int = PAGE + 1
) -> list[Entry]:
    """Return so many entries of all tables together, the newest first, from behind one on."""
    names = pseudonyms_of(project)
    found: list[Entry] = []
    for place, source in enumerate(sources(project, wanted.kind)):
        if wanted.kind and wanted.kind not in source.kinds:
            continue
        for row in db.session.execute(source.newest(place, wanted, after).limit(most)):
            who = COMMAND if row[2] is None else names.get(row[2], "?")
            found.append(Entry(Mark(row[0], place, row[1]), who, *source.say(row)))
    found.sort(key=lambda entry: (entry.at, -entry.mark.source, entry.mark.number), reverse=True)
    return found[:most]


# --- the tables


def sources(project: Project, kind: str = "") -> list[Source]:
    """Return the tables that remember acts, always in this order: addresses name their places."""
    return [
        noted(project, kind),
        versions(project),
        remapped(project),
        corrected(project, kind),
        repaired(project),
        of_speakers(project),
        of_decisions(project),
        released(project),
    ]


def noted(project: Project, kind: str) -> Source:
    """Return what is noted and stands nowhere else."""
    query = select(Activity.at, Activity.id, Activity.user_id, Activity.kind, Activity.what).where(
        Activity.project_id == project.id
    )
    if kind:
        query = query.where(Activity.kind == kind)
    return Source(tuple(KINDS), query, lambda row: (row.kind, row.what))


def versions(project: Project) -> Source:
    """Return the published versions of the codebook."""
    one = CodebookVersion
    query = select(one.created_at, one.id, one.user_id, one.label, one.reason)

    def say(row: Any) -> Saying:
        reason = f": {row.reason}" if row.reason else ""
        return activity.CODEBOOK, f"Codebook version {row.label} published{reason}"

    return Source((activity.CODEBOOK,), query.where(one.project_id == project.id), say)


def remapped(project: Project) -> Source:
    """Return the answers that were given other values when a version was published."""
    one = Remapping
    query = select(one.at, one.id, one.user_id, one.answers, one.decisions, one.undone_at)

    def say(row: Any) -> Saying:
        many = f"{counted(row.answers, 'answer')} and {counted(row.decisions, 'decision')}"
        return activity.CODEBOOK, f"Values of {many} mapped{undone(row)}"

    return Source((activity.CODEBOOK,), query.where(one.project_id == project.id), say)


def undone(row: Any) -> str:
    """Say whether an act was taken back later."""
    return " (taken back later)" if row.undone_at else ""


def corrected(project: Project, kind: str) -> Source:
    """Return corrections of articles and of the project; what was done at once is one entry."""
    one = Correction
    # What has no article is of the project itself.
    of_kind = {activity.SETTINGS: [one.key == ""], activity.ARTICLES: [one.key != ""]}.get(kind, [])
    acts = (
        select(
            func.min(one.at).label("at"),
            func.min(one.id).label("number"),
            one.user_id,
            one.kind,
            func.count().label("many"),
            func.min(one.key).label("key"),
            func.min(one.reason).label("reason"),
        )
        .where(one.project_id == project.id, *of_kind)
        .group_by(one.act, one.kind, one.user_id)
        .subquery()
    )

    def say(row: Any) -> Saying:
        what = CORRECTED.get(row.kind, row.kind)
        reason = f": {row.reason}" if row.reason else ""
        if not row.key:
            return activity.SETTINGS, f"{what}{reason}"
        which = f"article {row.key}" if row.many == 1 else counted(row.many, "article")
        return activity.ARTICLES, f"{what}, {which}{reason}"

    columns = (acts.c.at, acts.c.number, acts.c.user_id, acts.c.kind, acts.c.many, acts.c.key)
    kinds = (activity.ARTICLES, activity.SETTINGS)
    return Source(kinds, select(*columns, acts.c.reason), say)


def repaired(project: Project) -> Source:
    """Return the repairs of sentences."""
    one = Repair
    query = (
        select(one.at, one.id, one.user_id, one.undoes_id, one.first, Article.key)
        .join(Article, Article.id == one.article_id)
        .where(Article.project_id == project.id)
    )

    def say(row: Any) -> Saying:
        done = "Repair undone" if row.undoes_id else "Sentences repaired"
        where = f"article {row.key}, from sentence {sentence_number(row.first)}"
        return activity.ARTICLES, f"{done}, {where}"

    return Source((activity.ARTICLES,), query, say)


def of_speakers(project: Project) -> Source:
    """Return the changes of the register of speakers."""
    one = SpeakerChange
    query = (
        select(one.at, one.id, one.user_id, one)
        .where(one.project_id == project.id)
        .options(joinedload(one.speaker), joinedload(one.other))
    )

    def say(row: Any) -> Saying:
        words = in_words(row[3])
        return activity.SPEAKERS, f"{words[0].upper()}{words[1:]}{undone(row[3])}"

    return Source((activity.SPEAKERS,), query, say)


def of_decisions(project: Project) -> Source:
    """Return the acts of adjudicators, one by one."""
    one = DecisionEvent
    query = (
        select(
            one.at,
            one.id,
            one.user_id,
            one.kind,
            Sentence.position,
            Sentence.article_id,
            Article.key,
        )
        .join(Decision, Decision.id == one.decision_id)
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(one.project_id == project.id)
    )

    def say(row: Any) -> Saying:
        what = f"{DECIDED[row.kind]} article {row.key}, sentence {sentence_number(row.position)}"
        return activity.DECISIONS, what, (row.article_id, row.position)

    return Source((activity.DECISIONS,), query, say)


def released(project: Project) -> Source:
    """Return the releases."""
    one = Release
    query = select(one.created_at, one.id, one.user_id, one.name, one.status)

    def say(row: Any) -> Saying:
        return activity.RELEASES, f"Release {row.name} created, {row.status}"

    return Source((activity.RELEASES,), query.where(one.project_id == project.id), say)
