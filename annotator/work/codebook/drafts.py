"""The draft of the next version: one per project, stored after each save, checked as it stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, select

from annotator.codebook.load import CodebookError, build, to_json
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import CodebookDraft, Project, User
from annotator.work.codebook.versions import history, next_label

DRAFT = "The draft"
Document = dict[str, Any]


class StaleDraftError(RefusedError):
    """Somebody has saved the draft since; nothing was overwritten. `theirs` is what is stored."""

    def __init__(self, theirs: CodebookDraft | None) -> None:
        super().__init__(
            "Not saved: the draft was saved by somebody else in the meantime."
            if theirs
            else "Not saved: the draft was published or discarded in the meantime."
        )
        self.theirs = theirs


@dataclass(frozen=True)
class Checked:
    """A draft as a codebook; None where it lacks something, then `problems` say what."""

    codebook: Codebook | None
    problems: tuple[tuple[str, str], ...]


def draft_of(project: Project) -> CodebookDraft | None:
    """Return the draft of a project, if somebody has begun one."""
    return db.session.scalar(select(CodebookDraft).where(CodebookDraft.project_id == project.id))


def document_of(draft: CodebookDraft) -> Document:
    """Return what a draft says, as a codebook file would."""
    document: Document = json.loads(draft.content)
    return document


def document_from(codebook: Codebook) -> Document:
    """Return a codebook as a draft says it."""
    document: Document = json.loads(to_json(codebook))
    return document


def fresh_document(project: Project) -> Document:
    """Return the codebook in force as a draft begins with it: under the label that comes next."""
    document = document_from(project.codebook)
    labels = {each.version.label for each in history(project)}
    document["version"] = next_label(project.codebook_version.label, labels)
    return document


def token_of(project: Project, draft: CodebookDraft | None) -> str:
    """Return what a form is made from: a draft as it stands, or the version in force.

    A draft that is begun anew counts from one again, so the moment it was saved is in it, too.
    """
    if draft is None:
        return f"v{project.codebook_version.number}"
    return f"{draft.base}-{draft.revision}-{draft.saved_at.timestamp():.6f}"


def save(
    project: Project, document: Document, user: User | None, token: str | None
) -> CodebookDraft:
    """Store the draft; `token` is of what it was made from.

    None overwrites whatever is there: a file has taken its place.

    Raises:
        StaleDraftError: somebody has saved or discarded it since.

    """
    held = held_draft(project, token)
    content = json.dumps(document, ensure_ascii=False, sort_keys=True)
    if held is None:
        held = CodebookDraft(
            project_id=project.id, base=project.codebook_version.number, revision=0
        )
        db.session.add(held)
    elif token is None:
        held.base = project.codebook_version.number
    held.content, held.saved_at = content, now()
    held.revision += 1
    held.user_id = user.id if user else None
    db.session.flush()
    return held


def held_draft(project: Project, token: str | None) -> CodebookDraft | None:
    """Return the draft for somebody who acts on it, while nobody else does.

    Raises:
        StaleDraftError: it is not what the token says any more.

    """
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    held = db.session.scalar(
        select(CodebookDraft)
        .where(CodebookDraft.project_id == project.id)
        .execution_options(populate_existing=True)
    )
    if token is not None and token != token_of(project, held):
        raise StaleDraftError(held)
    return held


def discard(project: Project, token: str) -> None:
    """Throw the draft away.

    Raises:
        StaleDraftError: somebody has saved or discarded it since.

    """
    held = held_draft(project, token)
    if held is None:
        raise StaleDraftError(held)
    db.session.delete(held)


def forget(project: Project) -> None:
    """Remove the draft, which has become a version."""
    db.session.execute(delete(CodebookDraft).where(CodebookDraft.project_id == project.id))


def checked(document: Document) -> Checked:
    """Return the draft as a codebook, or all that it lacks, each with the entry it is about."""
    return _checked(json.dumps(document, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=16)
def _checked(content: str) -> Checked:
    try:
        return Checked(build(json.loads(content), DRAFT), ())
    except CodebookError as error:
        return Checked(None, tuple(placed(error.problems)))


def placed(problems: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield problems of a file as (entry, problem); the entry is empty for the file as a whole."""
    for problem in problems:
        _, _, rest = problem.partition(": ")
        where, sign, what = rest.partition(": ")
        known = sign and " " not in where.replace(" entry ", "")
        yield (where, what) if known else ("", rest)
