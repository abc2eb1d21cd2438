"""Finds the sentences behind the figures: those that differ most, and those of one cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from annotator.codebook.scheme import REQUIRED_FIELDS
from annotator.measure.collected import Collected
from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import FloatArray, IntArray, distinct
from annotator.store.db import among
from annotator.store.models import Answer, Article, Claim, Project, Sentence, Speaker
from annotator.work.agreement.report import Selection
from annotator.work.agreement.selection import counted_answers
from annotator.work.consensus.disagreements import WEIGHTS

Some = npt.NDArray[np.bool_]
HARDLY = 1e-9  # what differs and has no pair that does: one answer holds the values of another


@dataclass(frozen=True, eq=False)
class Spread:
    """How far each sentence is disputed: `sentences` (U,) ids, and per kind (U,) a share.

    The share is that of the pairs that differ, 0 to 1.
    """

    sentences: IntArray
    by_kind: dict[str, FloatArray]

    @classmethod
    def of_parts(cls, parts: Sequence["Spread"]) -> "Spread":
        """Put parts one behind the other."""
        return cls(
            np.concatenate([each.sentences for each in parts]),
            {
                kind: np.concatenate([each.by_kind[kind] for each in parts])
                for kind in parts[0].by_kind
            },
        )

    def count(self, kind: str) -> int:
        """Return how many sentences differ in this way; "all" for any way."""
        return int(np.count_nonzero(self.of(kind)))

    def of(self, kind: str) -> FloatArray:
        """Return the share of one kind; for "all" their sum, weighed as in the queue."""
        if kind != "all":
            return self.by_kind[kind]
        total: FloatArray = np.sum(
            [WEIGHTS.get(kind, HARDLY) * share for kind, share in self.by_kind.items()], axis=0
        )
        return total

    def ranked(self, kind: str) -> IntArray:
        """Return the sentences that differ, the most disputed first, then in the order of keys."""
        share = self.of(kind)
        found = np.flatnonzero(share)
        return self.sentences[found[np.argsort(-share[found], kind="stable")]]


def spread_of(collected: Collected) -> Spread:
    """Say in what the answers to each sentence differ, and how far.

    Disputed is what `disputes.compared` finds in the database: report and adjudication mean the
    same. A claim that an answer makes twice counts once.
    """
    units, claims = len(collected.status), collected.claims
    (unit, annotator, name, *given), _ = distinct(
        claims.unit,
        claims.annotator,
        collected.speaker_today,
        *(each + 1 for each in claims.labels.values()),
    )
    labels = dict(zip(claims.labels, given, strict=True))
    numbers = table_of(unit, annotator, collected.status.shape)
    (where, _), of_speaker, holders = held_by(annotator, unit, name)
    among = (numbers > 0).sum(axis=1)
    uneven = (numbers > 0) & (numbers < numbers.max(axis=1, initial=0)[:, None])
    number = uneven.any(axis=1)
    # Whoever has fewer claims lacks some speaker: that is the number. Else it is who they are.
    (own_unit, own_annotator, _), _ = distinct(unit, annotator, name)
    own = table_of(own_unit, own_annotator, collected.status.shape)
    speaker = np.bincount(where, minlength=units) > own.max(axis=1, initial=0)
    speaker |= ~number & any_of(units, where, holders < among[where])
    lacking = (
        2 * holders * (among[where] - holders) / np.maximum(among[where] * (among[where] - 1), 1)
    )
    known = {
        "status": (differing(collected.status) > 0, differing(collected.status)),
        "number": (number, differing(np.where(numbers > 0, numbers, NONE))),
        "speaker": (speaker, mean_of(units, where, lacking)),
    }
    for kind, column in labels.items():
        # What may be left empty is compared where it is not.
        has = np.ones(len(unit), bool) if kind in REQUIRED_FIELDS else column > 0
        who, speaks, said = annotator[has], of_speaker[has], column[has]
        (owner, _), _, givers = held_by(who, speaks, said)
        (held, _), _ = distinct(speaks, who)
        n = np.bincount(held, minlength=len(where))
        pairs = n * (n - 1)
        same = np.bincount(owner, givers * (givers - 1), minlength=len(where))
        share = np.where(pairs > 0, np.maximum(pairs - same, 0) / np.maximum(pairs, 1), 0.0)
        torn = any_of(units, where[owner], givers < n[owner])
        known[kind] = (torn, mean_of(units, where[n > 0], share[n > 0]))
        if kind != "stance":
            # Who has one stance of one speaker twice, with two of these, differs from who has one.
            (whole, _), of_whole, givers = held_by(who, speaks, labels["stance"][has])
            (owner, _), _, fewer = held_by(who, of_whole, said)
            torn = any_of(units, where[whole[owner]], fewer < givers[owner])
            known[kind] = (known[kind][0] | torn, known[kind][1])
    compared = (collected.status != NONE).sum(axis=1) > 1
    return Spread(
        collected.sentences,
        {
            kind: np.where(compared & differs, np.maximum(share, HARDLY), 0.0)
            for kind, (differs, share) in known.items()
        },
    )


def held_by(
    annotator: IntArray, *columns: IntArray
) -> tuple[tuple[IntArray, ...], IntArray, IntArray]:
    """Return the distinct rows (D,), the place of each row there, and how many have it (D,)."""
    found, place = distinct(*columns)
    (held, _), _ = distinct(place, annotator)
    return found, place, np.bincount(held, minlength=len(found[0]))


def table_of(unit: IntArray, annotator: IntArray, shape: tuple[int, ...]) -> IntArray:
    """Count rows by sentence and annotator, (U, A)."""
    width = max(shape[1], 1)
    numbers = np.bincount(unit * width + annotator, minlength=shape[0] * width)
    return numbers.reshape(shape[0], width)


def any_of(units: int, where: IntArray, found: Some) -> Some:
    """Say of each sentence whether one of its rows is found, (U,)."""
    some: Some = np.bincount(where[found], minlength=units) > 0
    return some


def mean_of(units: int, where: IntArray, share: FloatArray) -> FloatArray:
    """Return the mean of the rows of each sentence, 0 where it has none, (U,)."""
    rows = np.maximum(np.bincount(where, minlength=units), 1)
    mean: FloatArray = np.bincount(where, share, minlength=units) / rows
    return mean


def differing(given: Given) -> FloatArray:
    """Return (U,): the share of pairs of answers that differ, 0 without a pair."""
    r = (given != NONE).sum(axis=1)
    agreeing = np.zeros(len(given))
    for value in range(int(given.max(initial=NONE)) + 1):
        alike = (given == value).sum(axis=1)
        agreeing += alike * (alike - 1) // 2
    pairs = r * (r - 1) / 2
    return np.where(pairs > 0, 1.0 - agreeing / np.maximum(pairs, 1), 0.0)


def of_cell(given: Given, one: int, other: int) -> IntArray:
    """Return the rows where one annotator gave a value and another gave the other one."""
    first, second = (given == one).sum(axis=1), (given == other).sum(axis=1)
    met: Some = first >= 2 if one == other else (first > 0) & (second > 0)
    return np.flatnonzero(met)


def of_pair(given: Given, people: IntArray, one: int, other: int) -> IntArray:
    """Return the rows where two people both gave a value and not the same; `people` (A,) ids."""
    a, b = (given[:, people == each] for each in (one, other))
    # Who answered nothing here has no column.
    return np.flatnonzero(((a != NONE) & (b != NONE) & (a != b)).any(axis=1))


@dataclass(frozen=True)
class SaidClaim:
    """One claim as it is shown."""

    speaker: str
    stance: str | None
    certainty: str | None
    aspect: str | None


@dataclass(frozen=True)
class Said:
    """One annotator's answer to a sentence."""

    annotator: str
    status: str
    claims: tuple[SaidClaim, ...]


@dataclass(frozen=True)
class SideBySide:
    """A sentence with everybody's answers beside one another."""

    article: str
    article_id: int
    title: str
    language: str
    position: int
    text: str
    said: tuple[Said, ...]


def answers_to(
    now: Connection,
    project: Project,
    selection: Selection,
    sentences: Sequence[int],
    called: dict[int, str],
) -> list[SideBySide]:
    """Read these sentences with the answers that count, in this order."""
    texts = {
        row.id: row
        for row in now.execute(
            select(Sentence.id, Sentence.position, Sentence.text, Article.key, Article.title,
                   Article.language, Article.id.label("article_id"))
            .join(Article, Article.id == Sentence.article_id)
            .where(among(Sentence.id, sentences), Article.project_id == project.id)
        )
    }  # fmt: skip
    claims = claims_of(now, sentences, project, selection)
    answers: dict[int, list[Said]] = {}
    chosen = counted_answers(project, selection).where(among(Sentence.id, sentences))
    for row in now.execute(chosen):
        said = Said(called.get(row.user_id, ""), row.value, tuple(claims.get(row.answer_id, ())))
        answers.setdefault(row.sentence_id, []).append(said)
    return [
        SideBySide(
            texts[each].key, texts[each].article_id, texts[each].title, texts[each].language,
            texts[each].position, texts[each].text,
            tuple(sorted(answers.get(each, ()), key=lambda said: said.annotator)),
        )
        for each in sentences
    ]  # fmt: skip


def claims_of(
    now: Connection, sentences: Sequence[int], project: Project, selection: Selection
) -> dict[int, list[SaidClaim]]:
    """Read the claims of the answers that count to these sentences, by answer, in their order."""
    names: dict[int, Any] = {
        row.id: row
        for row in now.execute(
            select(Speaker.id, Speaker.name, Speaker.wording, Speaker.merged_into_id).where(
                Speaker.project_id == project.id
            )
        )
    }
    chosen = counted_answers(project, selection).where(among(Sentence.id, sentences)).subquery()
    rows = now.execute(
        select(Claim.answer_id, Claim.speaker_id, Claim.stance, Claim.certainty, Claim.aspect)
        .join(Answer, Answer.id == Claim.answer_id)
        .where(Claim.answer_id.in_(select(chosen.c.answer_id)))
        .order_by(Claim.answer_id, Claim.position)
    )
    found: dict[int, list[SaidClaim]] = {}
    for row in rows:
        known = names.get(row.speaker_id)
        today = names.get(known.merged_into_id, known) if known is not None else None
        name = "" if today is None else today.wording or today.name
        said = SaidClaim(name, row.stance, row.certainty, row.aspect)
        found.setdefault(row.answer_id, []).append(said)
    return found
