"""What the lists of sentences that are accepted together share: a line each, and ticked boxes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import Steps, write_in_steps
from annotator.store.models import Project, Role, Sentence, Speaker, User
from annotator.web.access import project_for
from annotator.web.adjudication.form import basis_from, basis_text, new_key
from annotator.web.exposure import learns
from annotator.web.labelling.claim_words import ClaimWords, claim_words, status_words
from annotator.web.paging import pager_for
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.adjudication import deciding, refreshing, standing, undoing
from annotator.work.adjudication.bulk import Wanted, cases_of
from annotator.work.adjudication.deciding import Case
from annotator.work.adjudication.standing import Standing
from annotator.work.consensus.consensus import NO, YES, RowVotes
from annotator.work.consensus.voting import MAJORITY, Vote
from annotator.work.labelling.arriving import pieces
from annotator.work.labelling.independence import ANSWERS

# So many sentences are decided in one write, and so many stand on one page.
AT_ONCE, PAGE = 10, 50


@dataclass(frozen=True)
class Line:
    """One sentence as it would be accepted, in words."""

    sentence: Sentence
    value: str  # what the tick box posts: article, position and the answers seen
    status: str
    claims: tuple[ClaimWords, ...]
    others: tuple[str, ...]  # what the minority says, field by field
    n: int


def show_list(
    slug: str, template: str, wanted: Callable[[Standing], bool], *, ticked: bool
) -> ResponseReturnValue:
    """Render one page of a list, for who may decide; `ticked` says whether its boxes are.

    Nothing is ticked right after an acceptance: what comes up then was not looked through yet.
    """
    project, membership = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    write_in_steps(refreshing.refresh(project), wait=None)
    found = standing.standings_of(project)
    pager = pager_for(found.sum(wanted), PAGE, "sentences")
    lines = lines_of(project, found.page(wanted, pager.offset, PAGE))
    learns(membership, (each.sentence.id for each in lines), ANSWERS)
    accepted = request.args.get("accepted", "")
    return render_template(
        template,
        project=project,
        membership=membership,
        lines=lines,
        pager=pager,
        key=new_key(),
        accepted=accepted,
        undoable=len(undoing.accepted_by(project, person(), accepted)) if accepted else 0,
        ticked=(ticked and not accepted) or request.args.get("tick") == "all",
    )


def lines_of(project: Project, sentences: Sequence[int]) -> list[Line]:
    """Return sentences with what would be accepted, and what speaks against it."""
    cases = cases_of(project, sentences)
    speakers = deciding.speakers_in(project, deciding.named_in(cases))
    return [line_of(project, case, speakers) for case in cases]


def line_of(project: Project, case: Case, speakers: Mapping[int, Speaker]) -> Line:
    """Return one sentence with what would be accepted, and what speaks against it."""
    codebook = project.codebook
    return Line(
        case.sentence,
        f"{case.sentence.article_id}/{case.sentence.position}/{basis_text(case.comparison.basis)}",
        status_words(codebook, case.consensus.status.value or ""),
        tuple(
            claim_words(claim, codebook, speakers, case.sentence)
            for claim in case.consensus.claims()
        ),
        tuple(others(project, case, {id: speaker.name for id, speaker in speakers.items()})),
        len(case.comparison.readings),
    )


def others(project: Project, case: Case, names: dict[int, str]) -> list[str]:
    """Return what fewer say, with the votes of both sides."""
    codebook, agreed = project.codebook, case.consensus
    labels = {each.value: each.label for each in codebook.statuses}
    said = split("Status", agreed.status, labels)
    if not agreed.takes_claims:
        return said
    for row in agreed.rows:
        who = names.get(row.row.speaker, "") if isinstance(row.row.speaker, int) else ""
        said += of_row(row, who, codebook)
    return said


def of_row(row: RowVotes, who: str, codebook: Codebook) -> list[str]:
    """Return the minorities on one claim; of one that is left out only that it is."""
    have, n = row.present.votes.get(YES, 0), row.present.ballots
    if row.present.value == NO:
        return [f"{who}: not included, claimed by {have} of {n}"]
    said = [f"{who}: {n - have} of {n} without this claim"] if have < n else []
    for field, vote in row.labels.items():
        labels = {each.value: each.label for each in codebook.values_of(field)}
        said += split(f"{who}, {codebook.word_of(field)}", vote, labels)
    return said


def split(name: str, vote: Vote, labels: dict[str, str]) -> list[str]:
    """Return how the votes on a field are split, if they are."""
    if vote.how != MAJORITY:
        return []
    shares = ", ".join(f"{labels.get(value, value)} {n}" for value, n in vote.votes.items())
    return [f"{name}: {shares}"]


def accept_ticked(
    project: Project, endpoint: str, accept: Callable[[Project, User, Wanted, str], tuple[int, int]]
) -> ResponseReturnValue:
    """Accept what is ticked, or take back what was; lead to the list, which says how many."""
    user = person()
    if accepted_key := request.form.get("undo", ""):
        key = known_key(request.form.get("key", ""))
        steps = undoing.undo_accepted(project, user, known_key(accepted_key), key)
        undone = write_in_steps(steps, wait=None)
        record("acceptance of %d sentences of %r taken back", undone, project.slug)
        flash(f"Undone: {counted(undone, 'sentence')} back in the queue.")
        return redirect(url_for(endpoint, slug=project.slug), 303)
    wanted, key = ticked()
    slug, how = project.slug, endpoint.partition(".")[0].removeprefix("adjudicate_")
    some = accept_some(wanted, lambda piece: accept(project, user, piece, key), slug, how)
    accepted, left = write_in_steps(some, wait=None)
    flash(accepted_words(accepted, left))
    return redirect(url_for(endpoint, slug=project.slug, accepted=key), 303)


def accept_some(
    wanted: Wanted, accept: Callable[[Wanted], tuple[int, int]], slug: str, how: str
) -> Steps[tuple[int, int]]:
    """Accept some sentences in each step: each is a decision of its own, so others can save."""
    accepted = left = 0
    try:
        for piece in pieces(len(wanted), AT_ONCE):
            more, less = yield partial(accept, wanted[piece])
            accepted, left = accepted + more, left + less
    finally:
        # What was accepted before something broke is stored.
        record("%d sentences of %r accepted together: %s", accepted, slug, how)
    return accepted, left


def known_key(key: str) -> str:
    """Return an idempotency key, or refuse."""
    if not 8 <= len(key) <= 64:
        raise RefusedError("Incomplete form. Nothing was changed. Reload the page.")
    return key


def ticked() -> tuple[Wanted, str]:
    """Return what is ticked, and the idempotency key; or refuse."""
    wanted = [chosen(value) for value in request.form.getlist("sentence")]
    key = request.form.get("key", "")
    if not 8 <= len(key) <= 64:
        raise RefusedError("Incomplete form. Nothing was accepted. Reload the page.")
    if not wanted:
        raise RefusedError("No sentence is selected. Nothing was accepted.")
    return wanted, key


def chosen(value: str) -> tuple[int, int, dict[int, int]]:
    """Return article, position and the answers seen, from a ticked box."""
    article, _, rest = value.partition("/")
    position, _, basis = rest.partition("/")
    if not (article.isdecimal() and position.isdecimal() and len(article) + len(position) < 19):
        raise RefusedError(f"“{value[:40]}” is not a sentence. Nothing was accepted.")
    return int(article), int(position), basis_from(basis)


def accepted_words(accepted: int, left: int) -> str:
    """Say how many were accepted, and how many not."""
    changed = " not accepted, because an answer or a decision changed."
    return f"{accepted:,} accepted." + (f" {left:,}{changed}" if left else "")
