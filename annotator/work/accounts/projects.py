"""Creates projects and finds them."""

import re
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from annotator.codebook.load import to_json
from annotator.codebook.scheme import Codebook
from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.store.db import db
from annotator.store.models import CodebookVersion, OldSlug, Project, Speaker, User
from annotator.work import staging

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 64
LONGEST_NAME = 200
# Addresses of pages that are no project.
RESERVED = {"new"}
MOST_OVERLAP = 100
LONGEST_LEASE = 24 * 365
BLIND = ("until_submitted", "always")


class ArchivedError(NotAllowedError):
    """The project is archived: it can be read and not changed."""

    heading = "Project archived"


def create(slug: str, name: str, codebook: Codebook, user: User | None = None) -> Project:
    """Create a project with the first version of its codebook and the narrator as speaker."""
    refuse_old_slug(slug)
    project = Project(
        slug=checked_slug(slug), name=name.strip() or slug, target_question=codebook.question
    )
    try:
        with db.session.begin_nested():
            db.session.add(project)
    except IntegrityError as error:
        raise RefusedError(f'There is already a project "{slug}".') from error
    project.codebook_versions.append(
        CodebookVersion(
            number=1,
            label=codebook.version,
            content=to_json(codebook),
            reason="first version",
            user_id=user.id if user else None,
        )
    )
    db.session.add(
        Speaker(
            project_id=project.id,
            name=codebook.narrator_name,
            type=codebook.narrator_type.value,
            user_id=user.id if user else None,
        )
    )
    db.session.flush()
    return project


def refuse_old_slug(slug: str, project_id: int | None = None) -> None:
    """Refuse a short name under which another project is still found."""
    old = db.session.scalar(select(OldSlug).where(OldSlug.slug == slug))
    if old is not None and old.project_id != project_id:
        now = db.session.scalar(select(Project.slug).where(Project.id == old.project_id))
        raise RefusedError(f'"{slug}" was the short name of project "{now}" and still leads there.')


def refuse_archived(project: Project) -> None:
    """Refuse to change an archived project."""
    if project.archived_at is not None:
        raise ArchivedError(
            f"The project “{project.name}” is archived, so it can be read and not changed. A lead"
            " can reopen it."
        )


def to_change(slug: str) -> Project:
    """Return the project with this slug, which is to be changed; refuse an archived one."""
    project = get(slug)
    refuse_archived(project)
    return project


def checked_slug(slug: str) -> str:
    """Return the slug, or refuse one that would not stand well in an address."""
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise RefusedError(
            f'"{slug[:LONGEST_SLUG]}" is not a valid short name: use up to {LONGEST_SLUG}'
            " lower-case letters, digits and single hyphens between them."
        )
    if slug in RESERVED:
        raise RefusedError(f'"{slug}" is reserved. Choose another short name.')
    return slug


@dataclass(frozen=True)
class Settings:
    """What a lead can set about the work in a project."""

    name: str
    overlap: int
    blind: str
    headlines_in_agreement: bool
    self_assign: bool
    lease_hours: int
    factor_for_leads: bool
    factor_for_adjudicators: bool
    factor_for_annotators: bool
    precedents: bool


def settings_of(project: Project) -> Settings:
    """Return the settings as they are."""
    return Settings(**{each.name: getattr(project, each.name) for each in fields(Settings)})


def change(project: Project, settings: Settings) -> None:
    """Set all settings of a project, or refuse and say which does not fit."""
    name = " ".join(settings.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError(f"The name must have 1 to {LONGEST_NAME} characters.")
    if not 1 <= settings.overlap <= MOST_OVERLAP:
        raise RefusedError(f"The overlap must be a number from 1 to {MOST_OVERLAP}.")
    if not 0 <= settings.lease_hours <= LONGEST_LEASE:
        raise RefusedError(f"The hours until expiry must be 0 to {LONGEST_LEASE:,}; 0 = never.")
    if settings.blind not in BLIND:
        raise RefusedError(f"Answers of others must be hidden {' or '.join(BLIND)}.")
    for each in fields(Settings):
        setattr(project, each.name, getattr(settings, each.name))
    project.name = name
    db.session.flush()


def get(slug: str) -> Project:
    """Return the project with this slug, or refuse."""
    project = db.session.scalar(select(Project).where(Project.slug == slug, staging.is_here()))
    if project is None and (now := renamed(slug)):
        return get(now)
    if project is None:
        raise NotFoundError(f'There is no project "{slug}".')
    return project


def all_projects() -> list[Project]:
    """Return every project, by slug."""
    return list(db.session.scalars(select(Project).where(staging.is_here()).order_by(Project.slug)))


def renamed(slug: str) -> str | None:
    """Return today's short name of the project that once had this one; None if none had."""
    query = select(Project.slug).join(OldSlug, OldSlug.project_id == Project.id)
    return db.session.scalar(query.where(OldSlug.slug == slug, staging.is_here()))
