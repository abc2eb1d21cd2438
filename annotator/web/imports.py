"""Import: choose files or paste a text, look at what would become of them, then add them."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web import errors
from annotator.web.access import project_for
from annotator.web.lead_forms import BALANCED, EVERYBODY, NOBODY, AddForm, Carried, ImportForm, pack
from annotator.web.security import person
from annotator.work import assigning, importing
from annotator.work.assigning import counted
from annotator.work.errors import RefusedError
from annotator.work.importing import MEGABYTE, Reading

bp = Blueprint("imports", __name__)

SEGMENT_WORDS = {"headline": "headline", "dateline": "date line", "body": "body"}
FIRST_SENTENCES = 5


@bp.url_value_preprocessor
def allow_more(_endpoint: str | None, _values: object) -> None:
    """Let texts come in through these forms, which are larger than the fields of any other.

    This runs before anything reads the form. Only for a browser that is signed in: its cookie
    carries our signature, so nobody else can make the server hold that much.
    """
    if request.method == "POST" and "_user_id" in session:
        largest = current_app.config["SETTINGS"].largest_upload
        # The second step carries the bytes in base64, four characters for three bytes.
        request.max_content_length = largest * 4 // 3 + 2 * MEGABYTE
        request.max_form_memory_size = request.max_content_length


@bp.errorhandler(413)
def refuse_size(_error: Exception) -> Response:
    """Say how large it was and how large it may be."""
    return too_large(request.content_length or 0)


@bp.get("/projects/<slug>/import")
def show(slug: str) -> ResponseReturnValue:
    """Show the form."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, ImportForm(formdata=None))


@bp.post("/projects/<slug>/import")
def preview(slug: str) -> ResponseReturnValue:
    """Read everything and show it; store nothing."""
    project, membership = project_for(slug, Role.LEAD)
    form = ImportForm()
    if not form.validate():
        return page(project, membership, form), 422
    sources = list(form.sources())
    total = sum(len(raw) for _, raw, _ in sources)
    if total > current_app.config["SETTINGS"].largest_upload:
        return too_large(total)
    seen: dict[str, str] = {}
    readings = [importing.read(project, name, raw, seen, title) for name, raw, title in sources]
    status = 422 if any(reading.refusal for reading in readings) else 200
    return page(project, membership, form, readings, new_add_form(project)), status


@bp.post("/projects/<slug>/import/add")
def add(slug: str) -> ResponseReturnValue:
    """Store exactly what was previewed, each article in a transaction of its own."""
    project, membership = project_for(slug, Role.LEAD)
    form = AddForm()
    form.annotators.offer(assigning.annotators_of(project))
    valid = form.validate()
    if form.carried.errors:
        abort(422, form.carried.errors[0])
    readings = read_again(project, form.carried.data)
    if not valid or not enough_people(project, form):
        return page(project, membership, ImportForm(formdata=None), readings, form), 422
    results, stored = store_all(project, readings)
    given = give(project, form, stored)
    added = [reading for reading in results if reading.draft]
    said = counted(len(added), "article") + " added, "
    said += counted(sum(each.draft.sentence_count for each in added if each.draft), "sentence")
    said += f"; {counted(given, 'assignment')} made." if given else "."
    if len(added) == len(results):
        flash(said)
        return redirect(url_for("articles.show", slug=slug), 303)
    refused = [reading for reading in results if reading.refusal]
    form = ImportForm(formdata=None)
    return page(project, membership, form, refused, None, said if added else ""), 422


def read_again(project: Project, carried: Sequence[Carried]) -> list[Reading]:
    """Read what the preview read; a text that is not the same any more is refused."""
    seen: dict[str, str] = {}
    readings = []
    for each in carried:
        reading = importing.read(project, each.name, each.raw, seen, each.title)
        if reading.draft and reading.draft.sha256 != each.sha256:
            said = "this is not the text that was previewed; choose the file again"
            reading = Reading(reading.name, each.raw, each.title, None, said)
        readings.append(reading)
    return readings


def store_all(project: Project, readings: Sequence[Reading]) -> tuple[list[Reading], list[int]]:
    """Store what can be stored; return what became of each, and the new articles."""
    results, stored, user = [], [], person()
    for reading in readings:
        result = reading
        if reading.draft:
            try:
                with write():
                    stored.append(importing.store_article(project, reading.draft, user).id)
            except RefusedError as error:
                result = Reading(reading.name, b"", reading.title, None, str(error))
        results.append(result)
    return results, stored


def chosen_people(project: Project, form: AddForm) -> list[Membership]:
    """Return the annotators who are ticked."""
    if form.give.data == NOBODY:
        return []
    return assigning.annotators_of(project, form.annotators.data or [])


def enough_people(project: Project, form: AddForm) -> bool:
    """Say whether the ticked people are enough; if not, the form says so."""
    ticked = len(chosen_people(project, form))
    if form.give.data == BALANCED and ticked < project.overlap:
        form.annotators.errors = [
            f"The overlap is {project.overlap}, but only {counted(ticked, 'annotator')}"
            f" {'is' if ticked == 1 else 'are'} ticked. Tick more, or choose “Nobody yet”."
        ]
    elif form.give.data == EVERYBODY and not ticked:
        form.annotators.errors = ["Nobody is ticked. Tick someone, or choose “Nobody yet”."]
    return not form.annotators.errors


def give(project: Project, form: AddForm, stored: Sequence[int]) -> int:
    """Give the new articles to the ticked people; return how many assignments that made."""
    if form.give.data == NOBODY or not stored:
        return 0
    with write():
        people = chosen_people(project, form)
        overlap = len(people) if form.give.data == EVERYBODY else project.overlap
        works = assigning.works(project, ids=stored)
        return assigning.assign(assigning.make_matrix(project, works, people, overlap).pairs)


def new_add_form(project: Project) -> AddForm:
    """Return the second step with everybody ticked, and given to nobody where too few are there."""
    people = assigning.annotators_of(project)
    form = AddForm(formdata=None)
    form.annotators.offer(people)
    form.annotators.data = [each.pseudonym for each in people]
    form.give.data = BALANCED if len(people) >= project.overlap else NOBODY
    return form


def page(
    project: Project,
    membership: Membership,
    form: ImportForm,
    readings: Sequence[Reading] = (),
    add_form: AddForm | None = None,
    said: str = "",
) -> str:
    """Render the form, below what was read, if anything was."""
    return render_template(
        "imports/page.html",
        project=project,
        membership=membership,
        form=form,
        readings=readings,
        good=[reading for reading in readings if reading.draft],
        add=add_form,
        people={each.pseudonym: each for each in assigning.annotators_of(project)},
        said=said,
        pack=pack,
        segments=segment_words,
        first=FIRST_SENTENCES,
        largest=current_app.config["SETTINGS"].largest_upload // MEGABYTE,
    )


def segment_words(reading: Reading) -> str:
    """Return the proposed segments with their counts: "1 headline, 1 date line, 20 body"."""
    counts: dict[str, int] = {}
    for sentence in reading.draft.outline.sentences if reading.draft else ():
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
        f"This file is too large{was}, at most {largest:,.0f} MB in all. Import it in parts, or"
        " with the command “annotator import”.",
    )
