"""The history of the decision on one sentence: who did what, when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from annotator.store.models import DecisionEvent, Project, Role
from annotator.web.access import project_for
from annotator.web.adjudication.draft import Draft, Placed
from annotator.web.adjudication.view import speakers_of
from annotator.web.labelling.claim_words import ClaimWords, claim_words, status_words
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import Case
from annotator.work.codebook import rulings
from annotator.work.consensus import decisions
from annotator.work.consensus.content import DECIDED, content_from

KINDS = {"decide": "Decided", "reopen": "Reopened", "ask": "Asked the annotators", "undo": "Undid"}


@dataclass(frozen=True)
class Step:
    """One act, and the decision after it."""

    at: datetime
    who: str
    what: str
    claims: tuple[ClaimWords, ...]
    status: str
    soft: bool
    reason: str


def show(slug: str, article_id: int, position: int) -> ResponseReturnValue:
    """Show every act on one sentence, the newest first."""
    project, membership = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    case = deciding.case_of(deciding.sentence_in(project, article_id, position))
    events = decisions.events_of(case.decision) if case.decision else ()
    names = pseudonyms_of(project)
    return render_template(
        "adjudication/history.html",
        project=project,
        membership=membership,
        sentence=case.sentence,
        ruling=rulings.ruling(project, case.decision.id)
        if case.decision and case.decision.state == DECIDED
        else None,
        steps=[
            step_of(project, case, each, names, said(each, events)) for each in reversed(events)
        ],
    )


def said(event: DecisionEvent, events: Sequence[DecisionEvent]) -> str:
    """Return an act in words; an undo of an undo brought back what that one had taken."""
    if event.undoes is None:
        return KINDS[event.kind]
    target = next((each for each in events if each.revision == event.undoes), None)
    if target is not None and target.undoes is not None:
        return f"Redid step {target.undoes}"
    return f"{KINDS[event.kind]} step {event.undoes}"


def step_of(
    project: Project, case: Case, event: DecisionEvent, names: dict[int, str], what: str
) -> Step:
    """Return one act in words."""
    content = content_from(event.content)
    draft = Draft(claims=tuple(Placed(taken) for taken in content.claims))
    speakers = speakers_of(project, case, draft)
    codebook = project.codebook
    return Step(
        event.at,
        names.get(event.user_id, "a former member"),
        what,
        tuple(
            claim_words(each.claim, codebook, speakers, case.sentence) for each in content.claims
        ),
        status_words(codebook, content.status or ""),
        content.soft is not None,
        content.reason,
    )
