"""Projects and the people in them."""

from random import Random

import pytest
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import db, write
from annotator.store.models import Role, Speaker
from annotator.work.accounts import accounts, memberships, projects


def join(project, username, *roles):
    with write():
        return memberships.join(project, accounts.get_user(username), roles)


def pseudonym(taken, *roles):
    return memberships.free_pseudonym(taken, roles, Random(1))


# Projects


def test_a_project_has_its_codebook_and_its_narrator(project):
    codebook = load_default()
    assert project.codebook == codebook
    assert project.codebook_version.number == 1
    assert project.target_question == codebook.question
    narrator = db.session.scalars(select(Speaker)).one()
    assert (narrator.name, narrator.type) == ("NARRATOR", codebook.narrator_type.value)


def test_a_second_project_of_the_same_slug_is_refused(project):
    with pytest.raises(RefusedError, match='already a project "us-russia"'), write():
        projects.create("us-russia", "Another", load_default())
    assert [each.slug for each in projects.all_projects()] == ["us-russia"]


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a--b", "a/b", "ä", "a" * 65, "a\n"])
def test_odd_slugs_are_refused(app, slug):
    with pytest.raises(RefusedError, match="short name"), write():
        projects.create(slug, "Name", load_default())


def test_a_project_that_is_not_there_is_not_found(app):
    with pytest.raises(NotFoundError):
        projects.get("nope")


# People


def test_the_cast_has_its_roles(project):
    assert [
        (each.user.username, memberships.role_names(each)) for each in memberships.members(project)
    ] == [
        ("ann", "annotator"),
        ("ben", "annotator"),
        ("cleo", "adjudicator"),
        ("lea", "lead"),
    ]


def test_pseudonyms_are_distinct_and_say_who_only_leads(project):
    names = {each.user.username: each.pseudonym for each in memberships.members(project)}
    assert len(set(names.values())) == 4
    assert [names[who][0] for who in ("ann", "ben", "cleo", "lea")] == ["A", "A", "A", "L"]


def test_a_later_role_keeps_the_pseudonym(project):
    before = memberships.membership_of(accounts.get_user("lea"), project).pseudonym
    membership = join(project, "lea", Role.ANNOTATOR)
    assert membership.pseudonym == before
    assert membership.roles == {Role.ANNOTATOR, Role.LEAD}
    assert memberships.role_names(membership) == "annotator, lead"


def test_a_pseudonym_is_drawn_not_counted():
    drawn = {memberships.free_pseudonym((), (Role.ANNOTATOR,), Random(seed)) for seed in range(20)}
    assert len(drawn) > 10


def test_a_taken_pseudonym_is_not_drawn_again():
    taken = {f"A{number:02}" for number in range(1, 100)} - {"A42"}
    assert pseudonym(taken, Role.ANNOTATOR) == "A42"


def test_pseudonyms_grow_a_digit_when_exhausted():
    taken = {f"A{number:02}" for number in range(1, 100)}
    assert 100 <= int(pseudonym(taken, Role.ADJUDICATOR)[1:]) <= 999
    assert len(pseudonym(taken, Role.LEAD)) == 3


def test_nobody_joins_without_a_role(project):
    with pytest.raises(RefusedError, match="at least one role"):
        join(project, "dan")


def test_a_disabled_account_does_not_join(project):
    with write():
        accounts.disable(accounts.get_user("dan"))
    with pytest.raises(RefusedError, match="disabled"):
        join(project, "dan", Role.LEAD)


def test_a_person_sees_the_projects_by_slug(project):
    with write():
        second = projects.create("aaa", "First by slug", load_default())
    join(second, "ann", "lead")
    ann = accounts.get_user("ann")
    assert [each.project.slug for each in memberships.memberships(ann)] == ["aaa", "us-russia"]
    assert memberships.memberships(accounts.get_user("dan")) == []
