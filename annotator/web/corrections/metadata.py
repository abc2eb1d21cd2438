"""What is known about articles: edited one by one, or many at once from a table."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from annotator.errors import RefusedError
from annotator.formats.articles import metadata_tables as tables
from annotator.formats.articles.dates import ORDERS
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Article, Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.forms import LONGEST_LINE
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.web.streaming import streamed
from annotator.web.uploads import pack_bytes, unpack_bytes
from annotator.work.articles import listing
from annotator.work.corrections import history, metadata
from annotator.work.corrections.metadata import Plan, Table

SHOWN_EDITS = 100
SHOWN_FAULTS = 50
WORDS = {
    "title": "Title",
    "publisher": "Publisher",
    "author": "Author",
    "published_on": "Published on",
    "language": "Language",
    "url": "URL",
    "licence": "Licence",
}


class MetadataForm(FlaskForm):  # type: ignore[misc]
    """The facts of one article."""

    title = StringField("Title", [InputRequired("Enter a title."), Length(max=LONGEST_LINE)])
    publisher = StringField("Publisher", [Length(max=LONGEST_LINE)])
    author = StringField("Author", [Length(max=LONGEST_LINE)])
    published_on = StringField("Published on", [Length(max=40)])
    language = StringField(
        "Language", [InputRequired("Enter a language, for example en."), Length(max=LONGEST_LINE)]
    )
    url = StringField("URL", [Length(max=LONGEST_LINE)])
    licence = StringField("Licence", [Length(max=LONGEST_LINE)])


class TableForm(FlaskForm):  # type: ignore[misc]
    """A table of articles: a file, or the one of the preview."""

    file = FileField("CSV file")
    name = HiddenField()
    carried = HiddenField()
    proof = HiddenField()
    clear = BooleanField("Empty cells clear the field")

    def table(self) -> Table | None:
        """Return the chosen table, else that of the preview; None where there is neither."""
        file = self.file.data
        picked = {
            field: request.form[f"column-{field}"]
            for field in ("key", *tables.FIELDS)
            if f"column-{field}" in request.form
        }
        order = request.form.get("dates", "")
        clear = bool(self.clear.data)
        if file and file.filename:
            return Table(file.stream.read(), str(file.filename)[:200], clear=clear)
        if not self.carried.data:
            return None
        raw = unpack_bytes(self.carried.data)
        name = str(self.name.data or "")[:200]
        return Table(raw, name, picked, order if order in ORDERS else "", clear)


def show(slug: str, article_id: int) -> ResponseReturnValue:
    """Show the facts of an article in a form, and what was changed of them."""
    project, membership, article = article_for(slug, article_id)
    return page(project, membership, article, MetadataForm(data=metadata.values_of(article)))


def save(slug: str, article_id: int) -> ResponseReturnValue:
    """Store the facts of an article."""
    project, membership, article = article_for(slug, article_id)
    form = MetadataForm()
    if not form.validate():
        return page(project, membership, article, form), 422
    try:
        edit = metadata.plan_one(article, checked(form))
    except RefusedError as error:
        return page(project, membership, article, form, str(error)), 422
    if edit.after:
        try:
            with write():
                metadata.apply(project, [edit], person())
        except RefusedError as error:
            return page(project, membership, article, form, str(error)), 409
        record("article %r of %r: %s changed", article.key, slug, ", ".join(edit.after))
        flash("Saved.")
    else:
        flash("Nothing changed.")
    return redirect(url_for("metadata.show", slug=slug, article_id=article_id), 303)


def choose(slug: str) -> ResponseReturnValue:
    """Ask for a table."""
    project, membership = project_for(slug, Role.LEAD)
    return table_page(project, membership, TableForm(formdata=None))


def preview(slug: str) -> ResponseReturnValue:
    """Show what a table would change; store nothing."""
    project, membership = project_for(slug, Role.LEAD)
    form = TableForm()
    table, plan = planned(project, form)
    status = 422 if form.file.errors or (plan and plan.faults) else 200
    return table_page(project, membership, form, table, plan), status


def apply(slug: str) -> ResponseReturnValue:
    """Carry out what the preview has shown, and nothing else."""
    project, membership = project_for(slug, Role.LEAD)
    form = TableForm()
    table, plan = planned(project, form)
    if plan is None or plan.faults or not plan.edits:
        return table_page(project, membership, form, table, plan), 422
    changed = "The articles or the choices have changed since the preview. Check it again."
    if form.proof.data != plan.proof:
        return table_page(project, membership, form, table, plan, changed), 409
    try:
        with write():
            metadata.apply(project, plan.edits, person())
    except RefusedError as error:
        return table_page(project, membership, form, table, plan, str(error)), 409
    record("metadata of %d articles of %r changed from a table", len(plan.edits), slug)
    flash(f"{counted(len(plan.edits), 'article')} changed.")
    return redirect(url_for("articles.show", slug=slug), 303)


def download(slug: str) -> ResponseReturnValue:
    """Send what is known about the articles as a table, to be edited and read again."""
    project, _ = project_for(slug, Role.LEAD)
    return streamed(metadata.lines(project), "text/csv; charset=utf-8", f"{slug}-articles.csv")


def article_for(slug: str, article_id: int) -> tuple[Project, Membership, Article]:
    """Return an article of a project of the lead who is signed in."""
    project, membership = project_for(slug, Role.LEAD)
    article = listing.article_of(project, article_id)
    if article is None:
        abort(404)
    return project, membership, article


def checked(form: MetadataForm) -> dict[str, str]:
    """Return what was typed; a value that cannot be stored is said at its field.

    Raises:
        RefusedError: there is at least one.

    """
    given, refused = {}, []
    for name in tables.FIELDS:
        try:
            given[name] = tables.checked(name, form[name].data or "")
        except RefusedError as error:
            said = str(error).removeprefix(f"its {name} ")
            form[name].errors = [f"{WORDS[name]} {said}."]
            refused.append(WORDS[name].lower())
    if refused:
        raise RefusedError(f"Not saved: check {', '.join(refused)}.")
    return given


def planned(project: Project, form: TableForm) -> tuple[Table | None, Plan | None]:
    """Return the table and what it would change; what is wrong with it stands at the form."""
    table = None
    try:
        table = form.table()
        if table is None:
            form.file.errors = ["Choose a CSV file."]
            return None, None
        return table, metadata.plan_table(project, table)
    except (RefusedError, ValueError) as error:
        form.file.errors = [f"{table.name if table else 'The file'}: {error}."]
        return None, None


def page(
    project: Project, membership: Membership, article: Article, form: MetadataForm, said: str = ""
) -> str:
    """Render the facts of an article."""
    return render_template(
        "corrections/details.html",
        project=project,
        membership=membership,
        article=article,
        form=form,
        said=said,
        words=WORDS,
        changes=history.of_article(article),
    )


def table_page(
    project: Project,
    membership: Membership,
    form: TableForm,
    table: Table | None = None,
    plan: Plan | None = None,
    said: str = "",
) -> str:
    """Render the form for a table, below what it would change."""
    shown: Sequence[object] = plan.edits[:SHOWN_EDITS] if plan else ()
    return render_template(
        "corrections/metadata.html",
        project=project,
        membership=membership,
        form=form,
        table=table,
        raw=pack_bytes(table.raw) if table else "",
        plan=plan,
        shown=shown,
        most_faults=SHOWN_FAULTS,
        said=said,
        words=WORDS,
        orders=ORDERS,
    )
