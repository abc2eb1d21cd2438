"""An answer form without an answer, for the browser to go on with while there is no connection."""

from dataclasses import dataclass, replace

from annotator.web.answer_form import AnswerForm
from annotator.web.label_building import Place, Reply, build_claims
from annotator.web.label_draft import choices_of, form_for
from annotator.web.label_view import LabelPage, Moves
from annotator.work import people


@dataclass(frozen=True)
class Blank:
    """What `_answer.html` needs for a form with one open claim and one that is shut."""

    page: LabelPage
    form: AnswerForm
    leads: list[str]  # whom to tell when the server cannot write


def blank_of(place: Place, page: LabelPage) -> Blank:
    """Return the page's own form as it is for a sentence that nobody has answered."""
    chips = tuple(replace(chip, same=False) for chip in page.chips)
    form = form_for(place, None, extra_claim=True)
    form.claims.append_entry({})
    form.offer(place.codebook, choices_of(chips))
    here = page.line.href
    blank = replace(
        page,
        answer=None,
        chips=chips,
        claims=build_claims(place, form, chips, Reply(open=0)),
        moves=Moves(back=here, skip=here, todo=None),
        # Nothing here counts: the panel for a finished article has no place in a blank form.
        progress=replace(page.progress, decided=-1),
        notice="",
        focus="",
        conflict=None,
        # Only the server knows what they would take.
        undo=None,
        redo=None,
    )
    return Blank(blank, form, people.leads(place.project))
