"""How far answers are as gold says, field by field: what a try in training is measured by.

A claim is a mapping of fields to what was said; "speaker" always is among them. Claims meet as
`matching.paired` says. The speaker is right where answer and gold have a claim of the same speaker,
and wrong once for every claim that has another speaker, is missing or is too much. The other fields
count only where the speaker is right: a claim that is not there is a difference of presence, and
never one of stance or certainty, as in agreement (`alignment`).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.measure.matching import Held, paired

Claim = Mapping[str, Hashable]
STATUS, SPEAKER = "status", "speaker"
CONFIDENCE = 1.959963984540054


@dataclass(frozen=True)
class Said:
    """What an answer, or gold, says of a sentence."""

    status: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Mark:
    """Two claims that stand beside each other, None for none, and which fields are right."""

    own: int | None
    gold: int | None
    right: Mapping[str, bool]


@dataclass(frozen=True)
class Marked:
    """What of one answer is right."""

    status: bool
    claims: tuple[Mark, ...]

    @property
    def all_right(self) -> bool:
        """Say whether nothing differs from gold."""
        return self.status and all(all(each.right.values()) for each in self.claims)


@dataclass(frozen=True)
class Share:
    """How many of how many are right."""

    right: int = 0
    n: int = 0

    @property
    def value(self) -> float | None:
        """Return the share, None where there was nothing to compare."""
        return self.right / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the score test (E. B. Wilson 1927), None without anything.

        It takes what is compared for independent.
        """
        if not self.n:
            return None
        p, square = self.right / self.n, CONFIDENCE**2 / self.n
        middle = p + square / 2
        half = (square * (p * (1 - p) + square / 4)) ** 0.5
        # All and nothing are exact; elsewhere the sums stay within them.
        low = (middle - half) / (1 + square) if self.right else 0.0
        return low, (middle + half) / (1 + square) if self.right < self.n else 1.0


def mark(own: Said, gold: Said, fields: Iterable[str]) -> Marked:
    """Return which of these fields beside the speaker are right in an answer to one sentence."""
    others = [field for field in fields if field not in (STATUS, SPEAKER)]
    return Marked(
        own.status == gold.status,
        tuple(
            Mark(mine, theirs, rights(own.claims, gold.claims, mine, theirs, others))
            for mine, theirs in paired([*map(held, own.claims)], [*map(held, gold.claims)])
        ),
    )


def held(claim: Claim) -> Held:
    """Return what of a claim counts for its place; a field that is not asked for is None."""
    stance, certainty = claim.get("stance"), claim.get("certainty")
    return Held(
        claim[SPEAKER],
        tuple(None if label is None else str(label) for label in (stance, certainty)),
    )


def rights(
    own: Sequence[Claim],
    gold: Sequence[Claim],
    mine: int | None,
    theirs: int | None,
    others: Iterable[str],
) -> dict[str, bool]:
    """Return which fields are right in two claims; without the same speaker, that alone is not."""
    if mine is None or theirs is None or own[mine][SPEAKER] != gold[theirs][SPEAKER]:
        return {SPEAKER: False}
    same = {field: own[mine].get(field) == gold[theirs].get(field) for field in others}
    return {SPEAKER: True, **same}


def score(marked: Iterable[Marked], fields: Iterable[str]) -> dict[str, Share]:
    """Return per field, the status first, how many were right: sentences, then claims."""
    rights: dict[str, list[bool]] = {name: [] for name in dict.fromkeys((STATUS, *fields))}
    for each in marked:
        rights[STATUS].append(each.status)
        for claim in each.claims:
            for name, right in claim.right.items():
                rights[name].append(right)
    return {name: Share(sum(found), len(found)) for name, found in rights.items()}


def short_of(scores: Mapping[str, Share], thresholds: Mapping[str, float]) -> list[str]:
    """Return the fields that do not reach their threshold; one of 0 asks for nothing.

    A field in which nothing could be compared does not reach any.
    """
    return [
        field
        for field, least in thresholds.items()
        if least > 0
        and ((share := scores.get(field, Share())).value is None or share.right < least * share.n)
    ]
