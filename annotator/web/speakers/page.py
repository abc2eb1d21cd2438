"""The register of speakers: a lead merges, splits, renames, and takes any of it back.

A change that concerns labels is shown first, with the labels, and made by a second press.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import HiddenField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Article, Membership, Project, Role, Speaker, SpeakerChange, User
from annotator.text.spelling import tidy
from annotator.web.access import project_for
from annotator.web.forms import LONGEST_LINE
from annotator.web.paging import chosen, pager_for, refuse_unknown
from annotator.web.question import Question, ask, is_sure, posted
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.labelling import speakers
from annotator.work.labelling.speakers import count_speakers
from annotator.work.speakers import bulk, register
from annotator.work.speakers import changes as speaker_changes
from annotator.work.speakers.changes import concerned_words, in_words
from annotator.work.speakers.register import Concerned, Label

MOST_NAMES = 500
# These concern no label, so nothing has to be shown before.
AT_ONCE = {"alias_added", "alias_removed", "distinct"}
VERBS = {
    "merge": "Merge",
    "split": "Split",
    "rename": "Rename",
    "type": "Change the type",
    "member_of": "Change the membership",
}
PAIR = re.compile(r"([0-9]{1,9})-([0-9]{1,9})", re.ASCII)


class ChangeForm(FlaskForm):  # type: ignore[misc]
    """One change of one speaker; which fields count depends on the kind."""

    kind = HiddenField("Change")
    name = StringField("Name", [Length(max=LONGEST_LINE)])
    type = StringField("Type", [Length(max=64)])
    text = StringField("Words", [Length(max=LONGEST_LINE)])
    article = StringField("Article", [Length(max=LONGEST_LINE)])
    articles = SelectMultipleField("Articles", coerce=int, validate_choice=False)
    alias = IntegerField("Form", [Optional()])


@dataclass(frozen=True)
class Preview:
    """A change before it is made: what it would do, and the labels it would carry along."""

    kind: str
    words: str
    count: Concerned
    labels: list[Label] = field(default_factory=list)

    @property
    def verb(self) -> str:
        """Return the word of the button."""
        return VERBS[self.kind]


def show(slug: str) -> ResponseReturnValue:
    """List the speakers, those who might be one, and what was changed."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership)


def open_speaker(slug: str, number: int) -> ResponseReturnValue:
    """Show one speaker with everything that can be changed."""
    project, membership = project_for(slug, Role.LEAD)
    return speaker_page(project, membership, speaker_of(project, number), ChangeForm(formdata=None))


def change(slug: str, number: int) -> ResponseReturnValue:
    """Show what a change would do, or make it."""
    project, membership = project_for(slug, Role.LEAD)
    speaker, form = speaker_of(project, number), ChangeForm()
    if not form.validate() or form.kind.data not in VERBS.keys() | AT_ONCE:
        abort(400)
    try:
        if form.kind.data not in AT_ONCE and request.form.get("act") != "make":
            preview = rehearse(project, speaker, form)
            return speaker_page(project, membership, speaker_of(project, number), form, preview)
        if form.kind.data == "split":
            made = write_in_steps(
                speaker_changes.split(
                    project, number, form.articles.data, form.name.data or "", person()
                ),
                wait=None,
            )
        else:
            with write():
                made = make(project, number, form, person())
    except RefusedError as error:
        here = speaker_of(project, number)
        return speaker_page(project, membership, here, form, said=str(error)), 422
    record("speaker %d of %r changed: %s, change %d", number, slug, made.kind, made.id)
    flash(f"{in_words(made)}.")
    if form.kind.data == "distinct":
        return redirect(url_for("speakers.show", slug=slug, _anchor="proposals"), 303)
    there = made.other_id if made.kind == "merge" else number
    return redirect(url_for("speakers.open_speaker", slug=slug, number=there), 303)


def merge_many(slug: str) -> ResponseReturnValue:
    """Merge the ticked pairs, after a question that names each with its claims."""
    project, membership = project_for(slug, Role.LEAD)
    pairs = [PAIR.fullmatch(value) for value in request.form.getlist("pair")]
    if not all(pairs):
        abort(400)
    chosen_pairs = [(int(each[1]), int(each[2])) for each in pairs if each]
    try:
        if not is_sure():
            lines = [
                f"“{each.speaker.name}” ({counted(each.claims, 'claim')}) becomes"
                f" “{each.into.name}” ({each.into_claims:,})."
                for each in bulk.merges_of(project, chosen_pairs)
            ]
            lines.append("No label is changed, and each merge can be undone by itself.")
            heading = f"Merge {counted(len(chosen_pairs), 'pair')}?"
            there = url_for("speakers.show", slug=slug)
            question = Question(heading, lines, "Merge", request.path, there, fields=posted())
            return ask(membership, question)
        with write():
            done = bulk.merge_all(project, chosen_pairs, person())
    except RefusedError as error:
        return page(project, membership, str(error)), 422
    record("%s of speakers of %r merged", counted(len(done), "pair"), slug)
    flash(f"{counted(len(done), 'pair')} merged. Each can be undone below.")
    return redirect(url_for("speakers.show", slug=slug, _anchor="changes"), 303)


def undo(slug: str, number: int) -> ResponseReturnValue:
    """Take a change back."""
    project, membership = project_for(slug, Role.LEAD)
    try:
        found = write_in_steps(speaker_changes.undo(project, number, person()), wait=None)
    except NotFoundError:
        abort(404)
    except RefusedError as error:
        return page(project, membership, str(error)), 422
    record("change %d of the speakers of %r taken back: %s", number, slug, found.kind)
    flash(f"Undone: {in_words(found)}.")
    return redirect(url_for("speakers.show", slug=slug, _anchor="changes"), 303)


def rehearse(project: Project, speaker: Speaker, form: ChangeForm) -> Preview:
    """Return what a change would do: a split is only checked, others are made and rolled back."""
    labels = register.labels_of(speaker, articles=form.articles.data or None)
    if form.kind.data == "split":
        name, count = speaker_changes.check_split(
            project, speaker, form.articles.data, form.name.data or ""
        )
        return Preview("split", f"“{name}” split from “{speaker.name}”", count, labels)
    count = register.concerned(speaker)
    with write() as session:
        words = in_words(make(project, speaker.id, form, person()))
        session.rollback()
    return Preview(form.kind.data, words, count, labels)


def make(project: Project, number: int, form: ChangeForm, user: User) -> SpeakerChange:
    """Make the change that the form asks for; to be called within a write."""
    speaker = speaker_changes.speaker_for(project, number)
    kind, name = form.kind.data, form.name.data or ""
    if kind in {"alias_added", "alias_removed"}:
        return make_alias(project, speaker, form, user)
    changes = speaker_changes
    acts: dict[str, Callable[[], SpeakerChange]] = {
        "merge": lambda: changes.merge(project, speaker, called(project, name), user),
        "rename": lambda: changes.rename(project, speaker, name, user),
        "type": lambda: changes.change_type(project, speaker, form.type.data or "", user),
        "member_of": lambda: changes.set_member_of(
            project, speaker, called(project, name) if name.strip() else None, user
        ),
        "distinct": lambda: changes.keep_apart(project, speaker, called(project, name), user),
    }
    return acts[kind]()


def make_alias(project: Project, speaker: Speaker, form: ChangeForm, user: User) -> SpeakerChange:
    """Add or remove words that a text calls a speaker by."""
    if form.kind.data == "alias_removed":
        return speaker_changes.remove_alias(project, speaker, form.alias.data or 0, user)
    article = article_called(project, form.article.data or "")
    return speaker_changes.add_alias(project, speaker, article, form.text.data or "", user)


def called(project: Project, name: str) -> Speaker:
    """Return the speaker of this name as it counts today, or refuse."""
    found = speakers.find_exactly(project, name.strip()) or speakers.find_by_name(
        project, tidy(name)
    )
    if found is None:
        raise RefusedError(
            f"This project has no speaker “{name.strip()[:200]}”. Choose a speaker of this project."
        )
    return found.today


def article_called(project: Project, key: str) -> Article:
    """Return the article of this key, or refuse."""
    found = db.session.scalar(
        select(Article).where(Article.project_id == project.id, Article.key == key.strip())
    )
    if found is None:
        raise RefusedError(f"This project has no article “{key.strip()[:200]}”.")
    return found


def speaker_of(project: Project, number: int) -> Speaker:
    """Return a speaker of this project to look at, or 404."""
    found = db.session.get(Speaker, number)
    if found is None or found.project_id != project.id:
        abort(404)
    return found


def page(project: Project, membership: Membership, said: str = "") -> str:
    """Render the list."""
    refuse_unknown("q", "type", "sort")
    text = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST_LINE]
    kinds = [*(each.value for each in project.codebook.speaker_types), register.APART]
    kind = chosen("type", kinds)
    sort = chosen("sort", register.SORTS, "name")
    kept = {"q": text, "type": kind, "sort": sort if sort != "name" else ""}
    total = register.count_listed(project, text, kind)
    pager = pager_for(total, register.PAGE, "speakers", kept)
    proposals = register.proposals(project)
    return render_template(
        "speakers/page.html",
        project=project,
        membership=membership,
        said=said,
        pager=pager,
        number=count_speakers(project),
        text=text,
        kind=kind,
        sort=sort,
        codebook=project.codebook,
        rows=register.rows_of(project, text, kind, sort, pager.offset),
        proposals=bulk.proposed(project, proposals[: register.MOST_PROPOSED]),
        more_proposals=max(len(proposals) - register.MOST_PROPOSED, 0),
        changes=register.changes_of(project),
        in_words=in_words,
        concerned_words=concerned_words,
    )


def speaker_page(
    project: Project,
    membership: Membership,
    speaker: Speaker,
    form: ChangeForm,
    preview: Preview | None = None,
    said: str = "",
) -> str:
    """Render one speaker."""
    codebook = project.codebook
    return render_template(
        "speakers/speaker.html",
        project=project,
        membership=membership,
        speaker=speaker,
        form=form,
        preview=preview,
        said=said,
        codebook=codebook,
        narrator=speaker.name == codebook.narrator_name,
        count=register.concerned(speaker),
        articles=register.articles_with(speaker),
        aliases=register.aliases_of(speaker),
        names=register.names_of(project, MOST_NAMES),
        changes=register.changes_of(project, speaker),
        in_words=in_words,
        concerned_words=concerned_words,
    )
