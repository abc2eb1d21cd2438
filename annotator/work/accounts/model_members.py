"""Models as members: what answers in a project that is no person.

A model has a pseudonym as everybody has, and an account that nothing opens: without password or
role, disabled from its first moment. Its answers are of origin `model`, which count in no figure.
"""

import secrets
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Membership, ModelMember, Project, User
from annotator.work.accounts import memberships

LONGEST_NAME = 100
LONGEST_SETTINGS = 100_000


def add(project: Project, name: str, version: str = "", settings: str = "") -> ModelMember:
    """Let a model be a member of a project, under the next free pseudonym: M01, M02, …

    `settings` is free text: the prompt, the temperature, whatever it takes to ask the model again.

    Raises:
        RefusedError: the project has a model of this name, or a text is empty or too long.

    """
    # No name of an account that can be typed begins so.
    account = User(username=f"~model-{secrets.token_hex(6)}")
    return enrol(project, account, name, version, settings)


def enrol(
    project: Project,
    account: User,
    name: str,
    version: str = "",
    settings: str = "",
    pseudonym: str = "",
) -> ModelMember:
    """Let an account that nothing opens be that of a model; see `add`.

    `pseudonym`: the one that the model had elsewhere. Raises RefusedError also where it is taken.
    """
    name, version = checked(name, version, settings)
    # Two that are added at the same moment must not get the same name or pseudonym.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    if find(project, name) is not None:
        raise RefusedError(f"“{project.slug}” has a model “{name}” already.")
    taken = memberships.taken_pseudonyms(project)
    if pseudonym in taken:
        raise RefusedError(f"The pseudonym {pseudonym} is taken; nothing was stored.")
    account.display_name, account.disabled_at = name, now()
    member = Membership(
        user=account,
        project=project,
        pseudonym=pseudonym or next(each for n in count(1) if (each := f"M{n:02}") not in taken),
        model=True,
    )
    made = ModelMember(membership=member, name=name, version=version, settings=settings)
    db.session.add(made)
    db.session.flush()
    return made


def checked(name: str, version: str, settings: str) -> tuple[str, str]:
    """Return name and version of a model with single spaces.

    Raises:
        RefusedError: there is no name, or a text is too long.

    """
    name, version = " ".join(name.split()), " ".join(version.split())
    if not name:
        raise RefusedError("Give the model a name.")
    if len(name) > LONGEST_NAME or len(version) > LONGEST_NAME:
        raise RefusedError(f"Name and version of a model have at most {LONGEST_NAME} characters.")
    if len(settings) > LONGEST_SETTINGS:
        raise RefusedError(f"Settings of a model have at most {LONGEST_SETTINGS:,} characters.")
    return name, version


def find(project: Project, name: str) -> ModelMember | None:
    """Return the model of this name or pseudonym, if the project has one."""
    return next((each for each in of_project(project) if name in names_of(each)), None)


def get(project: Project, name: str) -> ModelMember:
    """Return the model of this name or pseudonym.

    Raises:
        NotFoundError: the project has none; the message names those that it has.

    """
    found = find(project, name)
    if found is None:
        known = ", ".join(f"“{each.name}”" for each in of_project(project)) or "none yet"
        raise NotFoundError(f"“{project.slug}” has no model “{name}”. Its models: {known}.")
    return found


def names_of(model: ModelMember) -> tuple[str, str]:
    """Return the words by which a model is called."""
    return model.name, model.membership.pseudonym


def of_project(project: Project) -> list[ModelMember]:
    """Return the models of a project, by pseudonym."""
    return list(
        db.session.scalars(
            select(ModelMember)
            .join(ModelMember.membership)
            .where(Membership.project_id == project.id)
            .options(joinedload(ModelMember.membership).joinedload(Membership.user))
            .order_by(Membership.pseudonym)
        )
    )
