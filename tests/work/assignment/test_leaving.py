"""Who leaves keeps no places: seen, and freed when the lead says so; the answers stay."""

import pytest
from labelling_examples import assignment_of, nothing_claimed, save
from sqlalchemy import select

from annotator.formats.labels.rows import AnswerRow
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Answer, Assignment
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import appeals, standing
from annotator.work.articles import storing
from annotator.work.assignment import assigning, leaving, matrix, progress, self_assignment
from annotator.work.assignment.matrix import Wanted
from annotator.work.label_import import rows as labels_in


def member(project, name):
    return memberships.membership_of(accounts.get_user(name), project)


def disable(name):
    with write():
        accounts.disable(accounts.get_user(name))


def unrole(project, name):
    with write():
        memberships.set_roles(member(project, name), ())


@pytest.fixture
def third(project):
    """Add a third annotator, who has nothing yet."""
    with write():
        return memberships.join(project, accounts.add_user("eve"), {"annotator"})


def fill(project, overlap=2):
    with write():
        works = leaving.without_those_who_left(project, assigning.works(project))
        plan = assigning.make_matrix(project, works, assigning.annotators_of(project), overlap)
    return write_in_steps(leaving.carry_out(project, plan))


@pytest.mark.parametrize("leave", [lambda _, name: disable(name), unrole])
def test_who_has_left_is_named_with_the_open_work(project, article, leave):
    save(article, nothing_claimed(), name="ben")
    assert leaving.kept_open(project) == []
    leave(project, "ben")
    (kept,) = leaving.kept_open(project)
    assert kept.membership.user.username == "ben"
    assert kept.why in (leaving.DISABLED, leaving.NO_ANNOTATOR)
    assert (len(kept.assignments), kept.left) == (1, article.sentence_count - 1)


def test_what_was_handed_in_or_closed_keeps_nobody_waiting(project, article):
    for name, state in (("ann", "submitted"), ("ben", "closed")):
        with write():
            assignment_of(article, name).state = state
        disable(name)
    assert leaving.kept_open(project) == []


def test_the_places_are_filled_only_when_asked_and_the_answers_stay(project, article, third):
    save(article, nothing_claimed(), name="ben")
    disable("ben")
    with write():
        plan = assigning.make_matrix(
            project, assigning.works(project), assigning.annotators_of(project), 2
        )
    assert write_in_steps(leaving.carry_out(project, plan)) == (0, 0)
    assert assignment_of(article, "ben").state == "open"
    assert fill(project) == (1, 1)
    assert assignment_of(article, "ben").state == "closed"
    assert assignment_of(article, "eve").state == "open"
    assert db.session.scalars(select(Answer)).one().user_id == accounts.get_user("ben").id
    assert fill(project) == (0, 0)


def test_work_that_nobody_has_begun_simply_goes(project, article, third):
    disable("ben")
    assert fill(project) == (1, 1)
    holders = db.session.scalars(select(Assignment.user_id)).all()
    assert accounts.get_user("ben").id not in holders


def test_nobody_waits_for_who_has_left(project, article):
    """An article returned to them is no question under way, and gold is shown to the others."""
    with write():
        assignment_of(article, "ann").state = "submitted"
        assignment_of(article, "ben").state = "returned"
    ann = accounts.get_user("ann")
    assert db.session.scalars(standing.given_back_in(project)).all() == [article.id]
    assert appeals.adjudicated_articles(project, ann) == []
    disable("ben")
    assert db.session.scalars(standing.given_back_in(project)).all() == []
    assert appeals.adjudicated_articles(project, ann) == [article.id]


# --- labels from elsewhere


def bring_in(project, article, positions, origin="imported", name="MODEL"):
    rows = [
        AnswerRow("row", article.key, name, position, status="no_claim", origin=origin)
        for position in positions
    ]
    with labels_in.Importer(project) as importer:
        assert importer.plan(rows).problems == []
        write_in_steps(importer.store())


@pytest.fixture
def alone(project):
    """Import an article that nobody has."""
    with write():
        return storing.store_article(project, storing.read_file("b.txt", b"One. Two. Three."))


def give(project, overlap=2):
    with write():
        works = assigning.works(project)
        plan = assigning.make_matrix(project, works, assigning.annotators_of(project), overlap)
        return assigning.carry_out(project, plan)


def test_imported_labels_do_not_fill_the_overlap(project, alone):
    bring_in(project, alone, range(3))
    assert give(project) == 2
    held = db.session.scalars(select(Assignment).where(Assignment.imported.is_(False))).all()
    names = {each.user.username for each in held}
    assert names == {"ann", "ben"}  # nobody is given work who cannot sign in


def test_labels_that_count_do_fill_it(project, alone):
    bring_in(project, alone, range(3), origin="human")
    assert give(project) == 1


def test_matrix_and_progress_say_that_labels_are_imported(project, alone):
    bring_in(project, alone, range(2))
    columns = progress.people_of(project)
    (line,) = matrix.lines_of(project, columns, Wanted(), 0, 10)
    cell = next(cell for cell in line.cells if cell.state != "none")
    assert (cell.state, cell.decided, cell.is_held) == ("imported", 2, False)
    assert (line.given, line.submitted, line.needed) == (0, 0, 2)
    assert (progress.figures(project).given, progress.figures(project).answers) == (0, 2)
    assert progress.short_of_people(project) == (1, [(alone.key, 0)])
    counted = {
        state: matrix.count_lines(project, Wanted(state=state))
        for state in ("imported", "unassigned", "done", "submitted", "lease_over", "in_progress")
    }
    assert counted == {
        "imported": 1,
        "unassigned": 1,
        "done": 0,
        "submitted": 0,
        "lease_over": 0,
        "in_progress": 0,
    }
    assert leaving.kept_open(project) == []


def test_who_asks_for_work_gets_an_article_with_imported_labels(project, alone):
    bring_in(project, alone, range(3))
    with write():
        project.self_assign = True
        project.overlap = 1
    with write():
        given = self_assignment.ask_for_work(project, accounts.get_user("ann"))
    assert given.article_id == alone.id


def test_an_annotator_with_imported_labels_who_goes_on_takes_a_place(project, alone):
    name = member(project, "ann").pseudonym
    bring_in(project, alone, [0], name=name)
    assert assignment_of(alone).imported is True
    save(alone, nothing_claimed(), position=1)
    assert assignment_of(alone).imported is False
