"""Going through a worklist on the label screen: what is said beside the answer, and the ways on.

Whoever works through one has `worklist` in the address of the page and as a hidden field of its
form. Without it nothing here is asked of the database.
"""

from dataclasses import dataclass
from functools import lru_cache

from flask import request, url_for

from annotator.codebook.difference import Change, difference
from annotator.codebook.load import from_json
from annotator.store.rows.answers import AnswerRow
from annotator.web.access import Place
from annotator.web.acts import Act
from annotator.work.codebook import rechecking, worklists
from annotator.work.labelling.drafts import AnswerDraft, complete, draft_of, settle, without_unasked
from annotator.work.labelling.saving import Saved

FIELD, ON = "worklist", "y"
# A browser that cannot reach the server keeps Next as the second, which leads nowhere.
CONFIRMING = ("next", "confirm")
SHOWN = 3


@dataclass(frozen=True)
class Recheck:
    """A sentence of a worklist: why it is there, what has changed, and how many are left."""

    reasons: tuple[str, ...]
    is_left: bool
    left: int
    since: str  # label of the version with which today's is compared
    number: int  # of that version
    changes: tuple[Change, ...]  # of what the answer says
    others: int  # changes of the codebook beside these
    back: str | None
    next: str

    @property
    def next_words(self) -> str:
        """Return what Next does."""
        return "Confirm" if self.is_left else "Next sentence"


def is_on() -> bool:
    """Say whether a worklist is gone through."""
    return request.values.get(FIELD) == ON


def recheck_of(place: Place, answer: AnswerRow | None) -> Recheck | None:
    """Return what the label page says of the worklist, None where there is nothing to say."""
    if answer is None or place.look or not is_on():
        return None
    asked = rechecking.asked_of(answer, place.project)
    if not asked:
        return None
    before = rechecking.version_before(place.project, answer.codebook_version_id, asked)
    after = place.project.codebook_version
    changes = changes_between(before.content, after.content)
    concerning = rechecking.concerning(
        changes, draft_of(answer), before.codebook, place.project.codebook
    )
    here = (place.article.id, place.sentence.position)
    back = rechecking.last_before(place.project, place.user, *here)
    return Recheck(
        reasons=tuple(dict.fromkeys(each.reason for each in asked)),
        is_left=any(each.left for each in asked),
        left=worklists.count_left(place.project, place.user),
        since=before.label,
        number=before.number,
        changes=tuple(concerning[:SHOWN]),
        others=len(changes) - len(concerning[:SHOWN]),
        back=address(*back) if back else None,
        next=next_address(place),
    )


@lru_cache(maxsize=16)
def changes_between(before: str, after: str) -> tuple[Change, ...]:
    """Return what differs between two contents of a codebook, but for the label of the version."""
    found = difference(from_json(before), from_json(after))
    return tuple(each for each in found if each.where != "version")


def address(article_id: int, position: int) -> str:
    """Return the address of a sentence for whoever goes through a worklist."""
    return url_for("label.show", article_id=article_id, position=position, worklist=ON)


def next_address(place: Place) -> str:
    """Return where the next sentence of the worklist is; at the end the page that says so."""
    here = (place.article.id, place.sentence.position)
    there = rechecking.next_after(place.project, place.user, *here)
    return address(*there) if there else url_for("worklists.own", slug=place.project.slug)


def confirms(place: Place, answer: AnswerRow | None, draft: AnswerDraft, act: Act) -> bool:
    """Say whether a press of Next says that an answer on a worklist is still right.

    An answer that was changed, with this press or before it, needs no word more.

    Raises:
        RefusedError: it has a value that is retired by now.

    """
    if act.verb not in CONFIRMING or not is_on() or answer is None:
        return False
    said = settle(without_unasked(draft, place.codebook, answer), place.codebook)
    if said != draft_of(answer) or not complete(said, place.codebook):
        return False  # where something is missing, the page says so
    if not rechecking.is_left(answer):
        return False
    worklists.refuse_retired(draft, place.codebook)
    return True


def note(saved: Saved, before: int) -> None:
    """Note that an answer was confirmed by this save; `before` is its revision before."""
    if saved.written and saved.answer is not None:
        rechecking.confirmed(saved.answer, before)
