"""Removing a person who has labels: the name is nowhere any more, the labels are all there."""

import pytest
from authenticator import set_up
from labelling_examples import claims, save
from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.store.db import Base, db, write
from annotator.store.models import Activity, Answer, Membership, User
from annotator.work.accounts import (
    accounts,
    activity,
    memberships,
    passwords,
    projects,
    removal,
    sessions,
)

NAME = "quendolyn.fairweather"
TRACES = (NAME, "Quendolyn", "fairweather@", "203.0.113.77", "NetPositive/2.2", "PASSWORDHASH")


def whole_database():
    """Return all rows of all tables as text."""
    return {
        table.name: repr(db.session.execute(select(table)).all())
        for table in Base.metadata.sorted_tables
    }


def traces():
    found = whole_database()
    return [(name, trace) for name, rows in found.items() for trace in TRACES if trace in rows]


@pytest.fixture
def ann(article, project, browser):
    """Ann under a name that nothing else has, with labels, sessions, an app, an address."""
    browser_of_ann = browser("ann")
    save(article, claims())
    set_up(browser_of_ann)
    with write():
        ann = accounts.get_user("ann")
        accounts.set_email(ann, f"{NAME}@example.org", own=True)
        accounts.set_password(ann, passwords.hash_new("seventeen quiet otters", "ann"))
        ann.username, ann.display_name = NAME, "Quendolyn Fairweather"
        ann.password_hash = "PASSWORDHASH"
        ann.sso_issuer, ann.sso_subject = "https://login.example.org", f"{NAME}-1"
        ann.preferences = {"keys": {"note": NAME}}
        sessions.start_session(ann, "203.0.113.77", "NetPositive/2.2")
        accounts.make_link(ann)
    with write():
        accounts.count_try(NAME, "203.0.113.77")
    return ann


def test_the_name_is_nowhere_and_the_labels_stay_under_the_pseudonym(ann, project):
    pseudonym = memberships.membership_of(ann, project).pseudonym
    labels = db.session.execute(select(Answer.id, Answer.status, Answer.user_id)).all()
    assert labels
    assert {trace for _, trace in traces()} == set(TRACES)
    with write():
        removal.remove(ann)
    assert traces() == []
    assert db.session.execute(select(Answer.id, Answer.status, Answer.user_id)).all() == labels
    member = db.session.scalars(select(Membership).where(Membership.user_id == ann.id)).one()
    assert (member.pseudonym, member.roles) == (pseudonym, frozenset())


def test_the_names_of_tokens_go_from_the_history_too(ann, project, command):
    pseudonym, name = memberships.membership_of(ann, project).pseudonym, f"{NAME}'s laptop"
    for username in (NAME, "lea"):
        assert command("token", "add", name, "-p", "us-russia", "--user", username).exit_code == 0
    with write():
        activity.note(project, ann, activity.ARTICLES, f"1 article added (token “{name}”)")
    assert len({each for each in notes() if name in each}) == 3
    with write():
        removal.remove(ann)
    # Lea called hers the same.
    [others] = {each for each in notes() if name in each}
    assert pseudonym not in others
    assert {f"Token of {pseudonym} made: read", "1 article added (token)"} <= notes()


def notes():
    return set(db.session.scalars(select(Activity.what)))


def test_who_is_removed_cannot_come_back(ann, project, browser):
    member = memberships.membership_of(ann, project)
    with write():
        removal.remove(ann)
    for act in (
        accounts.enable,
        accounts.make_link,
        removal.remove,
        lambda ann: accounts.set_email(ann, "ann@example.org", own=True),
        lambda _: memberships.set_roles(member, {"annotator"}),
    ):
        with pytest.raises(RefusedError):
            act(ann)
    page = browser("lea").get("/projects/us-russia/people").text
    assert f"Roles of {member.pseudonym}" not in page
    with write():
        assert accounts.add_user(NAME).id != ann.id


def test_the_only_lead_of_a_project_is_not_removed_before_another_one_leads(project):
    lea = accounts.get_user("lea")
    with pytest.raises(RefusedError, match="the only lead of us-russia"), write():
        removal.remove(lea)
    assert accounts.get_user("lea").removed_at is None
    with write():
        memberships.join(project, accounts.get_user("ben"), {"lead"})
        removal.remove(accounts.get_user("lea"))
    assert memberships.leads(projects.get("us-russia")) == ["ben"]


def test_a_name_that_somebody_has_chosen_is_not_taken(project):
    ben = accounts.get_user("ben")
    with write():
        accounts.add_user(f"removed-{ben.id}")
        removal.remove(ben)
    assert db.session.get(User, ben.id).username == f"removed-{ben.id}-x"


def test_a_lead_removes_a_member_after_a_question(ann, project, browser):
    pseudonym = memberships.membership_of(ann, project).pseudonym
    lea, there = browser("lea"), f"/projects/us-russia/people/{pseudonym}"
    assert f"Remove {NAME}?" in lea.post(there, {"act": "remove"}, 200).text
    assert traces()
    lea.post(there, {"act": "remove", "sure": "y"}, 303)
    page = lea.get("/projects/us-russia/people").text
    assert NAME not in page
    assert "name deleted" in page
    lea.post(there, {"act": "enable", "sure": "y"}, 422)
    assert f"Person behind {pseudonym} removed" in db.session.scalars(select(Activity.what)).all()


def test_the_operator_removes_a_person_by_command(ann, command):
    assert command("user", "remove", NAME, input="somebody\n").exit_code == 2
    done = command("user", "remove", NAME, "--yes")
    assert done.exit_code == 0
    assert "The labels are kept" in done.stdout
    db.session.rollback()
    assert traces() == []
    assert "removed" in command("user", "list").stdout
    alone = command("user", "remove", "lea", "--yes")
    assert (alone.exit_code, "the only lead" in alone.output) == (2, True)
