"""Two sides of answers, field by field: the pages behind the figures of quality."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.measure.scoring import Marked
from annotator.store.db import among, db
from annotator.store.models import Membership, Project, Sentence
from annotator.web.exposure import learns
from annotator.web.paging import chosen, pager_for
from annotator.web.quality.feedback import (
    DIFFERS,
    SAME,
    Feedback,
    feedback_of,
    rows_of,
    speakers_in,
)
from annotator.work.adjudication import deciding
from annotator.work.labelling.independence import ANSWERS, GOLD
from annotator.work.quality.marking import MarkedAnswer
from annotator.work.quality.repeats import Repeated

PAGE = 50
ALL, WRONG = "all", "wrong"
GOLD_WORDS = "Each answer as it was before gold was seen, beside gold."
TWICE_WORDS = "Each sentence as it was answered again, beside the first answer."


class Comparable(Protocol):
    """What two sides can be compared in."""

    @property
    def marked(self) -> Marked:
        """Return what is the same."""


T = TypeVar("T", bound=Comparable)


@dataclass(frozen=True)
class Line:
    """One sentence with what was answered, and what the other side says to it."""

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

    def lines(some: Sequence[MarkedAnswer]) -> list[Line]:
        learns(membership, (each.decision.sentence_id for each in some), GOLD)
        speakers = speakers_in(project, some)
        return [
            Line(each.decision.sentence, feedback_of(each, project.codebook, speakers))
            for each in some
        ]

    heads = ("Answer", "Gold")
    return page_of(project, membership, found, lines, title, back, GOLD_WORDS, heads)


def repeats_page(
    project: Project, membership: Membership, found: Sequence[Repeated], title: str, back: str
) -> str:
    """Render what somebody answered twice, the repeat beside the first answer."""

    def lines(some: Sequence[Repeated]) -> list[Line]:
        sentences = sentences_of(some)
        others = [each for each in some if each.assignment.user_id != membership.user_id]
        learns(membership, (sentences[place_of(each)].id for each in others), ANSWERS)
        claims = [claim for each in some for claim in (*each.first.claims, *each.second.claims)]
        speakers = deciding.speakers_in(project, deciding.speakers_of(claims))
        return [
            Line(
                sentence := sentences[place_of(each)],
                Feedback(
                    each.marked.all_right,
                    tuple(
                        rows_of(
                            each.marked,
                            each.second,
                            each.first,
                            sentence,
                            project.codebook,
                            speakers,
                            (SAME, DIFFERS),
                        )
                    ),
                ),
            )
            for each in some
        ]

    heads = ("Repeat", "First answer")
    return page_of(project, membership, found, lines, title, back, TWICE_WORDS, heads)


def place_of(found: Repeated) -> tuple[int, int]:
    """Return the article and position of a sentence that was answered twice."""
    return found.assignment.article.number, found.position


def sentences_of(found: Iterable[Repeated]) -> dict[tuple[int, int], Sentence]:
    """Return the sentences of the articles themselves, by article and position."""
    articles = {each.assignment.article.number for each in found}
    query = select(Sentence).where(among(Sentence.article_id, sorted(articles)))
    rows = db.session.scalars(query.options(joinedload(Sentence.article)))
    return {(each.article_id, each.position): each for each in rows}


def page_of(
    project: Project,
    membership: Membership,
    found: Sequence[T],
    lines: Callable[[Sequence[T]], list[Line]],
    title: str,
    back: str,
    under: str,
    heads: tuple[str, str],
) -> str:
    """Render a page of them; `under` says what is compared, `heads` are the two sides."""
    asked = chosen("show", (ALL, WRONG), ALL)
    wrong = [each for each in found if not each.marked.all_right]
    wanted = wrong if asked == WRONG else found
    kept = {name: value for name, value in request.args.items() if name != "page"}
    pager = pager_for(len(wanted), PAGE, "sentence", kept)
    return render_template(
        "quality/sentences.html",
        project=project,
        membership=membership,
        title=title,
        under=under,
        heads=heads,
        lines=lines(wanted[pager.offset : pager.last]),
        counts={ALL: len(found), WRONG: len(wrong)},
        asked=asked,
        pager=pager,
        back=back,
    )
