"""The counts of a project that more than one page, command or card prints: one function each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, exists, func, literal, select

from annotator.measure.origins import CONTEXT, COUNTED, HUMAN, PEOPLE
from annotator.phrases import counted, method_name, plural
from annotator.store.models import (
    Alias,
    Answer,
    Article,
    Claim,
    Decision,
    Project,
    Sentence,
    SpeakerChange,
    Via,
)
from annotator.store.snapshot import one_moment
from annotator.work.agreement.report import Report, Selection
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.voting import ADJUDICATED, MAJORITY, MODELS, OPEN, SINGLE, UNANIMOUS
from annotator.work.gold.building import NONE
from annotator.work.imported_labels.kinds import HOW_TO_COUNT, ORIGIN_WORDS

Some = npt.NDArray[np.bool_]
VOTED = (MAJORITY, *MODELS)
HOW: Mapping[str, str] = {
    ADJUDICATED: "adjudicated",
    UNANIMOUS: "unanimous",
    **{each: method_name(each) for each in VOTED},
    SINGLE: "single answer",
    OPEN: "open",
    NONE: "without an eligible answer",
}


@dataclass(frozen=True)
class Answers:
    """The complete answers of a project by origin, and those that are not complete."""

    by_origin: Mapping[str, int]
    incomplete: int

    @property
    def complete(self) -> int:
        """Return how many are complete."""
        return sum(self.by_origin.values())

    def not_counted(self, origins: tuple[str, ...] = COUNTED) -> str:
        """Say which complete answers figures leave out, and how they are counted.

        Nothing where none is left out.
        """
        out = {each: n for each, n in self.by_origin.items() if each not in origins and n}
        if not out:
            return ""
        said = [f"{answers_of(n)} {ORIGIN_WORDS[each]}" for each, n in sorted(out.items())]
        are = "is" if sum(out.values()) == 1 else "are"
        how = f" {HOW_TO_COUNT}" if CONTEXT in out and set(origins) == set(COUNTED) else ""
        return f"{' and '.join(said)} {are} not counted here.{how}"


def answers_of(n: int) -> str:
    """Return a number of answers with its noun."""
    return counted(n, "answer")


def answers(project: Project, but: str | None = None) -> Answers:
    """Count the answers of a project with a status on a sentence; of each annotator the newest.

    `but`: leave out those of one origin.
    """
    with one_moment() as now:
        rows = now.execute(by_origin(project, but)).all()
    return Answers(
        {origin: n for origin, complete, n in rows if complete},
        sum(n for _, complete, n in rows if not complete),
    )


def by_origin(project: Project, but: str | None) -> Select[str, bool, int]:
    """Return the query of (origin, whether complete, how many) of the answers of a project."""
    # The few of other origins are read first, each with its sentence: SQLite, which does not know
    # how few they are, would else go by the sentences and read all answers.
    sentence_id = Answer.sentence_id if but is None else Answer.sentence_id + 0
    query = (
        select(Answer.origin, Answer.complete, func.count(Answer.id))
        .join(Sentence, Sentence.id == sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(Article.project_id == project.id, Answer.status.is_not(None), Answer.current)
        .group_by(Answer.origin, Answer.complete)
    )
    if but is not None:
        # Written out, so that the index of the answers that were not given here is used.
        query = query.where(Answer.origin != literal(but, literal_execute=True))
    return query


def brought_in(project: Project, selection: Selection) -> str:
    """Say how many of the answers that count were brought in; "" where none was."""
    if not {HUMAN, PEOPLE} <= set(selection.origins):
        return ""
    n = answers(project, but=HUMAN).by_origin.get(PEOPLE, 0)
    return f"Among them {answers_of(n)} {ORIGIN_WORDS[PEOPLE]}." if n else ""


def nothing_to_compare(project: Project, report: Report) -> str:
    """Say why a report compares nothing, and which answers it leaves out."""
    selection, n = report.selection, report.shared_articles
    if len(selection.annotators) == 1:
        why = "Agreement needs at least two annotators; the filter selects only one."
    elif is_narrowed(selection):
        why = "No sentence has two answers with these filters."
    elif n == 0:
        why = "No double-labelled sentence yet; no article has a second annotator."
    else:
        why = (
            f"No double-labelled sentence yet; {counted(n, 'article')} with two or more annotators."
        )
    return f"{why} {answers(project).not_counted(selection.origins)}".strip()


def is_narrowed(selection: Selection) -> bool:
    """Say whether a selection leaves out answers that usually count."""
    usual = Selection(headlines=selection.headlines, whole_articles=selection.whole_articles)
    return selection != usual


def taken_back(now: Connection, project: Project) -> frozenset[int]:
    """Return the speakers of splits that were undone and that no label names: they are nobody."""
    fresh = SpeakerChange.other_id
    return frozenset(
        now.scalars(
            select(fresh).where(
                SpeakerChange.project_id == project.id,
                SpeakerChange.kind == "split",
                SpeakerChange.undone_at.is_not(None),
                fresh.is_not(None),
                ~exists().where(Claim.speaker_id == fresh),
                ~exists().where(Via.speaker_id == fresh),
                ~exists().where(Alias.speaker_id == fresh),
            )
        )
    )


@dataclass(frozen=True)
class Gold:
    """By whom the gold of each sentence is: the counts of `how` in the gold rows and the facts.

    `by_how` has every sentence of the project once; `soft` of the adjudicated ones keep several
    readings and have no one answer.
    """

    by_how: Mapping[str, int]
    soft: int = 0

    @property
    def sentences(self) -> int:
        """Return how many sentences there are."""
        return sum(self.by_how.values())

    @property
    def with_gold(self) -> int:
        """Return how many sentences have a gold answer."""
        return self.sentences - self.by_how[OPEN] - self.by_how[NONE] - self.soft


@dataclass(frozen=True)
class Decided:
    """All sentences of a project, and by whom those with a decision are decided, or OPEN."""

    sentences: int
    by_sentence: Mapping[int, str]
    soft: int


def decided(now: Connection, project: Project) -> Decided:
    """Read which sentences adjudicators have decided, or taken up and left open."""
    total = now.scalars(
        select(func.coalesce(func.sum(Article.sentence_count), 0)).where(
            Article.project_id == project.id
        )
    ).one()
    rows = now.execute(
        select(Decision.sentence_id, Decision.state, Decision.how, Decision.status)
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(Article.project_id == project.id)
    ).all()
    return Decided(
        total,
        {each.sentence_id: each.how if each.state == DECIDED else OPEN for each in rows},
        # What keeps several readings has no status of its own.
        sum(each.state == DECIDED and each.status is None for each in rows),
    )


def gold(known: Decided, sentences: Sequence[int], parts: Mapping[str, Some]) -> Gold:
    """Count by whom each sentence is decided.

    `parts`: who decides each of these sentences (U) from the answers alone, (U,) true or false per
    way; a decision of an adjudicator stands above that.
    """
    row_of = {each: row for row, each in enumerate(sentences)}
    found = Counter({how: int(some.sum()) for how, some in parts.items()})
    for sentence, how in known.by_sentence.items():
        row = row_of.get(sentence)
        if row is not None:
            found[next(way for way, some in parts.items() if some[row])] -= 1
        found[how] += 1
    found[NONE] = known.sentences - found.total()
    order = (ADJUDICATED, UNANIMOUS, *(how for how in VOTED if how in parts), SINGLE, OPEN, NONE)
    return Gold({how: found[how] for how in order}, known.soft)


def gold_words(found: Gold) -> str:
    """Say by whom the gold of all sentences is, with the words of the gold rows."""
    parts = ", ".join(f"{n:,} {HOW[how]}" for how, n in found.by_how.items())
    return f"{found.sentences:,} {plural(found.sentences, 'sentence')}: {parts}."
