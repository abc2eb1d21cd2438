"""Labels as lines of words and shapes, beside the sentences that they are about."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.codebook.scheme import Codebook
from annotator.store.rows.answers import AnswerRow, SpeakerRow
from annotator.web.labelling.chips import display_name, short_name
from annotator.web.labelling.claim_words import status_badge
from annotator.web.labelling.parts.column import badge
from annotator.web.labelling.view import Badge
from annotator.work.explore.filters import DECISIONS
from annotator.work.explore.reading import GoldAnswer
from annotator.work.explore.rows import Label
from annotator.work.labelling.drafts import ClaimDraft

HOW = {
    "adjudicated": "adjudicated",
    "unanimous": "unanimous",
    "majority": "majority",
    "model": "decided by a model",
    "single": "one annotator",
    "soft": "kept as a soft label",
    "open": "open",
}


@dataclass(frozen=True)
class Said:
    """One line of labels beside a sentence."""

    who: tuple[str, ...]  # pseudonyms, none for gold
    how: str  # of gold: who decided it
    status: str  # a status without claims, in words
    badges: tuple[Badge, ...]
    unsure: bool
    imported: bool
    notes: tuple[str, ...]  # of gold: the reason
    incomplete: bool
    many: int = 0  # who say so, of an answer whose names are hidden


def said_by(codebook: Codebook, names: tuple[str, ...], answer: AnswerRow) -> Said:
    """Return an answer as one line of labels."""
    notes = (answer.note, *(claim.note for claim in answer.claims))
    return Said(
        names,
        "",
        status_badge(codebook, answer.status or ""),
        tuple(badge(codebook, claim) for claim in answer.claims),
        answer.unsure,
        answer.origin != "human",
        tuple(note for note in notes if note),
        incomplete=answer.status is not None and not answer.complete,
    )


def said_by_gold(codebook: Codebook, gold: GoldAnswer, speakers: Mapping[int, SpeakerRow]) -> Said:
    """Return what gold says as one line of labels."""
    badges = tuple(claim_badge(codebook, claim, speakers) for claim in gold.claims)
    status = status_badge(codebook, gold.status or "")
    notes = (gold.reason,) if gold.reason else ()
    return Said((), HOW[gold.how], status, badges, False, False, notes, incomplete=False)


def claim_badge(codebook: Codebook, claim: ClaimDraft, speakers: Mapping[int, SpeakerRow]) -> Badge:
    """Return a claim as the margin of the label page shows one."""
    speaker = speakers.get(claim.speaker) if isinstance(claim.speaker, int) else None
    return Badge(
        speaker=short_name(codebook, speaker) if speaker else "…",
        speaker_full=display_name(speaker) if speaker else codebook.opens.speaker,
        unnamed=bool(speaker and speaker.wording),
        stance=codebook.stance(claim.stance) if claim.stance else None,
        certainty=codebook.certainty(claim.certainty) if claim.certainty else None,
        asks_certainty=codebook.has_certainty,
        opens=codebook.opens,
        aspect=codebook.label_of_aspect(claim.aspect),
    )


def said_in(codebook: Codebook, label: Label, speakers: Mapping[int, SpeakerRow]) -> Said:
    """Return a label of a list as one line."""
    is_decision = label.who == DECISIONS
    return Said(
        () if is_decision else (label.who,),
        "decided" if is_decision else "",
        status_badge(codebook, label.status or ""),
        tuple(claim_badge(codebook, claim, speakers) for claim in label.claims),
        label.unsure,
        label.imported,
        (label.note,) if label.note else (),
        incomplete=not label.complete,
    )
