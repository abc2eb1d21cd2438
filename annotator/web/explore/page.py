"""Explore: the sentences or claims of a project by any filter, and what can be done with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.text.search import SearchError, Term, marked
from annotator.web import drawing
from annotator.web.access import project_for
from annotator.web.explore.asked import SEGMENTS, filters_asked, kept, token_of
from annotator.web.explore.said import said_in
from annotator.web.explore.view import address, refuse_annotator, remember, send
from annotator.web.security import person
from annotator.work.adjudication import refreshing
from annotator.work.assignment import progress
from annotator.work.consensus.disagreements import kind_word
from annotator.work.explore import notes, views
from annotator.work.explore import rows as reading
from annotator.work.explore.filters import CLAIMS, SORTS, Filters
from annotator.work.explore.finding import MOST, WALKED, Found, Search
from annotator.work.explore.notes import Listed
from annotator.work.explore.rows import Label, Row, Rows

CUT, BEFORE = 600, 200
ELLIPSIS = ("…", False)


@dataclass(frozen=True)
class Line:
    """One row as the page shows it."""

    token: str
    row: Row
    pieces: tuple[tuple[str, bool], ...]  # stretches of the text, and whether they were searched
    differs: tuple[str, ...]
    said: tuple[tuple[str, Markup], ...]  # who, and what they say
    versions: tuple[str, ...]


def show(slug: str) -> ResponseReturnValue:
    """Show one page of a view."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    people = progress.people_of(project)
    filters = filters_asked(project, people, "after")
    if not all(request.args.values()):  # a form sends what was left empty, too
        return redirect(address(slug, filters))
    write_in_steps(refreshing.refresh(project), wait=None)
    try:
        search = Search(project, filters)
        found = page_of(search)
    except SearchError as error:
        return page(project, membership, people, filters, said=str(error)), 400
    return page(project, membership, people, filters, search, found)


def query_of(filters: Filters) -> str:
    """Return what stands behind the question mark of the address of a view."""
    return address("-", filters).partition("?")[2]


def page_of(search: Search) -> Found:
    """Return the page that the address asks for, or 404."""
    after = request.args.get("after", "")
    if after:
        token_of(after.removesuffix(WALKED))
    try:
        return search.page(after)
    except SearchError:
        raise
    except ValueError:
        abort(404)


def page(
    project: Project,
    membership: Membership,
    people: list[Membership],
    filters: Filters,
    search: Search | None = None,
    found: Found | None = None,
    said: str = "",
) -> str:
    """Render the page; `said` is why nothing was searched."""
    rows = reading.read(project, filters, found.places if found else ())
    remember(membership, filters, rows)
    return render_template(
        "explore/page.html",
        project=project,
        membership=membership,
        people=people,
        filters=filters,
        kept=kept(filters),
        said=said,
        found=found,
        most=MOST,
        terms=search.terms if search else (),
        lines=lines_of(project.codebook, rows, search.terms if search else ()),
        codebook=project.codebook,
        versions=[*reading.versions_of(project).values()],
        segments=SEGMENTS,
        sorts=SORTS,
        of_claims=filters.of == CLAIMS,
        views=views.views_of(project),
        notes=notes_offered(project, filters),
        query=query_of(filters),
    )


def notes_offered(project: Project, filters: Filters) -> list[Listed]:
    """Return the newest notes, and the one by which is filtered."""
    every = enumerate(notes.notes_of(project))
    return [
        each for place, each in every if place < notes.OFFERED or str(each.note.id) == filters.note
    ]


def lines_of(codebook: Codebook, rows: Rows, terms: tuple[Term, ...]) -> list[Line]:
    """Return the rows in words and shapes; a long text around what was searched for."""
    draw = drawing.macros("explore/macros.html").words
    # Many say the same of a sentence, and of others: it is drawn once.
    drawn: dict[tuple[Any, ...], Markup] = {}

    def words_of(label: Label) -> Markup:
        said = (label.status, label.claims, label.unsure, label.complete)
        if said not in drawn:
            drawn[said] = draw(said_in(codebook, label, rows.speakers))
        return drawn[said]

    return [
        Line(
            row.place.token,
            row,
            tuple(cut(marked(row.sentence.text, terms))),
            tuple(kind_word(kind, codebook) for kind in row.kinds),
            tuple((label.who, words_of(label)) for label in row.labels),
            tuple(sorted({label.version for label in row.labels})),
        )
        for row in rows.rows
    ]


def cut(pieces: Iterable[tuple[str, bool]]) -> Iterable[tuple[str, bool]]:
    """Yield the stretches of a text, of a long one those around the first hit."""
    whole = list(pieces)
    if sum(len(text) for text, _ in whole) <= CUT:
        yield from whole
        return
    lead = 0
    for text, hit in whole:
        if hit:
            break
        lead += len(text)
    else:
        lead = 0
    skip, left = max(lead - BEFORE, 0), CUT
    if skip:
        yield ELLIPSIS
    for text, hit in whole:
        shown = text[skip:][:left]
        skip = max(skip - len(text), 0)
        left -= len(shown)
        if shown:
            yield shown, hit
    if not left:
        yield ELLIPSIS


# --- files


def download(slug: str, form: str) -> ResponseReturnValue:
    """Send all rows of a view."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    filters = filters_asked(project, progress.people_of(project))
    refuse_annotator(membership)
    write_in_steps(refreshing.refresh(project), wait=None)
    try:
        search = Search(project, filters)
    except SearchError as error:
        abort(400, str(error))
    return send(project, filters, search.rows(), form)


# --- named views


def save_view(slug: str) -> ResponseReturnValue:
    """Give the view of this address a name."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    people = progress.people_of(project)
    filters = filters_asked(project, people)
    try:
        with write():
            views.save(project, person(), request.form.get("name", ""), query_of(filters))
    except RefusedError as error:
        return page(project, membership, people, filters, said=str(error)), 422
    flash("View saved for this project.")
    return redirect(address(slug, filters), 303)


def delete_view(slug: str, number: int) -> ResponseReturnValue:
    """Delete a named view."""
    project, _membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    with write():
        views.remove(project, number)
    flash("View deleted.")
    return redirect(url_for("explore.show", slug=slug), 303)
