"""Precedents on the label page: decisions on like sentences of other articles, fetched when asked.

With scripts they come over the article, below the sentence; the link itself is a page.
"""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from annotator.store.db import db, write
from annotator.store.models import Project
from annotator.web.access import place_for
from annotator.work.codebook import precedents
from annotator.work.labelling.drafts import draft_of
from annotator.work.labelling.saving import answer_for


def show(article_id: int, position: int) -> ResponseReturnValue:
    """Show precedents for a sentence; that they are shown is stored before they are."""
    place = place_for(article_id, position)
    if not place.project.precedents:
        abort(404, "The lead of this project has not switched precedents on.")
    project = db.session.get_one(Project, place.project.id)
    said = draft_of(answer_for(place.sentence, place.user))
    found = precedents.precedents_for(project, place.sentence, place.user.id, said)
    shown = found.decisions
    if precedents.is_new(place.user.id, place.sentence.id, shown):
        with write():
            precedents.remember(place.user.id, place.sentence.id, shown)
    return render_template(
        "codebook/precedents.html",
        project=project,
        membership=place.membership,
        article_title=place.article.title,
        position=position,
        back=place.url(position),
        found=found,
        answered=bool(said.status),
    )
