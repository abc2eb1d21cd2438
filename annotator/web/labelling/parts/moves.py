"""Where the page leads: progress, the stretch of the article, Back, Skip and the next to do."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from annotator.store.rows.answers import AnswerRow
from annotator.web.access import Place
from annotator.web.labelling.view import Line, Moves, Progress, Window
from annotator.work.labelling import window
from annotator.work.labelling.window import Glance


def build_progress(
    place: Place, lines: Sequence[Line], whole: Sequence[Glance], first: int
) -> Progress:
    """Return the counts, and the tick strip where the whole article is in the window."""
    total = place.article.sentence_count
    strip: tuple[str, ...] = ()
    if len(lines) == total:
        strip = tuple(
            "half" if line.state == "incomplete" or line.unsure else line.state for line in lines
        )
    elif whole:
        strip = tuple(each.mark for each in whole)
    assignment = place.assignment
    return Progress(
        decided=assignment.decided_count,
        total=total,
        incomplete=assignment.incomplete_count,
        unsure=assignment.unsure_count,
        strip=strip,
        current=place.sentence.position - first,
    )


def build_window(place: Place, stretch: window.Stretch[Any]) -> Window:
    """Return where the window lies in the article and what is on either side."""
    before, after = stretch.first > 0, stretch.last < stretch.total - 1
    return Window(
        first=stretch.first + 1,
        last=stretch.last + 1,
        total=stretch.total,
        before=place.url(stretch.first - 1) if before else None,
        after=place.url(stretch.last + 1) if after else None,
        paged=before or after,
    )


def build_moves(place: Place, answer: AnswerRow | None, whole: Sequence[Glance]) -> Moves:
    """Return where Back, Skip and "next to do" lead."""
    position = place.sentence.position

    def href(there: int) -> str | None:
        if not 0 <= there < place.article.sentence_count:
            return None
        return place.url(there)

    todo = None if place.look else href_to_do(place, answer, whole)
    skip = href(position + 1)
    # A headline is read last.
    ends = (
        not place.look
        and todo is None
        and (skip is None or place.sentence.segment == window.HEADLINE)
    )
    return Moves(back=href(position - 1), skip=skip, todo=todo, ends=ends)


def href_to_do(place: Place, answer: AnswerRow | None, whole: Sequence[Glance]) -> str | None:
    """Return where the next sentence to do is, None where there is no other one.

    `whole` is the article where it is at hand. In a long article a link looks it up when it is
    followed, unless it is nearby.
    """
    position, work = place.sentence.position, place.assignment
    there: int | None
    if place.article.sentence_count <= window.SHORT:
        there = window.next_among(whole, position) if whole else window.next_to_do(work, position)
        if there in {None, position}:
            return None
    else:
        left = place.article.sentence_count - work.decided_count
        if left <= (answer is None or not answer.complete):
            return None
        there = window.next_nearby(work, position)
    if there is None:
        return url_for("label.go_to_do", article_id=place.article.number, after=position)
    return place.url(there)
