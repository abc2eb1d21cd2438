"""Suggestions: what a model says of a sentence, shown to people on purpose and never filled in.

A project has them off, `after` a person has answered, for comparison, or before that in a random
`half` of the pairs of article and annotator, so that what they do to answers can be measured. What
was shown, and whether it was taken, is kept with the event of each save.
"""

import hashlib
import json
from dataclasses import dataclass, replace

from annotator.errors import RefusedError
from annotator.store.models import ModelMember, Project
from annotator.store.models.answers import TRAINING
from annotator.store.rows.answers import AnswerRow, read_answer
from annotator.store.rows.places import AssignmentRow, ProjectRow, SentenceRow
from annotator.work import copies
from annotator.work.accounts import model_members
from annotator.work.labelling.drafts import AnswerDraft, draft_of
from annotator.work.labelling.independence import has_ended

OFF, AFTER, HALF = MODES = ("off", "after", "half")
KEY = "suggestions"
EVER = "suggested"
"""Set once suggestions were on: whether it is worth while to look for what they did."""
MODEL = "model"
SEED = 1


@dataclass(frozen=True)
class Setting:
    """When suggestions are shown, and the account of the model that makes them."""

    mode: str
    model: int


@dataclass(frozen=True)
class Suggestion:
    """The answer of a model to a sentence, as one person meets it; `shown` says whether they do."""

    setting: Setting
    answer: AnswerRow
    shown: bool

    def facts(self, *, taken: bool = False) -> str:
        """Return as JSON what is kept with the event of a save."""
        return json.dumps(
            {
                "mode": self.setting.mode,
                "model": self.setting.model,
                "answer": self.answer.id,
                "revision": self.answer.revision,
                "shown": self.shown,
                "taken": taken,
            }
        )

    def taken_into(self, draft: AnswerDraft) -> AnswerDraft:
        """Return the answer of the model, with the flag and the note of a person's own."""
        return replace(draft_of(self.answer), unsure=draft.unsure, note=draft.note)


def parsed(text: str | None) -> Setting | None:
    """Return a setting as it is stored, "half 17"; None where suggestions are off."""
    mode, _, model = (text or "").partition(" ")
    return Setting(mode, int(model)) if mode in (AFTER, HALF) else None


def setting_of(project: Project) -> Setting | None:
    """Return the setting of a project, None where suggestions are off."""
    return parsed(project.quality.get(KEY))


def choose(project: Project, mode: str, model: str) -> ModelMember | None:
    """Set when suggestions are shown, and which model makes them, by name or pseudonym.

    Raises:
        RefusedError: there is no such mode or model.

    """
    if mode not in MODES:
        raise RefusedError(f"Suggestions are {', '.join(MODES)}, not “{mode[:40]}”.")
    quality = {name: value for name, value in project.quality.items() if name != KEY}
    found = None
    if mode != OFF:
        found = model_members.get(project, model)
        quality |= {KEY: f"{mode} {found.membership.user_id}", EVER: True}
    project.quality = quality
    return found


def is_drawn(project_id: int, article: str, pseudonym: str) -> bool:
    """Say whether this pair of article and annotator is of the half that sees suggestions."""
    drawn = hashlib.sha256(f"{SEED}\n{project_id}\n{article}\n{pseudonym}".encode()).digest()
    return drawn[0] % 2 == 0


def said_of(setting: Setting, assignment: AssignmentRow, sentence: SentenceRow) -> AnswerRow | None:
    """Return the complete answer of the model to a sentence, None where it has none.

    Of a sentence in a copy it is that of the article itself, or copies would be told apart by
    showing nothing. In training there is none: what is right is shown there.
    """
    if assignment.purpose == TRAINING:
        return None
    number = copies.in_work(sentence)
    answer = None if number is None else read_answer(number, setting.model)
    whole = answer is not None and answer.complete and answer.origin == MODEL
    return answer if whole else None


def suggestion_for(
    project: ProjectRow,
    assignment: AssignmentRow,
    sentence: SentenceRow,
    pseudonym: str,
    stored: AnswerRow | None,
) -> Suggestion | None:
    """Return what the model says of a sentence, where it matters now for this person.

    That is until the answer is complete in `half`, whether it is shown or not, and once it has been
    revealed in `after`.
    """
    setting = parsed(project.suggestions)
    if setting is None or assignment.user_id == setting.model:
        return None
    whole = stored is not None and stored.complete
    if setting.mode == HALF and whole:
        return None
    if setting.mode == AFTER and not (whole and has_ended(assignment, sentence)):
        return None
    answer = said_of(setting, assignment, sentence)
    if answer is None:
        return None
    shown = setting.mode == AFTER or is_drawn(project.id, sentence.article.key, pseudonym)
    return Suggestion(setting, answer, shown)


def waits(
    project: ProjectRow, assignment: AssignmentRow, sentence: SentenceRow, stored: AnswerRow | None
) -> bool:
    """Say whether a suggestion is to be shown now that a complete answer was given (`after`)."""
    setting = parsed(project.suggestions)
    if setting is None or setting.mode != AFTER or stored is None or not stored.complete:
        return False
    if has_ended(assignment, sentence):
        return False
    return said_of(setting, assignment, sentence) is not None
