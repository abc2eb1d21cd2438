"""What gold says beside an answer in training: per field whether it is right, and why it is so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from annotator.codebook.scheme import Certainty, Codebook, Stance
from annotator.measure.scoring import Marked
from annotator.store.db import db, write
from annotator.store.models import Assignment, Project, Sentence, Speaker
from annotator.store.models.answers import TRAINING
from annotator.store.rows.answers import AnswerRow
from annotator.web.access import Place
from annotator.web.labelling.claim_words import ClaimWords, claim_words, status_words
from annotator.work.accounts import projects
from annotator.work.adjudication import deciding
from annotator.work.assignment.qualifying import compared_fields
from annotator.work.consensus.comparison import Reading
from annotator.work.labelling import independence
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.quality import marking
from annotator.work.quality.marking import MarkedAnswer, Spoken

NO_CLAIM = "no claim"
RIGHT, WRONG, NOT_COMPARED = "right", "not right", "not compared"
SAME, DIFFERS = "same", "differs"


@dataclass(frozen=True)
class Side:
    """What one side says in one field: words, with the shape of a stance or certainty."""

    words: str = ""
    stance: Stance | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True)
class FieldRow:
    """One field of a sentence or claim: what each side says, and whether that is right.

    `claim` counts claims from 1, 0 for what is said of the whole sentence.
    """

    claim: int
    field: str
    yours: Side
    gold: Side
    result: str


@dataclass(frozen=True)
class Feedback:
    """How an answer in training compares with gold, with the rule and reason of the decision."""

    agrees: bool
    rows: tuple[FieldRow, ...]
    reason: str = ""
    rule: str = ""
    rule_words: str = ""  # the rule in short, "" for none


def is_training(place: Place) -> bool:
    """Say whether a person looks at an article of their training."""
    return place.assignment.purpose == TRAINING


def reveal(place: Place, answer: AnswerRow | None) -> bool:
    """Show gold from now on where a complete answer in training was given; say if that is new."""
    if not is_training(place) or answer is None or not answer.complete:
        return False
    if independence.has_ended(place.assignment, place.sentence):
        return False
    with write():
        independence.expose(place.user.id, [place.sentence.id], independence.GOLD)
    place.assignment.informed = True
    return True


def feedback_at(place: Place) -> Feedback | None:
    """Return what gold says to a sentence in training, once its answer was given."""
    if not is_training(place) or not independence.has_ended(place.assignment, place.sentence):
        return None
    project = projects.get(place.project.slug)
    assignment = db.session.get_one(Assignment, place.assignment.id)
    found = marking.marked_answers(project, [assignment], place.sentence.position)
    if not found:
        return None
    return feedback_of(found[0], project.codebook, speakers_in(project, found))


def speakers_in(project: Project, found: Iterable[MarkedAnswer]) -> dict[int, Speaker]:
    """Return whom some answers and the decisions beside them name."""
    claims = [claim for each in found for claim in (*each.own.claims, *each.gold)]
    return deciding.speakers_in(project, deciding.speakers_of(claims))


def feedback_of(
    found: MarkedAnswer, codebook: Codebook, speakers: Mapping[int, Speaker]
) -> Feedback:
    """Return a marked answer in words and shapes."""
    decision = found.decision
    rule = decision.rule or deciding.rule_in(decision.reason, codebook) or ""
    known = {each.id: each.short for each in codebook.rules}
    theirs = Spoken(decision.status or "", found.gold)
    return Feedback(
        found.marked.all_right,
        tuple(rows_of(found.marked, found.own, theirs, decision.sentence, codebook, speakers)),
        decision.reason,
        rule,
        known.get(rule, ""),
    )


def rows_of(
    marked: Marked,
    own: Reading | Spoken,
    gold: Reading | Spoken,
    sentence: Sentence,
    codebook: Codebook,
    speakers: Mapping[int, Speaker],
    results: tuple[str, str] = (RIGHT, WRONG),
) -> Iterator[FieldRow]:
    """Yield the fields of a marked answer: the status where it tells something, then each claim.

    `results` are what is said of a field that is as in `gold`, and of one that is not.
    """
    if not (own.claims and gold.claims):
        yield FieldRow(
            0,
            "status",
            Side(status_words(codebook, own.status) or "claims"),
            Side(status_words(codebook, gold.status) or "claims"),
            results[not marked.status],
        )
    for number, mark in enumerate(marked.claims, 1):
        mine = None if mark.own is None else own.claims[mark.own]
        theirs = None if mark.gold is None else gold.claims[mark.gold]
        words = [
            claim_words(each, codebook, speakers, sentence) if each else None
            for each in (mine, theirs)
        ]
        for field in fields_of(codebook):
            right = mark.right.get(field)
            result = NOT_COMPARED if right is None else results[not right]
            # That neither side is conditional goes without saying.
            plain = field == "conditional" and not any(
                each and each.conditional for each in (mine, theirs)
            )
            if not plain and (result != NOT_COMPARED or theirs is not None):
                yield FieldRow(
                    number,
                    field,
                    side(field, mine, words[0], codebook),
                    side(field, theirs, words[1], codebook),
                    result,
                )


def fields_of(codebook: Codebook) -> tuple[str, ...]:
    """Return the fields of a claim that are compared."""
    return compared_fields(codebook)[1:]


def side(
    field: str, claim: ClaimDraft | None, words: ClaimWords | None, codebook: Codebook
) -> Side:
    """Return what one side says in a field of a claim."""
    if claim is None or words is None:
        return Side(NO_CLAIM) if field == "speaker" else Side()
    if field == "speaker":
        return Side(f"“{words.speaker}”" if words.unnamed else words.speaker)
    if field == "stance":
        return Side(stance=words.stance)
    if field == "certainty":
        return Side(certainty=words.certainty)
    if field == "conditional":
        return Side("conditional" if claim.conditional else "not conditional")
    return Side(codebook.aspect(claim.aspect).label if claim.aspect else "none")
