"""Puts the claims of several annotators side by side: by speaker, then by what they say.

No claim is dropped: one that nobody else has stands in a row of its own. This is for people who
decide and for gold. Agreement is measured on claims in the order of the answers instead: matching
the most alike first would make annotators look more alike than they are.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest
from typing import NamedTuple


class Held(NamedTuple):
    """What of a claim counts for its place: who speaks, and its labels, the weightiest first."""

    speaker: Hashable
    labels: tuple[str | None, ...]


@dataclass(frozen=True)
class Row:
    """One claim as each annotator has it: its index in their answer, None where it is missing."""

    speaker: Hashable
    places: tuple[int | None, ...]


def align(answers: Sequence[Sequence[Held]]) -> list[Row]:
    """Return rows of claims that belong together, in the order of the text.

    Claims belong together when they have the same speaker. Where an annotator has several claims
    of one speaker, those with the same labels meet first, then those with the same first label
    (the stance), then those nearest in order (codebook section 3: largest content, else sentence
    order).
    """
    speakers = dict.fromkeys(claim.speaker for answer in answers for claim in answer)
    rows = [row for speaker in speakers for row in rows_of(speaker, answers)]
    return sorted(rows, key=text_order)


def paired(own: Sequence[Held], gold: Sequence[Held]) -> list[tuple[int | None, int | None]]:
    """Return which claim of an answer stands beside which of gold, by their indices.

    First those of the same speakers, in the order of the text. Then a claim that only the answer
    has stands beside one that only gold has: somebody else was taken for its speaker. Last come
    those that are missing, or too many.
    """
    rows = [(row.places[0], row.places[1]) for row in align([own, gold])]
    whole = [row for row in rows if None not in row]
    mine = [mine for mine, theirs in rows if theirs is None]
    theirs = [theirs for mine, theirs in rows if mine is None]
    return [*whole, *zip_longest(mine, theirs)]


def text_order(row: Row) -> tuple[float, int]:
    """Return what orders rows: where the claim stands on average, then who has it."""
    held = [(place, who) for who, place in enumerate(row.places) if place is not None]
    return sum(place for place, _ in held) / len(held), held[0][1]


def rows_of(speaker: Hashable, answers: Sequence[Sequence[Held]]) -> list[Row]:
    """Return the rows of one speaker; whoever has the most claims of theirs sets the rows."""
    own = [
        [index for index, claim in enumerate(answer) if claim.speaker == speaker]
        for answer in answers
    ]
    if max(map(len, own)) == 1:  # as nearly always: there is nothing to choose
        return [Row(speaker, tuple(indices[0] if indices else None for indices in own))]
    longest = max(range(len(answers)), key=lambda who: len(own[who]))
    model = [answers[longest][index] for index in own[longest]]
    # Most have the same claims: what fits is found out once for all of them.
    known: dict[tuple[Held, ...], dict[int, int]] = {}
    placed = []
    for answer, indices in zip(answers, own, strict=True):
        claims = tuple(answer[index] for index in indices)
        if claims not in known:
            known[claims] = matched(model, claims)
        placed.append(known[claims])
    return [
        Row(
            speaker,
            tuple(
                own[who][found[slot]] if slot in found else None for who, found in enumerate(placed)
            ),
        )
        for slot in range(len(model))
    ]


def matched(model: Sequence[Held], claims: Sequence[Held]) -> dict[int, int]:
    """Return for each row the claim that stands in it, the best fits first."""
    pairs = sorted(
        product(range(len(model)), range(len(claims))),
        key=lambda pair: (
            misfit(model[pair[0]], claims[pair[1]]),
            abs(pair[0] - pair[1]),
            pair,
        ),
    )
    found: dict[int, int] = {}
    for slot, claim in pairs:
        if slot not in found and claim not in found.values():
            found[slot] = claim
    return found


def misfit(one: Held, other: Held) -> int:
    """Return how ill two claims fit: 0 for the same labels, more the earlier one differs."""
    found = 0
    for mine, theirs in zip(one.labels, other.labels, strict=True):
        found = 2 * found + (mine != theirs)
    return found
