"""The sentences on which the methods of gold differ, one page of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from annotator.codebook.scheme import Codebook
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray
from annotator.store.db import db
from annotator.store.models import Article, Decision, Sentence, Speaker
from annotator.web.gold.view import Head, heads_of
from annotator.work.consensus.consensus import STATUS
from annotator.work.consensus.decisions import ASKED, DECIDED, REOPENED
from annotator.work.gold.counts import HOW
from annotator.work.gold.methods import METHODS, Methods
from annotator.work.gold.panels import FIELDS

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
    lines: tuple[Line, ...]
    decided: str = ""  # by whom, where an adjudicator has decided
    waits: str = ""  # where an adjudicator has asked, or reopened it


def differences(methods: Methods, codebook: Codebook, show: str, rows: IntArray) -> list[Different]:
    """Return these sentences (rows of the panels) with the fields that differ."""
    collected = methods.panels.collected
    ids = collected.sentences[rows].tolist()
    found = db.session.execute(
        select(
            Sentence.id,
            Sentence.position,
            Sentence.text,
            Sentence.article_id,
            Article.key,
            Decision.state,
            Decision.how,
        )
        .join(Sentence.article)
        .outerjoin(Decision, Decision.sentence_id == Sentence.id)
        .where(Sentence.id.in_(ids))
    )
    places = {row.id: row for row in found}
    lines = lines_of(methods, codebook, show, rows.tolist())
    return [
        Different(
            places[id].article_id,
            places[id].key,
            places[id].position,
            places[id].text,
            tuple(lines[row]),
            decided=f"decided: {HOW[places[id].how]}" if places[id].state == DECIDED else "",
            waits=WAITS.get(places[id].state, ""),
        )
        for id, row in zip(ids, rows.tolist(), strict=True)
        if id in places
    ]


def lines_of(
    methods: Methods, codebook: Codebook, show: str, rows: Sequence[int]
) -> dict[int, list[Line]]:
    """Return the lines of each of these sentences, status first, then claims."""
    lines: dict[int, list[Line]] = {row: [] for row in rows}
    wanted: list[tuple[str, int, int]] = []
    for name in FIELDS:
        units = methods.units(name, show).nonzero()[0]
        of = methods.unit_of(name)[units].tolist()
        pairs = zip(units.tolist(), of, strict=True)
        wanted += [(name, unit, row) for unit, row in pairs if row in lines]
    names = speaker_names(methods, [unit for name, unit, _ in wanted if name != STATUS])
    for name, unit, row in wanted:
        panel = methods.panels.fields[name]
        heads = heads_of(codebook, name, panel.values)
        given = panel.given[unit]
        counts = [int((given == place).sum()) for place in range(len(heads))]
        said = [methods.found[name][method].value[unit] for method in METHODS]
        lines[row].append(
            Line(
                name,
                "" if name == STATUS else names[int(methods.panels.claim_speaker[unit])],
                tuple((head, n) for head, n in zip(heads, counts, strict=True) if n),
                tuple(None if place == NONE else heads[place] for place in said),
            )
        )
    return lines


def speaker_names(methods: Methods, claims: Sequence[int]) -> dict[int, str]:
    """Return the names of the speakers of these claims."""
    ids = {int(methods.panels.claim_speaker[claim]) for claim in claims}
    rows = db.session.execute(select(Speaker.id, Speaker.name).where(Speaker.id.in_(ids)))
    return {row.id: row.name for row in rows}
