"""The seventh migration: projects and releases from before it keep all they say, and back again."""

import pytest
from slow_cases import server, slow
from sqlalchemy import inspect, text

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.store.models import Project, Release

pytestmark = [server, slow]

OF_PROJECTS = {
    "gates", "authors", "annotations_licence", "texts_licence", "texts_may_be_shared",
}  # fmt: skip


def columns(connection, table):
    return {each["name"] for each in inspect(connection).get_columns(table)}


@pytest.fixture
def before(project, settings):
    """Take a database back to before the seventh migration and store a release there."""
    number = project.id
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0006")
        assert not OF_PROJECTS & columns(connection, "projects")
        assert "audit_root" not in columns(connection, "releases")
        assert "release_runs" not in inspect(connection).get_table_names()
        connection.execute(
            text(
                "INSERT INTO releases (project_id, name, settings, counts, hashes, created_at)"
                " VALUES (:project, 'v0', '{}', '{\"answers\": 3}', '{}', '2026-11-01 10:00:00')"
            ),
            {"project": number},
        )
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    return number


def test_a_project_of_before_promises_nothing(before):
    project = db.session.get(Project, before)
    assert (project.slug, project.gates, project.authors) == ("us-russia", {}, [])
    assert (project.annotations_licence, project.texts_licence) == ("", "")
    assert project.texts_may_be_shared is False


def test_a_release_of_before_is_no_gold(before):
    release = db.session.query(Release).one()
    assert (release.name, release.status, release.gates) == ("v0", "exploratory", [])
    assert (release.counts, release.bytes, release.sha256) == ({"answers": 3}, 0, "")


def test_the_way_back_keeps_projects_and_releases(before, settings):
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0006")
        kept = connection.execute(text("SELECT name, counts FROM releases")).one()
        slugs = connection.execute(text("SELECT slug FROM projects")).scalars().all()
    engine.dispose()
    assert (kept.name, slugs) == ("v0", ["us-russia"])
    schema.bring_up_to_date(settings.database_url)
    assert db.session.query(Release).one().name == "v0"
