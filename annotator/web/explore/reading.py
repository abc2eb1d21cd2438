"""The article page: its text in order, with anybody's, everybody's or gold's labels beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator import phrases
from annotator.codebook.scheme import Codebook
from annotator.store.db import write_in_steps
from annotator.store.models import Article, Membership, Project, Role
from annotator.store.rows.answers import SpeakerRow
from annotator.web.access import project_for
from annotator.web.explore.said import Said, said_by, said_by_gold
from annotator.web.exposure import learns
from annotator.web.paging import chosen, pager_for, refuse_unknown
from annotator.work.adjudication import refreshing
from annotator.work.articles import listing
from annotator.work.consensus.disagreements import kind_word
from annotator.work.explore import reading
from annotator.work.explore.reading import Holder, Labels, Passage
from annotator.work.labelling.independence import ANSWERS
from annotator.work.labelling.independence import GOLD as BY_GOLD


@dataclass(frozen=True)
class Line:
    """One sentence and what is said of it."""

    id: int
    position: int
    paragraph: int
    segment: str
    text: str
    differs: tuple[str, ...]  # "stance", …: in what the answers differ
    said: tuple[Said, ...]
    notes: tuple[str, ...]  # of leads and adjudicators


def show(slug: str, article_id: int) -> ResponseReturnValue:
    """Show one page of an article with its labels."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    article = article_in(project, article_id)
    refuse_unknown("by", "show")
    write_in_steps(refreshing.refresh(project), wait=None)
    holders = reading.holders_of(article)
    names = names_to_choose(holders, membership)
    by = chosen("by", [*names, reading.GOLD])
    only = chosen("show", [reading.DISPUTED])
    kept = {"by": by, "show": only}
    pager = pager_for(reading.count_sentences(article, only), reading.SIZE, "sentences", kept)
    labels = reading.read(project, article, by, only, pager.offset)
    remember(membership, labels, by)
    return render_template(
        "explore/reading/page.html",
        project=project,
        membership=membership,
        article=article,
        by=by,
        narrowed=only,
        kept=pager.kept,
        pager=pager,
        disputed=reading.count_sentences(article, reading.DISPUTED),
        lines=[
            line_of(project.codebook, each, labels.speakers, named=membership.lead)
            for each in labels.passages
        ],
        holders=holders,
        alike=reading.alike(article),
        history=reading.history_of(article),
    )


def go(slug: str, article_id: int, position: int) -> ResponseReturnValue:
    """Go to one sentence, on whichever page of the article it is."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    article = article_in(project, article_id)
    refuse_unknown("by")
    names = names_to_choose(reading.holders_of(article), membership)
    by = chosen("by", [*names, reading.GOLD])
    if position >= article.sentence_count:
        abort(404)
    page = position // reading.SIZE + 1
    return redirect(
        url_for(
            "reading.show",
            slug=slug,
            article_id=article_id,
            by=by or None,
            page=page if page > 1 else None,
            _anchor=f"s-{phrases.from_one(position)}",
        )
    )


def names_to_choose(holders: Sequence[Holder], membership: Membership) -> list[str]:
    """Return whose labels alone may be read: by leads anybody's, else one's own."""
    names = [each.membership.pseudonym for each in holders]
    asked = request.args.get("by", "")
    if membership.lead:
        return names
    if asked in names and asked != membership.pseudonym:
        abort(403, "Only a lead can look at single annotators.")
    return [each for each in names if each == membership.pseudonym]


def article_in(project: Project, article_id: int) -> Article:
    article = listing.article_of(project, article_id)
    if article is None:
        abort(404)
    return article


def remember(membership: Membership, labels: Labels, by: str) -> None:
    """Note what somebody who labels here, too, learns from others, before it is shown."""
    own, me = membership.pseudonym, {membership.user_id}
    said = (
        each.sentence.id
        for each in labels.passages
        if each.noted_by - me
        or any(name != own for voice in each.voices for name in voice.names)
        # Gold of a single answer is told by whose it is: by a voice, or by oneself.
        or (each.gold and (by == reading.GOLD or each.gold.how != "single"))
    )
    learns(membership, said, BY_GOLD if by == reading.GOLD else ANSWERS)


# --- in words and shapes


def line_of(
    codebook: Codebook, passage: Passage, speakers: Mapping[int, SpeakerRow], *, named: bool
) -> Line:
    """Return one sentence as the page shows it, gold above the answers it was made from.

    Who is to decide it does not know who said what before, here as while deciding: unless `named`,
    answers that differ have no names until there is a decision.
    """
    row = passage.sentence
    said = [said_by(codebook, voice.names, voice.answer) for voice in passage.voices]
    if passage.kinds and not (named or (passage.gold and passage.gold.decided)):
        said = [replace(each, who=(), many=len(each.who)) for each in said]
    if passage.gold is not None:
        said.insert(0, said_by_gold(codebook, passage.gold, speakers))
    differs = tuple(kind_word(kind, codebook) for kind in passage.kinds)
    return Line(
        row.id,
        row.position,
        row.paragraph,
        row.segment,
        row.text,
        differs,
        tuple(said),
        passage.notes,
    )
