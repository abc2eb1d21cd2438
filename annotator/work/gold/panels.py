"""The answers of a project as a model of gold sees them: who gave which value, field by field.

One pass over the newest complete answers of people, all as of one moment. Claims are
aligned as adjudication and gold align them (`measure.matching`), so that a pattern found here
is one that gold meets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.codebook.scheme import REQUIRED_FIELDS, Codebook, Value
from annotator.measure.alignment import sorted_by
from annotator.measure.collected import Claims, Collected
from annotator.measure.matching import Held, rows_of
from annotator.measure.panel import NONE, Panel, SmallArray
from annotator.measure.patterns import IntArray, distinct, repeated
from annotator.measure.rounds import NEWEST
from annotator.work.agreement.report import Selection
from annotator.work.consensus.consensus import STATUS

EVERYTHING = Selection(whole_articles=True, round=NEWEST)


@dataclass(frozen=True, eq=False)
class Panels:
    """What each annotator gave, per closed field; columns follow `people`.

    `people`: user ids, and `names`: their pseudonyms, in whose order the columns stand, so that the
    same labels give the same bytes whatever number an account has. `fields`: of status one row per
    sentence (U), of each label one per aligned claim (S); a codebook without certainties
    has none of them. `claim_unit`, `claim_speaker`:
    the sentence (row of `collected.sentences`) and the speaker of today of each aligned claim.
    """

    collected: Collected
    people: tuple[int, ...]
    names: tuple[str, ...]
    fields: Mapping[str, Panel]
    claim_unit: IntArray
    claim_speaker: IntArray


def panels_from(collected: Collected, codebook: Codebook, called: Mapping[int, str]) -> Panels:
    """Return the panels of answers, wherever they were read; `called` has the pseudonyms."""
    users = collected.annotators.tolist()
    order = sorted(range(len(users)), key=lambda place: (called.get(users[place], ""), place))
    slot, unit, speaker, kept = aligned(collected)
    claims, width = collected.claims, len(users)

    def of_claims(value: IntArray) -> SmallArray:
        given = np.full((len(unit), width), NONE, dtype=np.int16)
        given[slot, claims.annotator[kept]] = value[kept]
        return given

    fields = {STATUS: panel_of(codebook.statuses, collected.status[:, order])}
    holders = np.bincount(slot, minlength=len(unit))
    for name, values in claims.labels.items():
        if codebook.values_of(name):
            given = of_claims(values)
            if name not in REQUIRED_FIELDS:
                # What one alone of several has given is no vote (see `consensus.is_stray`).
                given[((given != NONE).sum(axis=1) == 1) & (holders > 1)] = NONE
            fields[name] = panel_of(codebook.values_of(name), given[:, order])
    return Panels(
        collected,
        tuple(users[place] for place in order),
        tuple(called.get(users[place], str(users[place])) for place in order),
        fields,
        unit,
        speaker,
    )


def panel_of(values: Sequence[Value], given: SmallArray) -> Panel:
    """Return a panel on the declared scale; retired values only where somebody gave them."""
    used = np.bincount(given[given != NONE].astype(np.int64), minlength=len(values)) > 0
    kept = [place for place, each in enumerate(values) if used[place] or not each.retired]
    places = [kept.index(place) if place in kept else NONE for place in range(len(values))]
    whole = Panel(tuple(each.value for each in values), given)
    return whole.mapped([values[place].value for place in kept], places)


def aligned(collected: Collected) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Line up claims by speaker as gold does.

    Returns the slot of each kept claim, sentence and speaker of each slot (S,), and which claims
    are kept: what says again what one before it says counts once.
    """
    claims, speaker = collected.claims, collected.speaker_today
    (of_unit, of_speaker), group = distinct(claims.unit, speaker)
    place = np.zeros(len(group), dtype=np.int64)
    stays = np.ones(len(group), dtype=np.bool_)
    # Only where somebody has two claims of one speaker can one say the other again, or is there
    # anything to match.
    twice = np.flatnonzero(repeated(group, claims.annotator))
    stays[twice] = said_first(claims, group, twice)
    left = twice[stays[twice]]
    crowded = np.unique(group[left[repeated(group[left], claims.annotator[left])]])
    if len(crowded):
        among = np.flatnonzero(np.isin(group, crowded) & stays)
        among = among[sorted_by(group[among], claims.annotator[among], claims.order[among])]
        bounds = np.flatnonzero(np.diff(group[among])) + 1
        for members in np.split(among, bounds):
            place[members] = matched(
                claims.annotator[members], [each[members] for each in claims.labels.values()]
            )
    kept = np.flatnonzero(stays)
    (of_group, _), slot = distinct(group[kept], place[kept])
    return slot, of_unit[of_group], of_speaker[of_group], kept


def said_first(claims: Claims, group: IntArray, some: IntArray) -> npt.NDArray[np.bool_]:
    """Say of some claims, (C',) places, which say what no earlier claim of the same answer says.

    `group`: (C,) the sentence and speaker of every claim. All claims of an answer with that speaker
    are among them.
    """
    columns = [group[some], claims.annotator[some], claims.order[some]]
    in_order = sorted_by(*columns)
    labels = [values[some] + 1 for values in claims.labels.values()]
    _, said = distinct(*(each[in_order] for each in (*columns[:2], *labels)))
    found = np.zeros(len(some), dtype=np.bool_)
    found[in_order[np.unique(said, return_index=True)[1]]] = True
    return found


def matched(annotator: IntArray, labels: Sequence[IntArray]) -> IntArray:
    """Return the row of each claim of one speaker in one sentence; claims in text order."""
    people = np.unique(annotator).tolist()
    own = {who: np.flatnonzero(annotator == who).tolist() for who in people}
    answers = [
        [Held(0, tuple([str(values[claim]) for values in labels])) for claim in own[who]]
        for who in people
    ]
    found = np.empty(len(annotator), dtype=np.int64)
    for number, row in enumerate(rows_of(0, answers)):
        for who, index in zip(people, row.places, strict=True):
            if index is not None:
                found[own[who][index]] = number
    return found
