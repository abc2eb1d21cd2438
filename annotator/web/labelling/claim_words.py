"""A claim in words and shapes, wherever answers and decisions are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.codebook.scheme import Certainty, Codebook, Opens, Stance
from annotator.store.models import Speaker
from annotator.store.rows.places import AnySentence
from annotator.text.match import find_words
from annotator.web.labelling.form import LONGEST_MENTION
from annotator.work.labelling import saving, window
from annotator.work.labelling.drafts import ClaimDraft, InvalidAnswerError, NewSpeaker, Span


@dataclass(frozen=True)
class ClaimWords:
    """One claim in words and shapes."""

    speaker: str
    speaker_type: str
    unnamed: bool
    stance: Stance | None
    certainty: Certainty | None
    asks_certainty: bool  # whether the codebook has certainties at all
    opens: Opens  # how an open field is said
    details: tuple[str, ...]  # "if …", "via …", the aspect, the mention
    aspect: str = ""  # its label, where it is voted on


def claim_words(
    claim: ClaimDraft, codebook: Codebook, speakers: Mapping[int, Speaker], sentence: AnySentence
) -> ClaimWords:
    """Return a claim in words and shapes."""
    name, kind, unnamed = codebook.opens.speaker, "", False
    if isinstance(claim.speaker, NewSpeaker):
        name = claim.speaker.name
    elif isinstance(claim.speaker, int) and claim.speaker in speakers:
        speaker = speakers[claim.speaker]
        name, unnamed = speaker.wording or speaker.name, bool(speaker.wording)
        kind = codebook.speaker_type(speaker.type).word
    details = ["conditional"] if claim.conditional else []
    details += [f"via {speakers[link].name}" for link in claim.via if link in speakers]
    aspect = codebook.aspect(claim.aspect).label if claim.aspect else ""
    if aspect:
        details.append(aspect)
    if claim.mention:
        details.append(f"“{words_of(sentence, claim.mention)}”")
    return ClaimWords(
        name,
        kind,
        unnamed,
        codebook.stance(claim.stance) if claim.stance else None,
        codebook.certainty(claim.certainty) if claim.certainty else None,
        codebook.has_certainty,
        codebook.opens,
        tuple(details),
        codebook.label_of_aspect(claim.aspect),
    )


def status_words(codebook: Codebook, status: str) -> str:
    """Return a status without claims in words; claims say theirs themselves."""
    if not status or codebook.status(status).takes_claims:
        return ""
    return codebook.status(status).label


def status_badge(codebook: Codebook, status: str) -> str:
    """Return the same as it stands beside a sentence."""
    return codebook.status(status).word if status_words(codebook, status) else ""


REACH = 30


def one_line(words: str | None) -> str:
    """Return words with single spaces between them."""
    return " ".join((words or "").split())


def words_of(sentence: AnySentence, span: Span) -> str:
    """Return the words of a span of the article, line breaks as spaces."""
    start, end = span[0] - sentence.start, span[1] - sentence.start
    if 0 <= start < end <= len(sentence.text):
        return one_line(sentence.text[start:end])
    return one_line(saving.words_at(sentence.article, span))


def span_of(words: str, old: tuple[Span, ...], sentence: AnySentence, field: str) -> Span:
    """Return the span of copied words: as it was before, else in this sentence, else nearby.

    Raises:
        InvalidAnswerError: they stand nowhere near, or are too many; with the field.

    """
    for span in old:
        if words_of(sentence, span) == words:
            return span
    if len(words) > LONGEST_MENTION:
        raise InvalidAnswerError(f"At most {LONGEST_MENTION:,} characters.", field)
    for near in window.neighbours(sentence.article, sentence.position, REACH):
        found = find_words(words, near.text)
        if found:
            return (near.start + found[0], near.start + found[1])
    raise InvalidAnswerError(
        f"“{words}” was not found in this sentence or near it. Copy the words from the text.",
        field,
    )
