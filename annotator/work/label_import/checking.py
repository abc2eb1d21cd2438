"""Rows of answers checked against the text and the codebook of a project."""

from collections.abc import Iterable, Iterator, Mapping

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import WORK, AnswerRow, ClaimRow
from annotator.measure.origins import HUMAN
from annotator.phrases import both_numbers
from annotator.work.imported_labels.kinds import OF_ORIGIN
from annotator.work.labelling.drafts import (
    AnswerDraft,
    ClaimDraft,
    ClaimsWouldGoError,
    check,
    complete,
    settle,
)

LONGEST_NAME = 500
LONGEST_PSEUDONYM = 60


def place_in(row: AnswerRow) -> str:
    """Return what messages call the sentence of a row that names it by its number."""
    return f"sentence {both_numbers(row.sentence or 0)} of “{row.article}”"


def check_row(row: AnswerRow, text: str, codebook: Codebook) -> AnswerDraft:
    """Return a row as an answer, or refuse one that does not fit text and codebook.

    Its speakers are not looked at; they stand as 0.
    """
    if row.purpose != WORK:
        raise RefusedError(f"its purpose is “{row.purpose}”; only “{WORK}” can be imported")
    if not row.annotator.strip() or len(row.annotator) > LONGEST_PSEUDONYM:
        raise RefusedError("its annotator has no name, or a very long one")
    check_words(row.claims, text)
    if row.status not in {None, *(each.value for each in codebook.statuses)}:
        raise RefusedError(f"the codebook has no status “{(row.status or '')[:60]}”")
    draft = settled(row, codebook)
    check_values(draft.claims, codebook)
    if row.origin != "human":
        check(draft, codebook, None, len(text))
    if row.complete is not None and row.complete != complete(draft, codebook):
        raise RefusedError("“complete” does not match its status and claims")
    return draft


def not_given_here(
    rows: Iterable[AnswerRow | RecordError],
) -> Iterator[AnswerRow | RecordError]:
    """Yield rows; one that says that a person gave it on the label page is a fault.

    Only the operator restores such answers, by command.
    """
    for row in rows:
        if isinstance(row, AnswerRow) and row.origin == HUMAN:
            yield RecordError(
                f"{row.where}: the origin is “{HUMAN}”, but only a person on the label page gives"
                f" such an answer; say that it is one of {', '.join(OF_ORIGIN)}, or say what all"
                " of them are"
            )
        else:
            yield row


def settled(row: AnswerRow, codebook: Codebook) -> AnswerDraft:
    """Return a row as an answer; refuse one that says that there is no claim, and has one."""
    try:
        return settle(draft_of_row(row, {}), codebook)
    except ClaimsWouldGoError as error:
        claims = "a claim" if error.count == 1 else f"{error.count} claims"
        raise RefusedError(
            f"its status “{row.status}” has no claims, but it has {claims}: remove the"
            " status or the claim fields"
        ) from error


def check_words(claims: Iterable[ClaimRow], text: str) -> None:
    """Refuse spans that have other words in the text."""
    for claim in claims:
        for start, end, words in (*claim.evidence, *([claim.mention] if claim.mention else [])):
            if not start < end <= len(text):
                raise RefusedError(f"{start}-{end} is outside the text of {len(text)} characters")
            if text[start:end] != words:
                raise RefusedError(
                    f"the text has “{text[start:end][:60]}” at {start}-{end}, not “{words[:60]}”"
                )


def check_values(claims: Iterable[ClaimDraft | ClaimRow], codebook: Codebook) -> None:
    """Refuse labels that a codebook never had; what is retired was offered when it was given."""
    values = {value for each in claims for value in (each.stance, each.certainty)}
    if not values:
        return
    known = {each.value for each in (*codebook.stances, *codebook.certainties)}
    if unknown := {each for each in values if each is not None} - known:
        raise RefusedError(f"the codebook has no value “{min(unknown)}”")


def draft_of_row(row: AnswerRow, numbers: Mapping[str, int]) -> AnswerDraft:
    """Return a row as an answer; speakers that are not in `numbers` yet stand as 0."""
    return AnswerDraft(
        status=row.status,
        unsure=row.unsure,
        note=row.note,
        claims=tuple(
            ClaimDraft(
                speaker=None if each.speaker is None else numbers.get(each.speaker, 0),
                stance=each.stance,
                certainty=each.certainty,
                mention=each.mention[:2] if each.mention else None,
                via=tuple(numbers.get(link, 0) for link in each.via),
                conditional=each.conditional,
                aspect=each.aspect,
                evidence=tuple((start, end) for start, end, _ in each.evidence),
                note=each.note,
            )
            for each in row.claims
        ),
    )
