"""My differences: where gold is not what the person said, by rule, with the reason."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.phrases import sentence_number
from annotator.store.db import write
from annotator.store.models import Project, Role
from annotator.web.access import project_for
from annotator.web.exposure import learns
from annotator.web.labelling.claim_words import ClaimWords, claim_words, status_words
from annotator.web.paging import pager_for
from annotator.web.security import person
from annotator.work.adjudication import appeals, deciding
from annotator.work.adjudication.appeals import Difference
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.independence import GOLD

PAGE = 50
STATES = {
    "": "New",
    "seen": "Seen",
    "open": "Appeal open",
    "accepted": "Accepted",
    "kept": "Rejected",
}


@dataclass(frozen=True)
class Line:
    """One difference in words."""

    difference: Difference
    name: str
    yours: str
    gold: str
    pairs: tuple[tuple[ClaimWords | None, ClaimWords | None], ...]
    rule: str
    state: str


def show(slug: str) -> ResponseReturnValue:
    """Show this person's differences, the new ones first, grouped by rule."""
    project, membership = project_for(slug, Role.ANNOTATOR)
    found = appeals.differences(project, person())
    pager = pager_for(len(found), PAGE, "differences")
    shown = found[pager.offset : pager.offset + PAGE]
    learns(membership, (each.sentence.id for each in shown), GOLD)
    return render_template(
        "adjudication/appeals/page.html",
        project=project,
        membership=membership,
        lines=lines_of(project, shown),
        rules=by_rule(found),
        new=sum(each.state == "" for each in found),
        pager=pager,
    )


def respond(slug: str, decision_id: int) -> ResponseReturnValue:
    """Note that a difference was seen, or ask the adjudicator to look again."""
    project, _ = project_for(slug, Role.ANNOTATOR)
    appeal = request.form.get("act") == "appeal"
    state = appeals.OPEN if appeal else appeals.SEEN
    user, words = person(), request.form.get("words", "")
    with write():
        appeals.respond(project, user, decision_id, state, words)
    flash("Appeal submitted." if appeal else "Marked as seen.")
    return redirect(url_for("differences.show", slug=slug), 303)


def by_rule(found: list[Difference]) -> list[tuple[str, int]]:
    """Return how many differences each rule has, the most frequent first."""
    rules = [each.rule or "no rule" for each in found]
    return sorted(
        ((rule, rules.count(rule)) for rule in set(rules)), key=lambda each: (-each[1], each[0])
    )


def lines_of(project: Project, found: list[Difference]) -> list[Line]:
    """Return differences in words."""
    claims = [
        claim for each in found for pair in each.pairs for claim in (pair.yours, pair.gold) if claim
    ]
    wanted = {link for claim in claims for link in (claim.speaker, *claim.via)}
    speakers = deciding.speakers_in(project, (id for id in wanted if isinstance(id, int)))
    codebook = project.codebook

    def words(claim: ClaimDraft | None, difference: Difference) -> ClaimWords | None:
        return claim_words(claim, codebook, speakers, difference.sentence) if claim else None

    return [
        Line(
            each,
            f"{each.sentence.article.key.split('_')[0]}-{sentence_number(each.sentence.position)}",
            status_words(codebook, each.yours),
            status_words(codebook, each.gold),
            tuple((words(pair.yours, each), words(pair.gold, each)) for pair in each.pairs),
            each.rule,
            STATES[each.state],
        )
        for each in found
    ]
