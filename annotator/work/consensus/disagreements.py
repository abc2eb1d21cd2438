"""Finds, inside the database, the sentences whose answers differ, and in what.

Everything is counted in groups, so the cost grows with the labels once and no answer leaves the
database. What differs is what is measured: status, the number of claims, their speakers and labels.
Speakers are compared as they are known today, and what may be left empty where it is not.
"""

from collections.abc import Collection, Mapping
from functools import cache, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from annotator.codebook.scheme import LABELS, REQUIRED_FIELDS, Codebook
from annotator.measure.rounds import NEWEST
from annotator.store.db import among
from annotator.store.models import (
    Answer,
    Article,
    Claim,
    Decision,
    DecisionBasis,
    Project,
    Sentence,
    Speaker,
)
from annotator.work.labelling.independence import counted
from annotator.work.labelling.speakers import today

KIND_NAMES: Mapping[str, str] = {
    "status": "Status",
    "number": "Claim number",
    "speaker": "Speaker",
    "stance": "Stance",
    "certainty": "Certainty",
    "aspect": "Aspect",
}
KINDS = tuple(KIND_NAMES)
# Those that are fields of a claim, which a codebook may call otherwise.
OF_CLAIMS = ("speaker", *LABELS)
UNSURE = "unsure"
# What is kept of a sentence has one bit for each of these; a further one comes last.
BITS = {
    name: 1 << place
    for place, name in enumerate(
        ("status", "number", "speaker", "stance", "certainty", UNSURE, "aspect")
    )
}
DIFFERS = sum(BITS[name] for name in KINDS)
# How much a difference in each counts: the earlier the break, the more.
WEIGHTS = {"status": 4.0, "speaker": 3.0, "stance": 2.0, "certainty": 1.0, "aspect": 1.0}

Columns = dict[str, ColumnElement[Any]]
Found = Row[*tuple[Any, ...]]


def kinds_of(labels: Collection[str]) -> tuple[str, ...]:
    """Return in what answers can differ where these labels are asked for."""
    return tuple(each for each in KINDS if each not in LABELS or each in labels)


def kind_names(book: Codebook) -> dict[str, str]:
    """Return the kinds of difference that a codebook can have, and what it calls them."""
    kinds = [each for each in kinds_of(book.labels) if each not in LABELS or book.values_of(each)]
    return {each: book.title_of(each) if each in OF_CLAIMS else KIND_NAMES[each] for each in kinds}


def kind_word(kind: str, book: Codebook) -> str:
    """Return the same inside a sentence."""
    return book.word_of(kind) if kind in OF_CLAIMS else KIND_NAMES[kind].lower()


def given_answers(here: ColumnElement[bool]) -> CTE:
    """Select the answers that count: (answer, sentence, status, unsure)."""
    return (
        select(
            Answer.id.label("answer_id"),
            Answer.sentence_id.label("sentence_id"),
            Answer.status.label("status"),
            case((Answer.unsure, 1), else_=0).label("unsure"),
        )
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(here, *counted(NEWEST))
        .cte("given")
    )


def held_claims(given: CTE, labels: Collection[str]) -> CTE:
    """Select what each answer claims, each thing once: (sentence, answer, speaker, labels)."""
    return (
        select(
            given.c.sentence_id,
            given.c.answer_id,
            today().label("speaker_id"),
            *(getattr(Claim, name).label(name) for name in labels),
        )
        .join(Claim, Claim.answer_id == given.c.answer_id)
        .join(Speaker, Speaker.id == Claim.speaker_id)
        .distinct()
        .cte("held")
    )


def share(differing: ColumnElement[Any], n: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a number of ordered pairs as a share of all pairs of n."""
    return case((n > 1, cast(differing, Float) / func.nullif(n * (n - 1), 0)), else_=0.0)


def by_status(given: CTE) -> CTE:
    """Per sentence: how many answers, how many with claims, flags, and how far statuses differ."""
    counted = (
        select(given.c.sentence_id, given.c.status, func.count().label("c"))
        .group_by(given.c.sentence_id, given.c.status)
        .subquery()
    )
    flags = (
        select(given.c.sentence_id, func.max(given.c.unsure).label("unsure"))
        .group_by(given.c.sentence_id)
        .subquery()
    )
    n = func.sum(counted.c.c)
    return (
        select(
            counted.c.sentence_id,
            n.label("n"),
            func.count().label("statuses"),
            func.max(flags.c.unsure).label("unsure"),
            share(n * n - func.sum(counted.c.c * counted.c.c), n).label("difference"),
        )
        .join(flags, flags.c.sentence_id == counted.c.sentence_id)
        .group_by(counted.c.sentence_id)
        .having(n >= 2)
        .cte("by_status")
    )


def by_number(held: CTE) -> CTE:
    """Per sentence: how many answers have claims, and how many claims and speakers at most."""
    per_answer = (
        select(
            held.c.sentence_id,
            func.count().label("k"),
            func.count(held.c.speaker_id.distinct()).label("speakers"),
        )
        .group_by(held.c.sentence_id, held.c.answer_id)
        .subquery()
    )
    return (
        select(
            per_answer.c.sentence_id,
            func.count().label("m"),
            func.min(per_answer.c.k).label("fewest"),
            func.max(per_answer.c.k).label("most"),
            func.max(per_answer.c.speakers).label("most_speakers"),
        )
        .group_by(per_answer.c.sentence_id)
        .cte("by_number")
    )


def holders(held: CTE, *labels: str) -> CTE:
    """Count the answers of a sentence that have a claim of a speaker with these labels."""
    keys = [held.c.sentence_id, held.c.speaker_id, *(held.c[name] for name in labels)]
    return select(*keys, func.count(held.c.answer_id.distinct()).label("h")).group_by(*keys).cte()


def by_speaker(speaking: CTE, number: CTE) -> CTE:
    """Per sentence: how many speakers there are, and how far the sets of speakers differ."""
    m, h = number.c.m, speaking.c.h
    return (
        select(
            speaking.c.sentence_id,
            func.count().label("speakers"),
            func.min(h).label("fewest"),
            func.avg(share(2 * h * (m - h), m)).label("difference"),
        )
        .join(number, number.c.sentence_id == speaking.c.sentence_id)
        .group_by(speaking.c.sentence_id)
        .cte("by_speaker")
    )


def having(held: CTE, label: str) -> CTE:
    """Return the claims that are compared in a label: all, or those that have what may be empty."""
    if label in REQUIRED_FIELDS:
        return held
    return select(held).where(held.c[label].is_not(None)).cte(f"having_{label}")


def by_label(held: CTE, speaking: CTE, label: str) -> CTE:
    """Per sentence: whether those who have the same speaker differ in a label, and how far."""
    labelled = holders(held, label)
    h, c = speaking.c.h, labelled.c.h
    per_speaker = (
        select(
            speaking.c.sentence_id,
            case((func.min(c) < func.max(h), 1), else_=0).label("differs"),
            # An answer may hold two labels of one speaker; then more pairs meet than there are.
            share(func.max(h) * (func.max(h) - 1) - func.sum(c * (c - 1)), func.max(h)).label(
                "share"
            ),
        )
        .join(
            labelled,
            and_(
                labelled.c.sentence_id == speaking.c.sentence_id,
                labelled.c.speaker_id == speaking.c.speaker_id,
            ),
        )
        .group_by(speaking.c.sentence_id, speaking.c.speaker_id)
        .subquery()
    )
    positive = case((per_speaker.c.share > 0, per_speaker.c.share), else_=0.0)
    return (
        select(
            per_speaker.c.sentence_id,
            func.max(per_speaker.c.differs).label("differs"),
            func.avg(positive).label("difference"),
        )
        .group_by(per_speaker.c.sentence_id)
        .cte(f"by_{label}")
    )


def by_pairing(held: CTE, label: str) -> CTE:
    """Per sentence: whether those with the same speaker and stance differ in a further label."""
    whole, part = holders(held, "stance"), holders(held, "stance", label)
    return (
        select(whole.c.sentence_id, func.max(case((part.c.h < whole.c.h, 1), else_=0)).label("d"))
        .join(
            part,
            and_(
                part.c.sentence_id == whole.c.sentence_id,
                part.c.speaker_id == whole.c.speaker_id,
                part.c.stance == whole.c.stance,
            ),
        )
        .group_by(whole.c.sentence_id)
        .cte(f"by_pairing_{label}")
    )


def compared(here: ColumnElement[bool], labels: Collection[str]) -> CTE:
    """Select every sentence of some articles with two or more answers, and in what they differ.

    Columns: sentence_id, n, one 0 or 1 per kind and for unsure, `differs`, and `difference`: 0 for
    none, more the more pairs of answers differ and the earlier they do.
    """
    given = given_answers(here)
    held = held_claims(given, labels)
    status, number, speaking = by_status(given), by_number(held), holders(held)
    speaker = by_speaker(speaking, number)
    own = {name: having(held, name) for name in labels}
    by_labels = {
        name: by_label(some, speaking if some is held else holders(some), name)
        for name, some in own.items()
    }
    pairings = {name: by_pairing(some, name) for name, some in own.items() if name != "stance"}
    conflict = or_(
        speaker.c.speakers > number.c.most_speakers,
        and_(number.c.fewest == number.c.most, speaker.c.fewest < number.c.m),
    )
    flags: Columns = {
        "status": status.c.statuses > 1,
        "number": number.c.fewest < number.c.most,
        "speaker": conflict,
        **{name: part.c.differs == 1 for name, part in by_labels.items()},
    }
    for name, pairing in pairings.items():
        flags[name] = or_(flags[name], pairing.c.d == 1)
    parts = {"status": status, "speaker": speaker, **by_labels}
    weighed = [
        WEIGHTS[name] * func.coalesce(part.c.difference, 0.0) for name, part in parts.items()
    ]
    query = select(
        status.c.sentence_id,
        status.c.n,
        *(case((flag, 1), else_=0).label(name) for name, flag in flags.items()),
        status.c.unsure.label(UNSURE),
        case((or_(*flags.values()), 1), else_=0).label("differs"),
        reduce(add, weighed).label("difference"),
    )
    for other in (number, speaker, *by_labels.values(), *pairings.values()):
        query = query.outerjoin(other, other.c.sentence_id == status.c.sentence_id)
    return query.cte("compared")


def counts() -> ColumnElement[bool]:
    """Return the condition of answers that are compared."""
    return and_(*counted(NEWEST))


def is_stale() -> ColumnElement[bool]:
    """Say whether the answers under a decision are no longer those it rests on."""
    return or_(is_changed(), has_added())


def is_changed() -> ColumnElement[bool]:
    """Say whether an answer that a decision rests on was changed, or counts no more."""
    return exists(
        select(1)
        .select_from(DecisionBasis)
        .join(Answer, Answer.id == DecisionBasis.answer_id)
        .where(
            DecisionBasis.decision_id == Decision.id,
            or_(Answer.revision != DecisionBasis.revision, ~counts()),
        )
        .correlate(Decision)
    )


def has_added() -> ColumnElement[bool]:
    """Say whether an answer was added after a decision."""
    of_decision = DecisionBasis.decision_id == Decision.id
    return exists(
        select(1)
        .select_from(Answer)
        .outerjoin(DecisionBasis, and_(DecisionBasis.answer_id == Answer.id, of_decision))
        .where(
            Answer.sentence_id == Decision.sentence_id,
            counts(),
            DecisionBasis.answer_id.is_(None),
        )
        .correlate(Decision)
    )


def states(project: Project, articles: Collection[int] | None = None) -> Select[*tuple[Any, ...]]:
    """Select every compared or decided sentence of a project, or of some of its articles."""
    here = Article.project_id == project.id
    if articles is not None:
        here &= among(Article.id, articles)
    return states_in(here, project.codebook.labels)


@cache
def states_of_some(labels: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Return the query of `states` for the `articles` it is given; making one costs a lot."""
    return states_in(Article.id.in_(bindparam("articles", expanding=True)), labels)


def states_in(here: ColumnElement[bool], labels: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Select every compared or decided sentence with its place and the state of its decision.

    Columns besides those of `compared`: article_id, key, position, decision_id, state (None where
    nobody has acted), how, and whether answers under the decision were changed or added (0 or 1).
    """
    found = compared(here, labels)
    names = (*kinds_of(labels), UNSURE, "differs", "n")
    none: Columns = {name: func.coalesce(found.c[name], 0) for name in names}
    none |= {name: literal(0) for name in KINDS if name not in none}
    return (
        select(
            Sentence.id.label("sentence_id"),
            Article.id.label("article_id"),
            Article.key.label("key"),
            Sentence.position.label("position"),
            *(column.label(name) for name, column in none.items()),
            func.coalesce(found.c.difference, 0.0).label("difference"),
            Decision.id.label("decision_id"),
            Decision.state.label("state"),
            Decision.how.label("how"),
            case((is_changed(), 1), else_=0).label("changed"),
            case((has_added(), 1), else_=0).label("added"),
        )
        .join(Article, Article.id == Sentence.article_id)
        .outerjoin(found, found.c.sentence_id == Sentence.id)
        .outerjoin(Decision, Decision.sentence_id == Sentence.id)
        .where(here, or_(found.c.n.is_not(None), Decision.id.is_not(None)))
    )
