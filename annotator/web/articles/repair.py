"""Repair: one sentence to split, merge, move or put into another segment, with a preview."""

import re
from collections.abc import Iterator

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from annotator.codebook.scheme import SEGMENTS
from annotator.errors import RefusedError
from annotator.store.db import write
from annotator.store.models import Article, Membership, Project, Role, Sentence
from annotator.web.access import project_for
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.articles import listing, repairing
from annotator.work.articles.repairing import Plan

WORD = re.compile(r"\S+")
# A longer sentence would be a page of buttons; its first words are where it is cut.
MOST_WORDS = 400


class RepairForm(FlaskForm):  # type: ignore[misc]
    """What to do, where, and the preview that was seen."""

    kind = StringField("Kind", [Length(max=10)])
    split = StringField("Split", [Length(max=10)])
    move = StringField("Move", [Length(max=10)])
    segment = StringField("Segment", [Length(max=20)])
    seen = StringField("Seen", [Length(max=64)])

    @property
    def chosen(self) -> tuple[str, str]:
        """Return the kind and its value; a word that was pressed says its kind by its name."""
        for kind in (repairing.SPLIT, repairing.MOVE):
            if self[kind].data:
                return kind, str(self[kind].data)
        return str(self.kind.data or ""), str(self.segment.data or "")


def show(slug: str, article_id: int, position: int) -> ResponseReturnValue:
    """Show one sentence with what can be done to it."""
    project, membership, article = article_for(slug, article_id)
    return page(project, membership, article, position)


def save(slug: str, article_id: int, position: int) -> ResponseReturnValue:
    """Repair at once where nobody has answered; else show what it does to the answers first."""
    project, membership, article = article_for(slug, article_id)
    form = RepairForm()
    if not form.validate():
        abort(422)
    kind, value = form.chosen
    try:
        with write():
            plan = repairing.plan(article, position, kind, value)
            go_ahead = not plan.answers or form.seen.data == plan.proof
            if go_ahead:
                repairing.carry_out(plan, person())
    except RefusedError as error:
        decided = error.position if isinstance(error, repairing.HasDecisionError) else None
        return page(project, membership, article, position, str(error), decided), 422
    if not go_ahead:
        return preview(project, membership, plan, {"kind": kind, kind: value}), 200
    record("article %r of %r repaired at position %d: %s", article.key, slug, position, kind)
    flash("Repaired. You can undo the repair.")
    return to_review(project, article, position)


def undo(slug: str, article_id: int) -> ResponseReturnValue:
    """Take the newest repair of an article back; with answers there, after a preview."""
    project, membership, article = article_for(slug, article_id)
    form = RepairForm()
    if not form.validate():
        abort(422)
    with write():
        plan = repairing.plan_undo(article)
        go_ahead = not plan.answers or form.seen.data == plan.proof
        if go_ahead:
            repairing.carry_out(plan, person())
    if not go_ahead:
        return preview(project, membership, plan, {}), 200
    record("newest repair of article %r of %r taken back", article.key, slug)
    flash("Undone. The previous sentences are restored.")
    return to_review(project, article, plan.first)


def reviewed(slug: str, article_id: int, number: int) -> ResponseReturnValue:
    """Take a repair off the list of those whose answers wait for review."""
    project, _, article = article_for(slug, article_id)
    with write():
        repairing.review(article, number)
    record("repair %d of article %r of %r reviewed", number, article.key, slug)
    return to_review(project, article, 0)


def article_for(slug: str, article_id: int) -> tuple[Project, Membership, Article]:
    """Return an article of a project of the lead who is signed in."""
    project, membership = project_for(slug, Role.LEAD)
    article = listing.article_of(project, article_id)
    if article is None:
        abort(404)
    return project, membership, article


def to_review(project: Project, article: Article, position: int) -> ResponseReturnValue:
    """Lead back to the page of the list on which the sentence stands."""
    number = position // listing.SENTENCES + 1
    where = url_for("articles.review", slug=project.slug, article_id=article.id, page=number)
    return redirect(where, 303)


def page(
    project: Project,
    membership: Membership,
    article: Article,
    position: int,
    said: str = "",
    decided: int | None = None,
) -> str:
    """Render one sentence, its next one, and the words at which they can be cut."""
    found = list(listing.sentences_of(article, position)[:2])
    if not found or found[0].position != position:
        abort(404)
    return render_template(
        "articles/repair/page.html",
        project=project,
        membership=membership,
        article=article,
        sentence=found[0],
        following=found[1] if len(found) > 1 else None,
        words=list(words_of(found[0])),
        both=[*words_of(found[0]), *(words_of(found[1], first=True) if len(found) > 1 else ())],
        segments=SEGMENTS,
        said=said,
        decided=decided,
    )


def words_of(sentence: Sentence, *, first: bool = False) -> Iterator[tuple[int, str, bool]]:
    """Yield offset and word of a sentence, and whether it can begin another one."""
    for number, word in enumerate(WORD.finditer(sentence.text)):
        if number == MOST_WORDS:
            return
        yield sentence.start + word.start(), word.group()[:80], number > 0 or first


def preview(project: Project, membership: Membership, plan: Plan, fields: dict[str, str]) -> str:
    """Render what a repair would do to the sentences and to each answer."""
    return render_template(
        "articles/repair/preview.html",
        project=project,
        membership=membership,
        plan=plan,
        action=request.path,
        fields=fields,
    )
