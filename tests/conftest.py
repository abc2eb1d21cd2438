"""The cast, the database of each test, and a client that checks every page it gets."""

import os
import shutil
from contextvars import Context
from pathlib import Path
from random import Random

import hypothesis
import pytest
import verify_examples
from argon2 import PasswordHasher
from browser import Browser
from click.testing import CliRunner
from jinja2 import FileSystemBytecodeCache
from server_database import empty
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from annotator.app import create_app
from annotator.cli import cli
from annotator.codebook.load import load_default
from annotator.config import Settings, database_url
from annotator.paths import SAMPLES
from annotator.store import schema
from annotator.store.db import db, write
from annotator.work import accounts, assigning, importing, passwords, people, projects

# A busy machine is no fault of the code.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("patient", **PATIENT)
hypothesis.settings.load_profile("patient")

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
CAST = {
    "ann": "annotator",
    "ben": "annotator",
    "cleo": "adjudicator",
    "dan": None,
    "lea": "lead",
}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, worker_id):
    """Make one migrated database per test process: a file to copy, or a server database."""
    if not POSTGRES:
        path = tmp_path_factory.mktemp("template") / "annotator.sqlite3"
        schema.bring_up_to_date(f"sqlite:///{path}")
        yield path
        return
    server = make_url(database_url(POSTGRES, Path()))
    name = f"annotator_test_{os.getpid()}_{worker_id}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = server.set(database=name).render_as_string(hide_password=False)
    try:
        schema.bring_up_to_date(url)
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@pytest.fixture
def settings(migrated, tmp_path):
    """Return the settings of a fresh, empty installation."""
    if isinstance(migrated, str):
        url = migrated
        empty(url)
    else:
        shutil.copyfile(migrated, tmp_path / "annotator.sqlite3")
        url = f"sqlite:///{tmp_path / 'annotator.sqlite3'}"
    key = "7f3d9a41c8e05b62d1f4a97be3068c52"
    return Settings(data=tmp_path, database_url=url, secret_key=key, testing=True)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Keep compiled templates between tests: compiling them took longer than the tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings, compiled):
    """Return the application, with its context pushed: tests read the database as they like."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """Hash passwords in no time; how slow it is in earnest has a test of its own."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)


@pytest.fixture
def project(app):
    """Return a project with the default codebook and its cast.

    Ann and Ben annotate, Cleo adjudicates, Lea leads; Dan has an account and no part in it.
    """
    rng = Random(7)
    with write():
        made = projects.create("us-russia", "US-Russia cooperation", load_default())
        for name, role in CAST.items():
            user = accounts.add_user(name)
            if role is not None:
                people.join(made, user, {role}, rng)
    return made


@pytest.fixture
def browser(app, project):
    """Return a function: `browser("ann")` is Ann's browser, signed in; `browser()` a stranger's."""

    def open_browser(username=None):
        return Browser(app, username)

    return open_browser


@pytest.fixture
def article(project):
    """Return the first seed article, imported into the project and given to Ann and Ben."""
    path = SAMPLES / "000_96e20d9a8f8d9c95.txt"
    draft = importing.read_file(path.name, path.read_bytes())
    with write():
        stored = importing.store_article(project, draft)
        annotators = assigning.annotators_of(project)
        assigning.assign([(stored.id, person.user_id) for person in annotators])
    return stored


@pytest.fixture
def command(settings, monkeypatch):
    """Return a function that runs one `annotator` command in the installation of this test."""
    monkeypatch.setenv("ANNOTATOR_DATA", str(settings.data))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ANNOTATOR_SECRET_KEY", settings.secret_key)

    def run(*words, **kwargs):
        # A context of its own, as in a process of its own: the test's application stays out of it.
        return Context().run(CliRunner().invoke, cli, [str(word) for word in words], **kwargs)

    return run


RELEASES = {}


@pytest.fixture
def made(request, tmp_path_factory, tmp_path):
    """Return a function that gives a copy of a release of one kind; each is written once."""

    def copy(kind="with everything"):
        if kind == "with Parquet":
            pytest.importorskip("pyarrow")
        if kind not in RELEASES:
            folder = tmp_path_factory.mktemp("release") / "v1"
            project, article = (request.getfixturevalue(name) for name in ("project", "article"))
            RELEASES[kind] = verify_examples.released(
                project, article, folder, **verify_examples.KINDS[kind]
            )
        return shutil.copytree(RELEASES[kind], tmp_path / kind.replace(" ", "-"))

    return copy
