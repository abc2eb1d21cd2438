"""A project gets another name, goes into the archive and comes back, or is gone with everything."""

import pytest
from label_form import fields as answer_fields
from labelling_examples import claim, claims, save
from release_examples import labelled, release
from sqlalchemy import func, select

from annotator.codebook.load import load_default
from annotator.store import belongings
from annotator.store.db import Base, db, write, write_in_steps
from annotator.store.models import Article, Project, Role
from annotator.work import staging
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.adjudication import refreshing
from annotator.work.articles import storing
from annotator.work.corrections import projects as ends
from annotator.work.corrections import withdrawing
from annotator.work.operations import leftovers
from annotator.work.releases import kept as long_releases

PATH = "/projects/us-russia"


@pytest.fixture
def lea(browser):
    return browser("lea")


def everything():
    """Return every row of the database, by table; sessions come and go."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name not in {"users", "sign_ins"}
    }


def test_old_addresses_lead_on_and_commands_know_the_old_name(browser, lea, article, command):
    lea.post(f"{PATH}/manage/rename", {"slug": "thaw"}, 303)
    assert lea.get("/projects/thaw").status_code == 200
    moved = lea.get(f"{PATH}/articles?page=1", 307)
    assert moved.location == "/projects/thaw/articles?page=1"
    browser("dan").get(f"{PATH}/articles", 404)
    assert command("project", "show", "us-russia").stdout.startswith("project: thaw")
    refused = command("project", "add", "us-russia")
    assert refused.exit_code == 2
    assert "still leads there" in refused.output
    lea.post("/projects/thaw/manage/rename", {"slug": "us-russia"}, 303)
    assert lea.get("/projects/thaw", 307).location == PATH


@pytest.mark.parametrize("slug", ["", "Über", "new", "us-russia", "other"])
def test_a_name_that_does_not_fit_is_refused(lea, project, slug):
    with write():
        projects.create("other", "Other", load_default())
    page = lea.post(f"{PATH}/manage/rename", {"slug": slug}, 422)
    assert 'id="slug-error"' in page.text
    assert lea.get(PATH)


def test_the_order_in_which_an_adjudicator_sees_answers_outlives_a_rename(lea, browser, article):
    save(article, claims(claim(stance="support")))
    save(article, claims(claim(stance="oppose")), name="ben")
    cleo = browser("cleo")
    before = cleo.get(f"{PATH}/adjudicate/{article.id}/2").text
    lea.post(f"{PATH}/manage/rename", {"slug": "thaw"}, 303)
    after = cleo.get(f"/projects/thaw/adjudicate/{article.id}/2").text
    assert [line for line in before.splitlines() if "Annotator 1" in line] == [
        line for line in after.splitlines() if "Annotator 1" in line
    ]


def test_an_archived_project_can_be_read_and_not_changed(browser, lea, article, command):
    page = lea.post(f"{PATH}/manage/archive", {}, 200)
    assert "1 articles" in page.text
    lea.post(f"{PATH}/manage/archive", {"sure": "y"}, 303)
    ann = browser("ann")
    assert "US-Russia cooperation ·" not in ann.get("/").text
    assert "Archived: 1" in lea.get("/").text
    ann.get(f"/label/{article.id}/2")
    reply = ann.post(f"/label/{article.id}/2", answer_fields(), 403, htmx=True)
    assert "Saved answers are kept." in reply.text
    for path in ("people", "settings", f"articles/{article.id}/details", "articles/withdraw"):
        assert "archived" in lea.post(f"{PATH}/{path}", {"article": "1"}, 403).text
    assert command("assign", "-p", "us-russia", "--overlap", "2").exit_code == 2
    for path in ("", "/articles", "/agreement", "/labels.jsonl"):
        lea.get(PATH + path)
    lea.post(f"{PATH}/manage/reopen", {}, 303)
    ann.post(f"/label/{article.id}/2", answer_fields(), htmx=True)
    assert "US-Russia cooperation" in ann.get("/").text


def full_project(article, tmp_path):
    """Fill the project with whatever there is, and withdraw one article of it."""
    project = projects.get("us-russia")
    labelled(project, article)
    written = release(projects.get("us-russia"), tmp_path / "v1")
    with write():
        long_releases.record(projects.get("us-russia"), None, written)
    write_in_steps(refreshing.refresh(projects.get("us-russia")))
    with write():
        withdrawing.withdraw(projects.get("us-russia"), [article.id], accounts.get_user("lea"))


def other_project():
    with write():
        other = projects.create("other", "Other", load_default())
        memberships.join(other, accounts.get_user("lea"), {Role.LEAD})
        storing.store_article(
            other, storing.read_file("a.txt", b"A title\n\nHe left. She stayed.\n")
        )


def test_a_deleted_project_leaves_nothing_and_others_as_they_were(lea, article, tmp_path):
    other_project()
    full_project(article, tmp_path)
    lea.get(f"{PATH}/agreement")
    before = everything()
    page = lea.get(f"{PATH}/manage").text
    assert "7 articles (1 withdrawn)" in page
    lea.post(f"{PATH}/manage/delete", {"typed": "us-rusia"}, 422)
    lea.post(f"{PATH}/manage/delete", {"typed": "us-russia"}, 303)
    lea.get(PATH, 404)
    left = everything()
    assert {name: more for name in left if (more := set(left[name]) - set(before[name]))} == {}
    kept = projects.get("other").id
    assert [row.id for row in db.session.scalars(select(Project))] == [kept]
    for table, which in belongings.of_projects([kept]):
        rows = db.session.execute(select(table).where(which)).all()
        assert sorted(map(repr, rows)) == left[table.name]


def first_step(tmp_path):
    """Begin to delete the project; return the steps that are left, the first one carried out."""
    steps = ends.remove(projects.get("us-russia"), "us-russia", tmp_path)
    with write():
        names = next(steps)()
    return steps, names


def test_a_deletion_that_was_cut_off_is_completed_at_the_next_start(lea, article, tmp_path):
    full_project(article, tmp_path)
    steps, _ = first_step(tmp_path)
    steps.close()
    lea.get(PATH, 404)
    with write():
        [note] = staging.leftovers() or db.session.scalars(select(staging.Staging)).all()
        note.pid, note.host = 0, "elsewhere"
        note.beat_at = note.beat_at.replace(year=2000)
    assert write_in_steps(leftovers.tidy()) == [
        "Removing the project us-russia was interrupted; it is now complete."
    ]
    assert db.session.scalars(select(Project)).all() == []


def test_nothing_is_labelled_in_a_project_that_is_being_deleted(browser, article, tmp_path):
    ann = browser("ann")
    ann.get(f"/label/{article.id}/2")
    first_step(tmp_path)
    before = everything()
    ann.get(f"/label/{article.id}/2", 404)
    ann.post(f"/label/{article.id}/2", answer_fields(), 404, htmx=True)
    assert everything() == before


def test_the_folders_go_before_another_project_of_the_name_can_have_any(article, tmp_path):
    place = tmp_path / "releases" / "us-russia" / "v1"
    place.mkdir(parents=True)
    steps, names = first_step(tmp_path)
    step = steps.send(names)
    assert not place.parent.exists()
    assert db.session.scalar(select(func.count(Article.id))) == 1
    place.mkdir(parents=True)
    for _ in range(100):
        with write():
            result = step()
        try:
            step = steps.send(result)
        except StopIteration:
            break
    assert db.session.scalars(select(Project)).all() == []
    assert place.exists()


def test_every_table_belongs_to_a_project_or_to_people():
    known = {table.name for table, _ in belongings.of_projects([1])}
    others = {"users", "sign_ins", "sign_in_links", "sign_in_tries"}
    others |= {"second_factors", "recovery_codes"}
    assert set(Base.metadata.tables) - known - others == belongings.NOBODYS


def test_the_commands_do_the_same(command, article):
    assert command("project", "rename", "us-russia", "thaw").exit_code == 0
    assert command("project", "archive", "thaw").exit_code == 0
    assert command("project", "archive", "thaw", "--reopen").exit_code == 0
    assert command("project", "delete", "thaw", input="other\n").exit_code == 2
    assert "Deleted thaw." in command("project", "delete", "thaw", "--yes").output
    assert command("project", "list").stdout == ""


def test_it_is_for_leads(browser, project):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(f"{PATH}/manage", status)
