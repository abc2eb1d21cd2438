"""Undo and redo as the label page posts them: which save was meant, and where it leads."""

from dataclasses import dataclass

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, Optional

from annotator.errors import RefusedError
from annotator.store.rows.answers import AnswerRow
from annotator.web.access import Place
from annotator.web.forms import NumberRange
from annotator.web.labelling.form import LARGEST_NUMBER
from annotator.work.codebook import rechecking
from annotator.work.labelling import undoing
from annotator.work.labelling.undoing import Stepped

UNDO, REDO = "undo", "redo"
STEPS = (UNDO, REDO)


class StepForm(FlaskForm):  # type: ignore[misc]
    """What an undo or a redo needs of the posted answer: `undo` and `redo` name what is shown."""

    key = HiddenField("Key", [InputRequired(), Length(8, 64)])
    seconds = IntegerField("Active seconds", [Optional(), NumberRange(0, 86_400)])
    undo = IntegerField("Undo", [Optional(), NumberRange(0, LARGEST_NUMBER)])
    redo = IntegerField("Redo", [Optional(), NumberRange(0, LARGEST_NUMBER)])


@dataclass(frozen=True)
class Landing:
    """Where a step leads: the answer, its sentence, the claim to open and what gets the focus."""

    answer: AnswerRow
    position: int
    open: int
    focus: str


def step(place: Place, act: str) -> Landing:
    """Do the undo or redo that was posted; the caller commits."""
    form = StepForm()
    if not form.validate():
        raise RefusedError("Nothing was changed: the form was incomplete.")
    act_on = undoing.undo if act == UNDO else undoing.redo
    shown = form[act].data or 0
    done = act_on(place.article, place.user, shown, form.key.data, form.seconds.data or 0)
    rechecking.follow(done)
    return landing(done)


def landing(stepped: Stepped) -> Landing:
    """Return where the changed control stands now; a claim that went leads to the one before."""
    field = stepped.changes[0].field if stepped.changes else "sentence-heading"
    head, _, rest = field.partition("-")
    if head not in ("claim", "claims"):
        return Landing(stepped.answer, stepped.position, 0, field)
    wanted = int(rest.partition("-")[0])
    opened = min(wanted, max(len(stepped.answer.claims) - 1, 0))
    if opened != wanted:
        field = f"claim-{opened}"
    return Landing(stepped.answer, stepped.position, opened, field)
