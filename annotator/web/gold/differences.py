"""The sentences on which the methods of gold differ, one page of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from annotator.codebook.scheme import Codebook
from annotator.measure.panel import NONE
from annotator.store.db import db
from annotator.store.models import Article, Decision, Sentence, Speaker
from annotator.web.gold.view import Head, heads_of
from annotator.work.consensus.consensus import STATUS
from annotator.work.consensus.content import ASKED, DECIDED, REOPENED
from annotator.work.gold.compared import Compared
from annotator.work.gold.counts import HOW

TIED = "tied, or below the minimum margin"
WAITS = {ASKED: "not decided: annotators asked", REOPENED: "not decided: reopened"}


@dataclass(frozen=True)
class Line:
    """One field of one sentence: what was voted, and what each method makes of it (None: open)."""

    field: str
    speaker: str
    votes: tuple[tuple[Head, int], ...]
    values: tuple[Head | None, ...]


@dataclass(frozen=True)
class Different:
    """One sentence on which methods differ."""

    article_id: int
    key: str
    position: int
    text: str
    language: str
    lines: tuple[Line, ...]
    decided: str = ""  # by whom, where an adjudicator has decided
    waits: str = ""  # where an adjudicator has asked, or reopened it


@dataclass(frozen=True)
class Waiting:
    """One sentence without gold, and why."""

    article_id: int
    key: str
    position: int
    text: str
    language: str
    why: str


def waiting(sentences: Sequence[int]) -> list[Waiting]:
    """Return these sentences, which nobody and no method has decided."""
    query = (
        select(
            Sentence.id,
            Sentence.article_id,
            Article.key,
            Sentence.position,
            Sentence.text,
            Article.language,
            Decision.state,
        )
        .join(Sentence.article)
        .outerjoin(Decision, Decision.sentence_id == Sentence.id)
        .where(Sentence.id.in_(sentences))
    )
    found = {row.id: row for row in db.session.execute(query)}
    return [
        Waiting(
            row.article_id,
            row.key,
            row.position,
            row.text,
            row.language,
            WAITS.get(row.state, TIED),
        )
        for row in (found[id] for id in sentences if id in found)
    ]


def differences(
    methods: Compared, codebook: Codebook, show: str, sentences: Sequence[int]
) -> list[Different]:
    """Return these sentences with the fields that differ."""
    found = db.session.execute(
        select(
            Sentence.id,
            Sentence.position,
            Sentence.text,
            Sentence.article_id,
            Article.key,
            Article.language,
            Decision.state,
            Decision.how,
        )
        .join(Sentence.article)
        .outerjoin(Decision, Decision.sentence_id == Sentence.id)
        .where(Sentence.id.in_(sentences))
    )
    places = {row.id: row for row in found}
    lines = lines_of(methods, codebook, show, sentences)
    return [
        Different(
            places[id].article_id,
            places[id].key,
            places[id].position,
            places[id].text,
            places[id].language,
            tuple(lines[id]),
            decided=f"decided: {HOW[places[id].how]}" if places[id].state == DECIDED else "",
            waits=WAITS.get(places[id].state, ""),
        )
        for id in sentences
        if id in places
    ]


def lines_of(
    methods: Compared, codebook: Codebook, show: str, sentences: Sequence[int]
) -> dict[int, list[Line]]:
    """Return the lines of each of these sentences, status first, then claims."""
    lines: dict[int, list[Line]] = {id: [] for id in sentences}
    wanted = [
        (name, unit) for name in methods.fields for unit in methods.units(name, show, sentences)
    ]  # fmt: skip
    names = speaker_names({unit.speaker for _, unit in wanted})
    for name, unit in wanted:
        heads = heads_of(codebook, name, methods.fields[name].values)
        lines[unit.sentence].append(
            Line(
                name,
                "" if name == STATUS else names[unit.speaker],
                tuple((head, n) for head, n in zip(heads, unit.votes, strict=True) if n),
                tuple(None if place == NONE else heads[place] for place in unit.said),
            )
        )
    return lines


def speaker_names(ids: Collection[int]) -> dict[int, str]:
    """Return the names of these speakers."""
    rows = db.session.execute(select(Speaker.id, Speaker.name).where(Speaker.id.in_(ids)))
    return {row.id: row.name for row in rows}
