"""Which words of the article a claim points at: picked as spans, or copied as words.

A form posts both. A span that is not the stored one was picked just now and counts; else the
words count, because a person may have changed them by hand.
"""

from annotator.web.answer_form import ClaimForm
from annotator.web.copied_words import one_line, span_of
from annotator.web.label_building import Place
from annotator.work.drafts import ClaimDraft, InvalidAnswerError, Span

MOST_STRETCHES = 50


def mention_span(index: int, claim: ClaimForm, place: Place, before: ClaimDraft) -> Span | None:
    """Return the span of the mention; `before` is the stored claim."""
    old = (before.mention,) if before.mention else ()
    picked = claim.mention_spans
    if picked and (picked != old or not claim.mention.raw_data):
        return picked[0]
    words = one_line(claim.mention.data)
    return span_of(words, old, place.sentence, f"claims-{index}-mention") if words else None


def evidence_spans(
    index: int, claim: ClaimForm, place: Place, before: ClaimDraft
) -> tuple[Span, ...]:
    """Return the stretches of evidence; `before` is the stored claim."""
    picked = claim.evidence_spans
    if (picked and picked != before.evidence) or not claim.evidence_words.raw_data:
        return picked
    field = f"claims-{index}-evidence_words"
    lines = [one_line(line) for line in (claim.evidence_words.data or "").splitlines()]
    stretches = [line for line in lines if line]
    if len(stretches) > MOST_STRETCHES:
        raise InvalidAnswerError(f"These are more than {MOST_STRETCHES} stretches.", field)
    return tuple(span_of(words, before.evidence, place.sentence, field) for words in stretches)
