"""Training: a lead chooses its articles and lets people in; an annotator begins a try."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.models import Article, Role
from annotator.web.access import project_for
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.accounts import activity
from annotator.work.assignment import qualifying
from annotator.work.assignment.progress import people_of
from annotator.work.quality import training


def offer(slug: str, article_id: int) -> ResponseReturnValue:
    """Train annotators with an adjudicated article, or no more."""
    project, _ = project_for(slug, Role.LEAD)
    on = request.form.get("training") == "y"
    there = url_for("articles.review", slug=slug, article_id=article_id)
    article = db.session.get(Article, article_id)
    if article is None or article.project_id != project.id:
        abort(404)
    what = "used for training" if on else "no longer used for training"
    try:
        with write():
            training.offer(article, on=on)
            activity.note(project, person(), activity.ARTICLES, f"Article {article.key} {what}")
    except RefusedError as error:
        flash(str(error))
        return redirect(there, 303)
    record("article %r of %r for training: %s", article.key, slug, on)
    flash(f"{what[0].upper()}{what[1:]}.")
    return redirect(there, 303)


def begin(slug: str) -> ResponseReturnValue:
    """Begin a try, and go to its first sentence."""
    project, membership = project_for(slug, Role.ANNOTATOR)
    try:
        with write():
            first = training.begin(project, membership)
            number, attempt = first.article.number, first.attempt
    except RefusedError as error:
        flash(str(error))
        return redirect(url_for("my_quality.show", slug=slug), 303)
    record("try %d in the training of %r begun", attempt, slug)
    return redirect(url_for("label.begin", article_id=number), 303)


def let_in(slug: str) -> ResponseReturnValue:
    """Let people work who have not passed the training, with one reason that is kept."""
    project, _ = project_for(slug, Role.LEAD)
    wanted = dict.fromkeys(request.form.getlist("annotator"))
    known = {each.pseudonym: each for each in people_of(project) if each.annotator}
    if not wanted.keys() <= known.keys():
        abort(404)
    them = ", ".join(wanted)
    try:
        with write():
            people = [known[each] for each in wanted]
            results = qualifying.let_in(project, people, request.form.get("reason", ""), person())
            said = f"{them} let in without passing the training: {results[0].reason}"
            activity.note(project, person(), activity.PEOPLE, said)
    except RefusedError as error:
        flash(str(error))
        return redirect(url_for("quality.show", slug=slug, _anchor="waiting-heading"), 303)
    record("%s let in without passing the training of %r", them, slug)
    flash(f"{them} can get work now.")
    return redirect(url_for("quality.show", slug=slug, _anchor="annotators-heading"), 303)
