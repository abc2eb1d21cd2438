"""The answers of a project as a model of gold sees them: who gave which value, field by field.

One pass over the newest complete answers of people, all as of one moment. Claims are
aligned as adjudication and gold align them (`measure.matching`), so that a pattern found here
is one that gold meets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.codebook.scheme import REQUIRED_FIELDS, Codebook, Value
from annotator.measure.alignment import sorted_by
from annotator.measure.collected import Claims, Collected
from annotator.measure.matching import Held, rows_of
from annotator.measure.panel import NONE, Panel, SmallArray
from annotator.measure.patterns import IntArray, distinct_rows
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
    kept = said_once(claims, speaker)
    unit, annotator, who = claims.unit[kept], claims.annotator[kept], speaker[kept]
    order = claims.order[kept]
    kin, group = distinct_rows(np.column_stack([unit, who]))
    place = np.zeros(len(kept), dtype=np.int64)
    # Only where somebody has two claims of one speaker is there anything to match.
    mine, holder = distinct_rows(np.column_stack([group, annotator]))
    several = np.bincount(holder, minlength=len(mine)) > 1
    crowded = np.unique(mine[several, 0])
    if len(crowded):
        among = np.flatnonzero(np.isin(group, crowded))
        among = among[sorted_by(group[among], annotator[among], order[among])]
        bounds = np.flatnonzero(np.diff(group[among])) + 1
        for members in np.split(among, bounds):
            place[members] = matched(
                annotator[members], [each[kept[members]] for each in claims.labels.values()]
            )
    slots, slot = distinct_rows(np.column_stack([group, place]))
    return slot, kin[slots[:, 0], 0], kin[slots[:, 0], 1], kept


def said_once(claims: Claims, speaker: IntArray) -> IntArray:
    """Return the claims (C',) that say what no earlier claim of the same answer says."""
    labels = (values + 1 for values in claims.labels.values())
    columns = (claims.unit, claims.annotator, speaker, *labels)
    in_order = sorted_by(claims.unit, claims.annotator, claims.order)
    _, first = np.unique(distinct_rows(np.column_stack(columns)[in_order])[1], return_index=True)
    return np.sort(in_order[first])


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
