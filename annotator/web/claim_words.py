"""A claim in words and shapes, wherever answers and decisions are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.codebook.scheme import Certainty, Codebook, Stance
from annotator.store.models import Sentence, Speaker
from annotator.web.copied_words import words_of
from annotator.work.drafts import ClaimDraft
from annotator.work.speakers import NewSpeaker


@dataclass(frozen=True)
class ClaimWords:
    """One claim in words and shapes."""

    speaker: str
    speaker_type: str
    unnamed: bool
    stance: Stance | None
    certainty: Certainty | None
    details: tuple[str, ...]  # "if …", "via …", the mention


def claim_words(
    claim: ClaimDraft, codebook: Codebook, speakers: Mapping[int, Speaker], sentence: Sentence
) -> ClaimWords:
    """Return a claim in words and shapes."""
    name, kind, unnamed = "speaker open", "", False
    if isinstance(claim.speaker, NewSpeaker):
        name = claim.speaker.name
    elif isinstance(claim.speaker, int) and claim.speaker in speakers:
        speaker = speakers[claim.speaker]
        name, unnamed = speaker.wording or speaker.name, bool(speaker.wording)
        kind = codebook.speaker_type(speaker.type).label.lower()
    details = ["if …"] if claim.conditional else []
    details += [f"via {speakers[link].name}" for link in claim.via if link in speakers]
    if claim.aspect:
        details.append(codebook.aspect(claim.aspect).label.lower())
    if claim.mention:
        details.append(f"“{words_of(sentence, claim.mention)}”")
    return ClaimWords(
        name,
        kind,
        unnamed,
        codebook.stance(claim.stance) if claim.stance else None,
        codebook.certainty(claim.certainty) if claim.certainty else None,
        tuple(details),
    )


def status_words(codebook: Codebook, status: str) -> str:
    """Return a status without claims in words; claims say theirs themselves."""
    if not status or codebook.status(status).takes_claims:
        return ""
    return codebook.status(status).label
