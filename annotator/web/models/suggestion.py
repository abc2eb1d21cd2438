"""A suggestion on the label page: the ghost of an answer, told apart by words and shape."""

from dataclasses import dataclass

from flask import request
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Membership, ModelMember, Speaker
from annotator.store.rows.answers import AnswerRow
from annotator.web.access import Place
from annotator.web.labelling.claim_words import ClaimWords, claim_words, status_words
from annotator.work.labelling import independence
from annotator.work.labelling.drafts import claim_draft_of
from annotator.work.models import suggestions
from annotator.work.models.suggestions import Suggestion

TAKE = "suggested"
HIDDEN = "hidden"


@dataclass(frozen=True)
class Ghost:
    """What a model says, in words: a status without claims, or its claims."""

    model: str
    status: str
    claims: tuple[ClaimWords, ...]


def suggestion_at(place: Place, stored: AnswerRow | None) -> Suggestion | None:
    """Return what the model says of a sentence, where it matters now."""
    if not place.project.suggestions or place.look:
        return None
    who = place.membership.pseudonym
    return suggestions.suggestion_for(place.project, place.assignment, place.sentence, who, stored)


def ghost_at(place: Place, stored: AnswerRow | None) -> Ghost | None:
    """Return the ghost to show, None where there is none or the person has hidden it."""
    found = suggestion_at(place, stored)
    if found is None or not found.shown or request.args.get("suggestion") == HIDDEN:
        return None
    drafts = [claim_draft_of(claim) for claim in found.answer.claims]
    wanted = {each for draft in drafts for each in (draft.speaker, *draft.via)}
    speakers = {
        each.id: each
        for each in db.session.scalars(
            select(Speaker).where(Speaker.id.in_([n for n in wanted if isinstance(n, int)]))
        )
    }
    return Ghost(
        name_of(place, found.setting.model),
        status_words(place.codebook, found.answer.status or ""),
        tuple(claim_words(each, place.codebook, speakers, place.sentence) for each in drafts),
    )


def name_of(place: Place, user: int) -> str:
    """Return pseudonym and name of the model."""
    row = db.session.execute(
        select(Membership.pseudonym, ModelMember.name)
        .outerjoin(ModelMember, ModelMember.membership_id == Membership.id)
        .where(Membership.project_id == place.project.id, Membership.user_id == user)
    ).one()
    return f"{row.pseudonym}, {row.name}" if row.name else row.pseudonym


def reveal(place: Place, answer: AnswerRow | None) -> bool:
    """Show what the model says from now on where a complete answer was given; say if that is new.

    What the person changes from then on is not independent any more.
    """
    if not place.project.suggestions:
        return False
    if not suggestions.waits(place.project, place.assignment, place.sentence, answer):
        return False
    with write():
        independence.expose(place.user.id, [place.sentence.id], independence.ANSWERS)
    place.assignment.informed = True
    return True
