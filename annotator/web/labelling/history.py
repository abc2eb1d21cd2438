"""The history of one's own answer to a sentence: every version, and a way back to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, Length

from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.store.db import write
from annotator.store.models import OPEN_STATES
from annotator.web.access import Place, place_for
from annotator.web.forms import NumberRange
from annotator.web.labelling.draft import new_key
from annotator.web.labelling.form import LARGEST_NUMBER
from annotator.work.labelling import history, independence, saving
from annotator.work.labelling.changes import Dictionary, answer_in_words, changes_between, in_words
from annotator.work.labelling.saving import Save, answer_for, save_answer

KINDS = {
    history.SAVE: "Saved",
    history.UNDO: "Undone",
    history.REDO: "Redone",
    history.IMPORT: "Imported",
}
BY_LEAD = "Changed by your lead"
VISIT = timedelta(minutes=5)  # steps that lie closer together are of one visit


class BringBackForm(FlaskForm):  # type: ignore[misc]
    """Which version is to come back, and which one the person saw as the newest."""

    wanted = IntegerField("Version", [InputRequired(), NumberRange(1, LARGEST_NUMBER)])
    revision = IntegerField("Revision", [InputRequired(), NumberRange(1, LARGEST_NUMBER)])
    key = HiddenField("Key", [InputRequired(), Length(8, 64)])


@dataclass(frozen=True)
class Version:
    """The answer as it was after one save."""

    revision: int
    at: datetime
    kind: str
    changed: str
    said: str
    round: int


def show(article_id: int, position: int) -> ResponseReturnValue:
    """Show every version of this person's answer, the newest first."""
    return page(place_for(article_id, position))


def bring_back(article_id: int, position: int) -> ResponseReturnValue:
    """Save an earlier version once more; nothing that came after it is lost."""
    place = place_for(article_id, position)
    form = BringBackForm()
    if not form.validate():
        return page(place, "Nothing was saved: the form was incomplete."), 422
    answer = answer_for(place.sentence, place.user)
    content = history.content_at(answer, form.wanted.data) if answer else None
    if content is None:
        return page(place, "Nothing was saved: this version does not exist."), 422
    save = Save(form.revision.data, form.key.data)
    try:
        with write():
            save_answer(place.sentence, place.user, history.draft_of_content(content), save)
    except saving.StaleRevisionError:
        said = "Nothing was saved: this answer was changed elsewhere. The newest version is on top."
        return page(place, said), 409
    except (NotAllowedError, NotFoundError):
        raise
    except RefusedError as error:
        return page(place, f"Nothing was saved: {error}"), 422
    there = url_for("label.show", article_id=article_id, position=position, _anchor="sentence")
    return redirect(there, 303)


def page(place: Place, refused: str = "") -> str:
    """Render the history of one answer."""
    answer = answer_for(place.sentence, place.user)
    dictionary = Dictionary(place.codebook, place.article.key)
    independent = independence.last_independent(answer) if answer else None
    versions, before = [], None
    for event in history.events_of(answer) if answer else ():
        changed = in_words(changes_between(before, event.content, dictionary))
        said = answer_in_words(event.content, dictionary)
        kind = KINDS[event.kind] if event.user_id == place.user.id else BY_LEAD
        round_ = 1 if independent is None or event.revision <= independent else 2
        versions.append(Version(event.revision, event.at, kind, changed, said, round_))
        before = event.content
    return render_template(
        "labelling/history.html",
        place=place,
        visits=visits_of(versions[::-1]),
        newest=versions[-1].revision if versions else 0,
        rounds={version.round for version in versions},
        open=place.assignment.state in OPEN_STATES,
        key=new_key(),
        refused=refused,
    )


def visits_of(versions: Sequence[Version]) -> list[list[Version]]:
    """Group versions, newest first, that follow one another closely: the steps of one visit."""
    visits: list[list[Version]] = []
    for version in versions:
        last = visits[-1][-1] if visits else None
        own = last is not None and BY_LEAD not in (last.kind, version.kind)
        if last and own and last.round == version.round and last.at - version.at <= VISIT:
            visits[-1].append(version)
        else:
            visits.append([version])
    return visits
