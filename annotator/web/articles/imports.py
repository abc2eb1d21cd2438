"""Import: choose files or paste a text, look at what would become of them, then add them."""

from collections.abc import Sequence
from functools import partial

from flask import (
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from annotator.config import MEGABYTE
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.dates import ORDERS
from annotator.formats.articles.records import FIELDS
from annotator.phrases import counted, utc_text
from annotator.store.db import write, write_in_steps
from annotator.store.models import Job, Membership, Project, Role
from annotator.web import errors
from annotator.web.access import project_for
from annotator.web.articles import import_run
from annotator.web.articles.import_form import (
    BALANCED,
    EVERYBODY,
    NOBODY,
    AddForm,
    ImportForm,
    pack,
)
from annotator.web.articles.import_run import Order
from annotator.web.articles.ticking import MOST_ROWS, asked_filter, publishers_of, tables_of
from annotator.web.jobs import Words, start
from annotator.web.jobs import page as job_page
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import jobs
from annotator.work.articles import import_reports, near_duplicates, previewing
from annotator.work.articles.import_run import FileReport, Run
from annotator.work.articles.known_texts import KnownTexts
from annotator.work.articles.previewing import Reading, Sent
from annotator.work.articles.sifting import EVERYTHING, NEAR
from annotator.work.assignment import assigning
from annotator.work.corrections import import_undo

REFUSED, ADDED = "articles/import/_refused.html", "articles/import/_added.html"

SEGMENT_WORDS = {"headline": "headline", "dateline": "date line", "body": "body"}
FIRST_SENTENCES = 5
# A longer list of added files is cut on the page; the refused ones never are.
MOST_LINES = 1000
# More than this is read in the background: at some 4 MB a second nobody waits for less.
MUCH = 2 * MEGABYTE
MANY = 100


def refuse_size(_error: Exception) -> Response:
    """Say how large it was and how large it may be."""
    return too_large(request.content_length or 0)


def show(slug: str) -> ResponseReturnValue:
    """Show the form."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, ImportForm(formdata=None))


def preview(slug: str) -> ResponseReturnValue:
    """Read everything and show it; store nothing."""
    project, membership = project_for(slug, Role.LEAD)
    form = ImportForm()
    if not form.validate():
        return page(project, membership, form), 422
    sources = list(form.sources())
    total = sum(len(sent.raw) for sent in sources)
    if total > current_app.config["SETTINGS"].largest_upload:
        return too_large(total)
    new_version, skip = bool(form.new_version.data), bool(form.skip.data)
    readings = read_for_preview(project, sources, new_version=new_version, skip=skip)
    add_form = new_add_form(project, new_version=new_version, skip=skip)
    is_right = asked_filter().validate() if "filtered" in request.form else True
    status = 422 if not is_right or any(reading.refusal for reading in readings) else 200
    return page(project, membership, form, readings, add_form), status


def add(slug: str) -> ResponseReturnValue:
    """Store exactly what was previewed, as a whole; much of it in the background."""
    project, membership = project_for(slug, Role.LEAD)
    form = AddForm()
    form.annotators.offer(assigning.available(project))
    valid = form.validate()
    if form.carried.errors:
        abort(422, form.carried.errors[0])
    new_version, skip = bool(form.new_version.data), bool(form.skip.data)
    if not valid or not enough_people(project, form):
        sources = [each.sent for each in form.files]
        readings = read_for_preview(project, sources, new_version=new_version, skip=skip)
        return page(project, membership, ImportForm(formdata=None), readings, form), 422
    people = chosen_people(project, form)
    overlap = len(people) if form.give.data == EVERYBODY else project.overlap
    order = Order(form.files, new_version, [each.pseudonym for each in people], overlap, skip)
    if order.size > MUCH or order.articles > MANY:
        return go_on_later(project, order)
    with Run(project, person(), new_version=new_version, skip=skip) as run:
        import_run.read_all(run, order)

        def end(said: str) -> Job:
            return import_reports.record(run, person(), said)

        job = write_in_steps(import_run.store(run, order, end), wait=None)
    record("import into %r: %s", slug, job.said)
    if not run.refused:
        flash(job.said)
        return redirect(url_for("articles.show", slug=slug), 303)
    if run.stored:
        return redirect(url_for("imports.progress", slug=slug, number=job.id), 303)
    return page(project, membership, ImportForm(formdata=None), refused=run.reports), 422


def read_for_preview(
    project: Project, sources: Sequence[Sent], *, new_version: bool, skip: bool
) -> list[Reading]:
    """Read every file of one batch."""
    known_texts = KnownTexts(project)
    return [
        previewing.read(known_texts, sent, new_version=new_version, skip=skip) for sent in sources
    ]


def go_on_later(project: Project, order: Order) -> ResponseReturnValue:
    """Begin a long import and lead to the page that says how far it is."""
    user = person()
    with write():
        unit = {"unit": "articles"} if order.articles else {}
        job = jobs.begin(jobs.IMPORT, project, user, order.total, **unit)
    record("import %d into %r begun", job.id, project.slug)
    carry_out = partial(import_run.carry_out, job.id, project.id, user.id, order)
    start(jobs.IMPORT, job.id, carry_out)
    return redirect(url_for("imports.progress", slug=project.slug, number=job.id), 303)


def progress(slug: str, number: int) -> ResponseReturnValue:
    """Show how far a long import is, or what became of it."""
    project, membership = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.IMPORT, project, number)
    files = job.details.get("files", [])
    refused = [each for each in files if each.get("refusal")]
    added = [each for each in files if not each.get("refusal")]
    at = job.started_at
    return job_page(
        job,
        membership,
        "Importing articles" if job.state == jobs.RUNNING else f"Import of {utc_text(at)}",
        how_far(job),
        words_for(slug),
        [REFUSED] * bool(refused) + [ADDED] * bool(added),
        refused=refused,
        added=added,
        most=MOST_LINES,
    )


def how_far(job: Job) -> str:
    """Say how far a long import is: in articles where it knows their number, else in MB."""
    if job.details.get("unit") == "articles":
        return f"{job.done:,} of {counted(job.total, 'article')} read."
    return f"{job.done / MEGABYTE:.1f} of {job.total / MEGABYTE:.1f} MB read."


def words_for(slug: str) -> Words:
    """Return what the page of a long import says."""
    return Words(
        running="Reading",
        nothing_yet="Nothing has been stored yet.",
        done="Stored.",
        cancelled="Cancelled; nothing was stored.",
        nothing="Nothing was stored.",
        cancel="Cancel import",
        onward=(
            ("View articles", url_for("articles.show", slug=slug)),
            ("Import more", url_for("imports.show", slug=slug)),
        ),
    )


def cancel(slug: str, number: int) -> ResponseReturnValue:
    """Cancel a long import; what has been stored already stays, and the page says so."""
    project, _ = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.IMPORT, project, number)
    with write():
        jobs.cancel(job)
    record("import %d into %r cancelled", number, slug)
    return redirect(url_for("imports.progress", slug=slug, number=number), 303)


def chosen_people(project: Project, form: AddForm) -> list[Membership]:
    """Return the annotators who are ticked."""
    if form.give.data == NOBODY:
        return []
    return assigning.available(project, form.annotators.data or [])


def enough_people(project: Project, form: AddForm) -> bool:
    """Say whether the ticked people are enough; if not, the form says so."""
    ticked = len(chosen_people(project, form))
    if form.give.data == BALANCED and ticked < project.overlap:
        form.annotators.errors = [
            f"The overlap is {project.overlap}, but only {counted(ticked, 'annotator')}"
            f" {'is' if ticked == 1 else 'are'} selected. Select more, or choose “Nobody yet”."
        ]
    elif form.give.data == EVERYBODY and not ticked:
        form.annotators.errors = ["Select at least one annotator, or choose “Nobody yet”."]
    return not form.annotators.errors


def new_add_form(project: Project, *, new_version: bool, skip: bool) -> AddForm:
    """Return the second step with everybody ticked, and given to nobody where too few are there."""
    people = assigning.available(project)
    form = AddForm(formdata=None)
    form.annotators.offer(people)
    form.annotators.data = [each.pseudonym for each in people]
    form.new_version.data, form.skip.data = new_version, skip
    form.give.data = BALANCED if len(people) >= project.overlap else NOBODY
    return form


def page(
    project: Project,
    membership: Membership,
    form: ImportForm,
    readings: Sequence[Reading] = (),
    add_form: AddForm | None = None,
    refused: Sequence[FileReport] = (),
) -> str:
    """Render the form, below what was read, if anything was."""
    last = import_reports.latest(project)
    chosen = asked_filter()
    choice = chosen.choice if "filtered" not in request.form or chosen.validate() else EVERYTHING
    texts = near_duplicates.texts_of(project if NEAR in choice.kinds else None)
    near = previewing.near_copies(project, list(readings))
    tables = tables_of(readings, near, choice, texts)
    return render_template(
        "articles/import/page.html",
        project=project,
        membership=membership,
        form=form,
        readings=readings,
        good=[reading for reading in readings if reading.drafts],
        refused=refused,
        twins=previewing.twins(project, list(readings)),
        add=add_form,
        people={each.pseudonym: each for each in assigning.available(project)},
        tables=tables,
        near=near,
        filter=chosen,
        publishers=publishers_of(tables),
        most=MOST_ROWS,
        last=last,
        left=import_undo.left_of(project, last),
        pack=pack,
        fields=FIELDS,
        orders=ORDERS,
        segments=segment_words,
        first=FIRST_SENTENCES,
        largest=current_app.config["SETTINGS"].largest_upload // MEGABYTE,
    )


def segment_words(draft: ArticleDraft) -> str:
    """Return the proposed segments with their counts: "1 headline, 1 date line, 20 body"."""
    counts: dict[str, int] = {}
    for sentence in draft.outline.sentences:
        counts[sentence.segment] = counts.get(sentence.segment, 0) + 1
    return ", ".join(
        f"{count:,} {SEGMENT_WORDS.get(segment, segment)}" for segment, count in counts.items()
    )


def too_large(size: int) -> Response:
    """Answer 413 with both sizes."""
    largest = current_app.config["SETTINGS"].largest_upload / MEGABYTE
    was = f": {size / MEGABYTE:,.0f} MB" if size > largest * MEGABYTE else ""
    return errors.page(
        413,
        f"This file is too large{was}, at most {largest:,.0f} MB in total. Import it in parts, or"
        " with the command “annotator import”.",
    )
