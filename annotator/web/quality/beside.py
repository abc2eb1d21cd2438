"""Answers beside gold, field by field: the page behind the figures of quality."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request

from annotator.store.models import Membership, Project, Sentence
from annotator.web.exposure import learns
from annotator.web.paging import chosen, pager_for
from annotator.web.quality.feedback import Feedback, feedback_of, speakers_in
from annotator.work.labelling.independence import GOLD
from annotator.work.quality.marking import MarkedAnswer

PAGE = 50
ALL, WRONG = "all", "wrong"


@dataclass(frozen=True)
class Line:
    """One sentence with what was answered, and what gold says to it."""

    sentence: Sentence
    feedback: Feedback


def sentences_page(
    project: Project,
    membership: Membership,
    found: Sequence[MarkedAnswer],
    title: str,
    back: str,
) -> str:
    """Render answers beside gold; `?show=wrong` those alone that differ."""
    asked = chosen("show", (ALL, WRONG), ALL)
    wrong = [each for each in found if not each.marked.all_right]
    wanted = wrong if asked == WRONG else found
    kept = {name: value for name, value in request.args.items() if name != "page"}
    pager = pager_for(len(wanted), PAGE, "sentence", kept)
    page = wanted[pager.offset : pager.last]
    learns(membership, (each.decision.sentence_id for each in page), GOLD)
    speakers = speakers_in(project, page)
    return render_template(
        "quality/sentences.html",
        project=project,
        membership=membership,
        title=title,
        lines=[
            Line(each.decision.sentence, feedback_of(each, project.codebook, speakers))
            for each in page
        ],
        counts={ALL: len(found), WRONG: len(wrong)},
        asked=asked,
        pager=pager,
        back=back,
    )
