"""What scripts bring in: articles, who gets them, and labels from elsewhere."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, abort, current_app, request

from annotator.config import MEGABYTE
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models import Project, Role, User
from annotator.web.api import carrying_out
from annotator.web.api.asked import body, kind_of_body, parameters, project_asked
from annotator.web.api.carrying_out import ArticleFile, Articles, Labels
from annotator.web.api.describing import FORM
from annotator.web.api.replies import job as job_reply
from annotator.web.api.replies import reply
from annotator.web.bearer import bearer
from annotator.web.jobs import start
from annotator.web.problems import InvalidError, about
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.assignment import assigning, leaving
from annotator.work.assignment.assigning import Matrix
from annotator.work.imported_labels.kinds import KINDS, Said
from annotator.work.tokens import IMPORT, LABELS

# More than this is done in the background, as on the pages.
MUCH = 2 * MEGABYTE
MOST_FILES = 100
FLAGS = {"": False, "false": False, "true": True}


def by_token() -> str:
    """Return what notes of acts say of the token."""
    return f" (token “{bearer().name}”)"


# --- articles


def add_articles(slug: str) -> Response:
    """Import articles, all of them or none; much of it in the background."""
    project, _ = project_asked(slug, IMPORT, Role.LEAD)
    parameters()
    order = files_sent() if kind_of_body() == FORM else articles_sent()
    user = person()
    if order.size > MUCH:
        return go_on_later(jobs.IMPORT, project, user, order)
    made = order.store(project, user)
    record("import into %r: %s", project.slug, made.said)
    return job_reply(project, made, 201)


def articles_sent() -> Articles:
    """Return the articles of a body in JSON; the importer reads them as a file of that kind."""
    found = body()
    raw = json.dumps(found["articles"], ensure_ascii=False).encode()
    one = ArticleFile("articles.json", raw, "articles")
    return Articles([one], found.get("new_version", False), by_token())


def files_sent() -> Articles:
    """Return the files of a form."""
    files = request.files.getlist("file")
    faults = [
        (name[:60], "This field is unknown. Valid fields: file, new_version.")
        for name in (*request.files, *request.form)
        if name not in {"file", "new_version"}
    ]
    if not any(each.filename for each in files):
        faults.append(("file", "This field is missing: send at least one file with its name."))
    if len(files) > MOST_FILES:
        faults.append(("file", f"At most {MOST_FILES} files at once."))
    chosen = request.form.get("new_version", "")
    if chosen not in FLAGS:
        faults.append(("new_version", "This must be true or false."))
    if faults:
        raise InvalidError(faults)
    sent = [
        ArticleFile(each.filename or "", each.stream.read(), f"file[{number}]")
        for number, each in enumerate(files)
    ]
    return Articles(sent, FLAGS[chosen], by_token())


def go_on_later(kind: str, project: Project, user: User, order: Articles | Labels) -> Response:
    """Begin a long import; the job says how far it is."""
    with write():
        made = jobs.begin(kind, project, user, order.size)
    record("import %d into %r begun", made.id, project.slug)
    start(kind, made.id, partial(carrying_out.go_on, made.id, project.id, user.id, order))
    return job_reply(project, made, 202)


# --- labels


def add_labels(slug: str) -> Response:
    """Import answers from elsewhere, all of them or none; much of it in the background."""
    project, _ = project_asked(slug, LABELS, Role.LEAD)
    given = parameters()
    said = said_of(given)
    kind_of_body()
    raw = request.get_data()
    if len(raw) > current_app.config["SETTINGS"].largest_upload:
        abort(413)
    order = Labels(raw, by_token(), said)
    if given["dry_run"]:
        return reply(order.check(project))
    user = person()
    if order.size > MUCH:
        return go_on_later(jobs.LABELS, project, user, order)
    made = order.store(project, user)
    record("%s into %r", made.said, project.slug)
    return job_reply(project, made, 201)


def said_of(given: Mapping[str, Any]) -> Said:
    """Return what the parameters say the answers are.

    Raises:
        InvalidError: a model has no name, or what has one is no model.

    """
    name, model = given.get("as", ""), " ".join(given.get("model", "").split())
    if name == "model" and not model:
        raise InvalidError([("model", "as=model needs the name of the model.")])
    if model and name != "model":
        raise InvalidError([("model", "This needs as=model.")])
    kind = KINDS[name] if name else None
    return Said(kind, model, source=f"API{by_token()}", user_id=person().id)


# --- assignments


def assign(slug: str) -> Response:
    """Assign articles to annotators, or plan it."""
    project, _ = project_asked(slug, IMPORT, Role.LEAD)
    parameters()
    wanted = body()
    make = partial(planned, project, wanted)
    if wanted.get("dry_run", False):
        return reply(plan_item(make(), 0))
    matrix, given = write_in_steps(leaving.give(project, make), wait=None)
    with write():
        said = f"{counted(given, 'assignment')} made{by_token()}"
        activity.note(project, person(), activity.ASSIGNMENT, said)
    record("%d assignments made in %r", given, project.slug)
    return reply(plan_item(matrix, given), 201)


def planned(project: Project, wanted: dict[str, Any]) -> Matrix:
    """Plan what the body asks for."""
    with about("articles"):
        works = assigning.works(project, wanted.get("articles"))
    with about("annotators"):
        people = assigning.available(project, wanted.get("annotators"))
        return assigning.make_matrix(
            project,
            works,
            people,
            wanted.get("overlap", project.overlap),
            wanted.get("seed", 1),
            wanted.get("calibration", 0),
        )


def plan_item(matrix: Matrix, given: int) -> dict[str, Any]:
    """Return a plan as plain data."""
    keys = {row.article_id: row.key for row in matrix.rows}
    names = {each.user_id: each.pseudonym for each in matrix.people}
    return {
        "made": given,
        "pairs": [
            {"article": keys[article], "annotator": names[person]}
            for article, person in matrix.pairs
        ],
        "lacking": [
            {"article": each.key, "needed": each.needed, "free": each.free}
            for each in matrix.lacking
        ],
    }
