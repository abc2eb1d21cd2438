"""Annotators of a made project: how reliable each is, their habits, and what they read.

Where somebody slips depends on the person, on the article and on the sentence: hard claims have a
second reading that many take, as in real work, so that disagreement is no noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from annotator.work.operations.made_articles import (
    CERTAINTIES,
    CLAIMS,
    LEANINGS,
    NARRATOR,
    NO_CLAIM,
    NOT_TEXT,
    MadeArticle,
    MadeClaim,
    MadeSentence,
    Span,
    phrases,
    pick,
)

STANCE_VALUES = (*LEANINGS, "unrelated")
CERTAINTY_VALUES = tuple(CERTAINTIES)
# How much oftener than on average a field is read otherwise.
AT_STANCE, AT_CERTAINTY, AT_SPEAKER, AT_STATUS = 0.9, 1.0, 0.5, 0.12
MUCH_HARDER = 3.0
MOST_SLIPS = 0.8
TAKES_NEAR = 0.75  # of those who slip
CHANGED = 0.08  # of the answers are changed once
NOTED = 0.012
CONVINCED = 0.06  # of the articles have one answer that was changed when others' were seen


@dataclass(frozen=True)
class Habits:
    """One annotator; shares are 0 to 1, `seconds` the usual time for a sentence.

    `done` is the share of the own work that is finished, `idle` for how many days nothing is saved.
    """

    slips: float
    to_neutral: float
    mentions: float
    flags: float
    second_claims: float
    seconds: float
    done: float
    idle: int


class Said(NamedTuple):
    """One claim as somebody answers it; speakers are places in the cast of the article."""

    speaker: int
    stance: str
    certainty: str | None
    mention: Span | None
    via: tuple[int, ...]
    conditional: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer; `first` is what was said before it was changed."""

    status: str
    claims: tuple[Said, ...]
    unsure: bool
    note: str
    seconds: int
    first: "Reading | None" = None

    @property
    def complete(self) -> bool:
        """Say whether nothing is left open."""
        return all(claim.certainty for claim in self.claims)

    def cut_short(self) -> "Reading":
        """Return it as it is when somebody stops before the certainty of the last claim."""
        if not self.claims:
            return self
        last = self.claims[-1]._replace(certainty=None)
        return replace(self, claims=(*self.claims[:-1], last), first=None)


def team(rng: Random, many: int) -> list[Habits]:
    """Return the habits of so many annotators: of three or more one is careless, one lags."""
    people = [
        Habits(
            slips=0.04 + 0.09 * rng.random(),
            to_neutral=0.14 if number % 3 == 1 else 0.01,
            mentions=0.7 + 0.28 * rng.random(),
            flags=0.3 + 1.2 * rng.random(),
            second_claims=0.7 + 0.25 * rng.random(),
            seconds=15 + 17 * rng.random(),
            done=0.93 + 0.07 * rng.random(),
            idle=int(rng.random() * 3),
        )
        for number in range(many)
    ]
    if many > 2:
        careless = int(rng.random() * many)
        lags = (careless + 1 + int(rng.random() * (many - 1))) % many
        people[careless] = replace(
            people[careless],
            slips=0.3, mentions=0.1, flags=0.1, second_claims=0.4, seconds=6.0, done=1.0,
        )  # fmt: skip
        people[lags] = replace(people[lags], done=0.8, idle=9)
    return people


def read(rng: Random, habits: Habits, article: MadeArticle, sentence: MadeSentence) -> Reading:
    """Return what an annotator says of a sentence."""
    difficulty = habits.slips * (0.4 + 2.1 * article.difficulty)
    status, claims = sentence.status, sentence.claims
    if status == NOT_TEXT:
        status = NO_CLAIM if rng.random() < difficulty * AT_STATUS else status
    elif status == NO_CLAIM and rng.random() < difficulty:
        # Whoever looks for a claim where there is none takes the article's own voice for it.
        nothing = MadeClaim(0, "unrelated", "certain", ("neutral", "certain"), hard=False)
        status, claims = CLAIMS, (nothing,)
    elif status == CLAIMS and rng.random() < difficulty * AT_STATUS:
        status, claims = NO_CLAIM, ()
    if len(claims) > 1 and rng.random() > habits.second_claims:
        claims = claims[:1]
    said = tuple(heard(rng, habits, article, claim, difficulty) for claim in claims)
    hard = any(claim.hard for claim in claims)
    unsure = rng.random() < habits.flags * (0.06 if hard else 0.008)
    note = pick(rng, phrases()["others"]["notes"]) if rng.random() < NOTED else ""
    length = (sentence.end - sentence.start) / 100
    seconds = habits.seconds * (0.35 + 0.5 * length + 0.25 * hard) * rng.lognormvariate(0, 0.45)
    answer = Reading(status, said, unsure, note, max(int(seconds), 1))
    return changed(rng, answer) if said and rng.random() < CHANGED else answer


def heard(
    rng: Random, habits: Habits, article: MadeArticle, claim: MadeClaim, difficulty: float
) -> Said:
    """Return a claim as an annotator takes it."""
    slip = difficulty * (MUCH_HARDER if claim.hard else 1.0)
    stance, certainty, speaker = claim.stance, claim.certainty, claim.speaker
    mention, via = claim.mention, claim.via
    if rng.random() < min(slip * AT_STANCE, MOST_SLIPS):
        stance = otherwise(rng, claim.near[0], STANCE_VALUES)
    elif stance in ("support", "oppose") and rng.random() < habits.to_neutral:
        stance = "neutral"
    if rng.random() < min(slip * AT_CERTAINTY, MOST_SLIPS):
        certainty = otherwise(rng, claim.near[1], CERTAINTY_VALUES)
    if rng.random() < min(slip * AT_SPEAKER, MOST_SLIPS):
        speaker, mention, via = misheard(rng, article, claim)
    if rng.random() > habits.mentions:
        mention = None
    return Said(speaker, stance, certainty, mention, via, claim.conditional)


def otherwise(rng: Random, near: str, values: Sequence[str]) -> str:
    """Return what somebody reads who slips: mostly what lies near."""
    return near if rng.random() < TAKES_NEAR else str(pick(rng, values))


def misheard(
    rng: Random, article: MadeArticle, claim: MadeClaim
) -> tuple[int, Span | None, tuple[int, ...]]:
    """Return another speaker than the one who holds a claim: the article itself, or a channel."""
    if claim.via:
        return claim.via[-1], None, ()
    if article.cast[claim.speaker].kind != NARRATOR:
        return 0, None, ()
    return 1, None, ()


def changed(rng: Random, answer: Reading) -> Reading:
    """Return an answer whose first claim was said otherwise at first."""
    first = answer.claims[0]
    if rng.random() < 0.6:
        before = first._replace(stance=pick(rng, STANCE_VALUES))
    else:
        before = first._replace(certainty=pick(rng, CERTAINTY_VALUES))
    if before == first:
        return answer
    half = max(answer.seconds // 2, 1)
    early = replace(
        answer, claims=(before, *answer.claims[1:]), unsure=False, note="", seconds=half
    )
    return replace(answer, first=early)


def convinced(reading: Reading, sentence: MadeSentence) -> Reading | None:
    """Return an answer as it is after a look at those of others; None where nothing changes.

    Whoever has read stance or certainty otherwise takes what is there after all.
    """
    right = {claim.speaker: claim for claim in sentence.claims}
    claims = tuple(
        said._replace(stance=right[said.speaker].stance, certainty=right[said.speaker].certainty)
        if said.speaker in right
        else said
        for said in reading.claims
    )
    if claims == reading.claims:
        return None
    return replace(reading, claims=claims, seconds=reading.seconds + 9, first=None)
