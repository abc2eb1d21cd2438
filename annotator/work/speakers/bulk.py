"""Many merges at once: each stands in the register as its own change, and is undone by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.store.db import among, db
from annotator.store.models import Project, Speaker, SpeakerChange, User
from annotator.work.speakers import changes
from annotator.work.speakers.register import Proposal, claims_by_speaker

MOST = 200
Pair = tuple[int, int]  # who is merged, and into whom


@dataclass(frozen=True)
class Merge:
    """A merge as it is proposed: who has fewer claims is merged into who has more."""

    speaker: Speaker
    into: Speaker
    claims: int
    into_claims: int
    why: str = ""

    @property
    def value(self) -> str:
        """Return the pair as it stands in a form."""
        return f"{self.speaker.id}-{self.into.id}"


def claims_of(project: Project, speakers: Sequence[int]) -> Mapping[int, int]:
    """Return how many claims some speakers have today."""
    which = among(Speaker.id, speakers) | among(Speaker.merged_into_id, speakers)
    return dict(db.session.execute(claims_by_speaker(project, which)).all())


def proposed(project: Project, pairs: Sequence[Proposal]) -> list[Merge]:
    """Return proposals with the claims of both; the one with more of them is kept."""
    claims = claims_of(project, [each.id for pair in pairs for each in (pair.one, pair.other)])
    found = []
    for pair in pairs:
        # Of two with equally many, the longer name says more.
        into, speaker = sorted(
            (pair.one, pair.other),
            key=lambda each: (claims.get(each.id, 0), len(each.name), -each.id),
            reverse=True,
        )
        counts = claims.get(speaker.id, 0), claims.get(into.id, 0)
        found.append(Merge(speaker, into, *counts, pair.why))
    return found


def merges_of(project: Project, pairs: Sequence[Pair]) -> list[Merge]:
    """Return chosen pairs as merges, or refuse what is not of this project."""
    if not pairs:
        raise RefusedError("Select at least one pair.")
    if len(pairs) > MOST:
        raise RefusedError(f"Select at most {MOST} pairs at once.")
    numbers = [number for pair in pairs for number in pair]
    query = select(Speaker).where(Speaker.project_id == project.id, among(Speaker.id, numbers))
    found = {each.id: each for each in db.session.scalars(query)}
    claims = claims_of(project, numbers)
    if any(number not in found for number in numbers):
        raise RefusedError("A selected speaker is not in this project any more.")
    return [
        Merge(found[one], found[other], claims.get(one, 0), claims.get(other, 0))
        for one, other in pairs
    ]


def merge_all(project: Project, pairs: Sequence[Pair], user: User) -> list[SpeakerChange]:
    """Merge chosen pairs, one after the other; a pair that is one by then is passed over.

    Raises:
        RefusedError: one of the pairs cannot be merged; nothing is.

    """
    done = []
    for merge in merges_of(project, pairs):
        speaker, into = merge.speaker.today, merge.into.today
        if speaker.id != into.id:
            done.append(changes.merge(project, speaker, into, user))
            db.session.refresh(merge.speaker)
            db.session.expire_all()
    return done
