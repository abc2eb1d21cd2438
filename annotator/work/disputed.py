"""Finds the sentences behind the figures: those that differ most, and those of one cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import FloatArray, IntArray
from annotator.store.models import Answer, Article, Claim, Project, Sentence, Speaker
from annotator.work.collecting import Collected
from annotator.work.selecting import Selection, counted_answers

KINDS = ("number", "speaker", "stance", "certainty")
Some = npt.NDArray[np.bool_]


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
            {kind: np.concatenate([each.by_kind[kind] for each in parts]) for kind in KINDS},
        )

    def count(self, kind: str) -> int:
        """Return how many sentences differ in this way; "all" for any way."""
        return int(np.count_nonzero(self.of(kind)))

    def of(self, kind: str) -> FloatArray:
        """Return the share of one kind, or their sum for "all"."""
        if kind != "all":
            return self.by_kind[kind]
        total: FloatArray = np.sum([self.by_kind[each] for each in KINDS], axis=0)
        return total

    def ranked(self, kind: str) -> IntArray:
        """Return the sentences that differ, the most disputed first, then in the order of keys."""
        share = self.of(kind)
        found = np.flatnonzero(share)
        return self.sentences[found[np.argsort(-share[found], kind="stable")]]


def spread_of(collected: Collected) -> Spread:
    """Say how far the answers to each sentence differ: claim number, speaker, stance, certainty.

    Stance and certainty are those of claims lined up by their speakers; the worst claim counts.
    """
    units, width = collected.status.shape
    claims, slots = collected.claims, collected.slots
    numbers = np.bincount(claims.unit * max(width, 1) + claims.annotator, minlength=units * width)
    counted = numbers.reshape(units, width)
    decided = collected.status != NONE
    told = np.where(decided, counted * 16 + collected.status + 1, NONE)
    present = slots.spread(claims.annotator, np.zeros(len(claims.unit), np.int64), width)
    speaker = np.zeros(units)
    have = (present != NONE).sum(axis=1)
    among = ((counted > 0) & decided).sum(axis=1)[slots.unit]
    lacking = np.where(among > 1, have * (among - have) / np.maximum(among * (among - 1) / 2, 1), 0)
    np.maximum.at(speaker, slots.unit, lacking)
    known = {"number": differing(told), "speaker": speaker}
    for kind, value in (("stance", claims.stance), ("certainty", claims.certainty)):
        worst = np.zeros(units)
        given = slots.spread(claims.annotator, value, width)
        np.maximum.at(worst, slots.unit, differing(given))
        known[kind] = worst
    return Spread(collected.sentences, known)


def differing(given: Given) -> FloatArray:
    """Return (U,): the share of pairs of answers that differ, 0 without a pair."""
    r = (given != NONE).sum(axis=1)
    agreeing = np.zeros(len(given))
    for a in range(given.shape[1]):
        for b in range(a + 1, given.shape[1]):
            agreeing += (given[:, a] != NONE) & (given[:, a] == given[:, b])
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
    position: int
    text: str
    said: tuple[Said, ...]


def side_by_side(
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
                   Article.id.label("article_id"))
            .join(Article, Article.id == Sentence.article_id)
            .where(Sentence.id.in_(sentences), Article.project_id == project.id)
        )
    }  # fmt: skip
    claims = claims_of(now, sentences, project, selection)
    answers: dict[int, list[Said]] = {}
    chosen = counted_answers(project, selection).where(Sentence.id.in_(sentences))
    for row in now.execute(chosen):
        said = Said(called.get(row.user_id, ""), row.value, tuple(claims.get(row.answer_id, ())))
        answers.setdefault(row.sentence_id, []).append(said)
    return [
        SideBySide(
            texts[each].key, texts[each].article_id, texts[each].title, texts[each].position,
            texts[each].text,
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
    chosen = counted_answers(project, selection).where(Sentence.id.in_(sentences)).subquery()
    rows = now.execute(
        select(Claim.answer_id, Claim.speaker_id, Claim.stance, Claim.certainty)
        .join(Answer, Answer.id == Claim.answer_id)
        .where(Claim.answer_id.in_(select(chosen.c.answer_id)))
        .order_by(Claim.answer_id, Claim.position)
    )
    found: dict[int, list[SaidClaim]] = {}
    for row in rows:
        known = names.get(row.speaker_id)
        today = names.get(known.merged_into_id, known) if known is not None else None
        name = "" if today is None else today.wording or today.name
        found.setdefault(row.answer_id, []).append(SaidClaim(name, row.stance, row.certainty))
    return found
