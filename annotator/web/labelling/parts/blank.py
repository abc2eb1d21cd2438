"""The form of a sentence that nobody has answered, for reading on without a connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from annotator.codebook.scheme import Codebook
from annotator.store.rows.places import (
    ArticleRow,
    AssignmentRow,
    MembershipRow,
    ProjectRow,
    SentenceRow,
    UserRow,
    VersionRow,
)
from annotator.text.quotations import Quoted
from annotator.web.access import Place
from annotator.web.labelling.draft import choices_of, form_for
from annotator.web.labelling.parts.claims import Reply, build_claims, build_slot, tools_of
from annotator.web.labelling.parts.column import Marks, build_line
from annotator.web.labelling.view import Chip, LabelPage, Moves, Progress, Window
from annotator.web.quality.feedback import is_training
from annotator.work.accounts import memberships
from annotator.work.labelling import undoing


@dataclass(frozen=True)
class Blank:
    """The page's own form as it is for a sentence that nobody has answered."""

    keys: Mapping[str, tuple[str, ...]]
    form: Markup
    leads: Sequence[str]  # whom to tell when the server cannot write


def blank_of(place: Place, page: LabelPage) -> Blank:
    """Return the blank form of a page, with one open claim and one that is shut.

    It says nothing of the sentence, so that it is drawn once for a person in an article; offline.js
    puts in where a sentence stands. The token is in the form that the page shows.
    """
    project, article, work = place.project, place.article, place.assignment
    form = blank_form(
        place.codebook,
        (project.id, project.slug, project.name, project.target_question),
        project.codebook_version.content,
        (
            article.id,
            article.key,
            article.title,
            article.sentence_count,
            article.language,
            article.number,
        ),
        (place.membership.pseudonym, work.id, work.user_id, work.state, work.note, work.purpose),
        # What is proposed, and whom to repeat, is a matter of one sentence.
        tuple(replace(chip, same=False, mention="") for chip in page.chips),
        page.auto_advance,
    )
    return Blank(place.codebook.act_keys, form, memberships.leads(place.project))


@lru_cache(maxsize=128)
def blank_form(
    codebook: Codebook,
    of_project: tuple[int, str, str, str],
    content: str,
    of_article: tuple[int, str, str, int, str, int],
    of_work: tuple[str, int, int, str, str, str],
    chips: tuple[Chip, ...],
    auto_advance: bool,
) -> Markup:
    """Draw a blank form of nothing but what is given, so that it can be kept by its content."""
    project = ProjectRow(*of_project, None, False, None, VersionRow(0, content))
    article = ArticleRow(*of_article, project)
    pseudonym, work_id, user_id, state, note, purpose = of_work
    work = AssignmentRow(
        work_id, user_id, state, note, None, None, 0, 0, 0, 0, None, False, purpose, article
    )
    sentence = SentenceRow(0, 0, 0, 0, "body", 0, "", None, article)
    member = MembershipRow(pseudonym, annotator=True, adjudicator=False, lead=False)
    place = Place(UserRow(user_id, {}), member, project, article, work, sentence)
    form = form_for(place, None, extra_claim=True)
    form.claims.append_entry({})
    form.offer(codebook, choices_of(chips))
    form.key.data = ""  # it belongs to one act of saving
    line = build_line(place, sentence, None, Quoted(False, False, False, False), Marks())
    total = article.sentence_count
    page = LabelPage(
        project=project,
        article=article,
        membership=member,
        assignment=work,
        codebook=codebook,
        answer=None,
        line=line,
        paragraphs=(),
        chips=chips,
        proposed=(),
        role="",
        claims=build_claims(place, form, chips, Reply()),
        # Nothing here counts: the panel for a finished article has no place in a blank form.
        progress=Progress(-1, total, 0, 0, (), 0),
        window=Window(1, total, total, None, None, paged=False),
        moves=Moves(back=line.href, skip=line.href, todo=None),
        slot=build_slot(codebook, None, 0),
        read_only=False,
        saved_at=None,
        saved_now=False,
        notice="",
        focus="",
        conflict=None,
        unsaved="",
        # Only the server knows what undo and redo would take.
        tools=tools_of(place, None, Reply(), len(form.claims), undoing.Steps()),
        auto_advance=auto_advance,
        training=is_training(place),
    )
    template = current_app.jinja_env.get_template("labelling/_blank.html")
    return Markup(template.render(page=page, form=form, line=line, tokenless=True))
