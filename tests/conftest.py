"""The cast, the database of each test, and a client that checks every page it gets."""

import gc
import os
import shutil
import tempfile
import threading
from contextvars import Context
from functools import partial
from pathlib import Path
from random import Random

import hypothesis
import pytest
import skipped
import verify_examples
from argon2 import PasswordHasher
from beside_examples import saving
from browser import Browser
from click.testing import CliRunner
from cpu_seconds import CpuSeconds, longer, test_of
from installation import FILE, Files, Installation, look_away, staged
from jinja2 import FileSystemBytecodeCache
from server_database import Rows
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import make_url

from annotator.app import create_app
from annotator.cli import cli, context, demo, run_init
from annotator.codebook.load import load_default
from annotator.config import database_url
from annotator.paths import SAMPLES
from annotator.store import schema
from annotator.store.db import db, write
from annotator.store.models import Article, Project
from annotator.work.accounts import accounts, memberships, passwords, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning

# A busy machine is no fault of the code.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("quick", **PATIENT, max_examples=10)
hypothesis.settings.register_profile("thorough", **PATIENT, max_examples=40)

ROOM_IN_MEMORY = 2 * 1024**3
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
FIRST_KEY = "000_96e20d9a8f8d9c95"
CAST = {
    "ann": "annotator",
    "ben": "annotator",
    "cleo": "adjudicator",
    "dan": None,
    "lea": "lead",
}


def pytest_addoption(parser):
    parser.addoption("--cpu", type=int, help="show which so many files and tests take most CPU")
    parser.addoption("--note-longer", action="store_true", help="write down which tests are longer")
    parser.addoption("--skipped", action="store_true", help="run what the last run has skipped")


def store_in_memory():
    """Keep what the tests store in memory where there is room, unless TMPDIR says another place.

    They test the program: a disk that takes its time for each of a hundred thousand commits is no
    part of it. The workers of this run inherit the place.
    """
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return
    if shutil.disk_usage(memory).free >= ROOM_IN_MEMORY:
        os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


def pytest_configure(config):
    """Look at more examples where the properties are asked for by name, as `.ci/run` does."""
    store_in_memory()
    most, noting = config.getoption("cpu"), config.getoption("note_longer")
    if most or noting:
        config.pluginmanager.register(CpuSeconds(most or 0, noting=noting))
    config.pluginmanager.register(FromBothEnds())
    skipped.watch(config)
    thorough = "hypothesis" in config.getoption("markexpr")
    hypothesis.settings.load_profile("thorough" if thorough else "quick")


class FromBothEnds:
    """Lets every other process collect from the last file on.

    Collecting is mostly compiling, and what one has compiled the others read: they meet in the
    middle. All need the same order, so it is by name again before it is a random one.
    """

    backwards = os.environ.get("PYTEST_XDIST_WORKER", "gw0")[-1] in "13579"

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        report = yield
        if self.backwards and isinstance(collector, (pytest.Session, pytest.Directory)):
            report.result.reverse()
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda test: test.path)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """Mark what takes longer, and what asks for a database: the rest is the same on PostgreSQL.

    What a fixture asks for only while it is made is not seen here; such a file has the marker.
    """
    noted = longer()
    for test in items:
        if test_of(test.nodeid) in noted:
            test.add_marker("longer")
        if "server_url" in test.fixturenames or test.get_closest_marker("server"):
            test.add_marker("database")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """Let nobody look for garbage among thousands of tests, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(scope="session")
def server_url(worker_id):
    """Return the address of a database of this process on the server; None where files are used."""
    if not POSTGRES:
        yield None
        return
    server = make_url(database_url(POSTGRES, Path()))
    name = f"annotator_test_{os.getpid()}_{worker_id}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@pytest.fixture(scope="session")
def installation(server_url, tmp_path_factory):
    """Make the application of this process and its database."""
    folder = tmp_path_factory.mktemp("installation")
    file = folder / FILE
    url = server_url or f"sqlite:///{file}"
    schema.bring_up_to_date(url)
    beside = tmp_path_factory.mktemp("kept")
    kept = Rows(url) if server_url else Files(file, beside)
    made = Installation(folder, beside, url, kept)
    made.app.jinja_env.bytecode_cache = FileSystemBytecodeCache(compiled_folder(tmp_path_factory))
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (context, "open_database"),
            (demo, "create_app"),
            (run_init, "create_app"),
        ):
            patch.setattr(module, name, partial(made.open_for_command, getattr(module, name)))
        yield made
    made.end()


def compiled_folder(tmp_path_factory):
    """Return where the processes of one run share what compiling a template gave."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "compiled"
    folder.mkdir(exist_ok=True)
    return str(folder)


@pytest.fixture
def settings(installation, request):
    """Return the settings of the installation, in which there is nothing but what is asked for."""
    installation.begin(*(FIRST[name] for name in FIRST if name in request.fixturenames))
    return installation.settings


@pytest.fixture
def app(installation, settings):
    """Return the application, with its context pushed: tests read the database as they like."""
    running = set(threading.enumerate())
    with installation.app.app_context():
        yield installation.app
        for thread in set(threading.enumerate()) - running:
            thread.join(30)  # what it stores must not come into the next test
        db.session.remove()
        installation.kept.close(db.engine)


@pytest.fixture
def own_app(settings):
    """Return an application that this test may change."""
    made = create_app(settings)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def listen(app):
    """Return a function that hears what the engine of the application does in this test."""
    heard = []

    def begin(*words):
        event.listen(db.engine, *words)
        heard.append(words)

    yield begin
    for words in heard:
        event.remove(db.engine, *words)


class Replacing(pytest.MonkeyPatch):
    """Notes when a part of the program is replaced: what is stored then is of this test alone."""

    def setattr(self, *args, **kwargs):
        Installation.patched = True
        super().setattr(*args, **kwargs)

    def setitem(self, dic, *args, **kwargs):
        Installation.patched |= dic is not os.environ
        super().setitem(dic, *args, **kwargs)


@pytest.fixture
def monkeypatch():
    """Return pytest's own, which says when it is used."""
    patch = Replacing()
    yield patch
    patch.undo()
    Installation.patched = False


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes():
    """Hash passwords in no time; how slow it is in earnest has a test of its own."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", cheap)
        yield


@staged
def make_project():
    rng = Random(7)
    with write():
        made = projects.create("us-russia", "US-Russia cooperation", load_default())
        for name, role in CAST.items():
            user = accounts.add_user(name)
            if role is not None:
                memberships.join(made, user, {role}, rng)


@pytest.fixture
def project(app):
    """Return a project with the default codebook and its cast.

    Ann and Ben annotate, Cleo adjudicates, Lea leads; Dan has an account and no part in it.
    """
    return the_one(select(Project).where(Project.slug == "us-russia"), make_project)


@pytest.fixture
def browser(app, project):
    """Return a function: `browser("ann")` is Ann's browser, signed in; `browser()` a stranger's."""

    def open_browser(username=None):
        return Browser(app, username)

    return open_browser


@staged
def give_article():
    path = SAMPLES / f"{FIRST_KEY}.txt"
    draft = storing.read_file(path.name, path.read_bytes())
    with write():
        project = projects.get("us-russia")
        stored = storing.store_article(project, draft)
        annotators = assigning.annotators_of(project)
        assigning.assign([(stored.id, person.user_id) for person in annotators])


@pytest.fixture
def article(project):
    """Return the first seed article, imported into the project and given to Ann and Ben."""
    return the_one(select(Article).where(Article.key == FIRST_KEY), give_article)


# What a test may begin with is put down at once, not one after the other.
FIRST = {"project": make_project, "article": give_article}


def the_one(query, step):
    """Return the one that a step stores, which may have been carried out already."""
    found = db.session.scalars(query).one_or_none()
    if found is None:
        step()
        found = db.session.scalars(query).one()
    look_away()
    return found


@pytest.fixture
def saver(settings, article):
    """Let Ann save in the first article, in another process."""
    with saving(settings, article) as saver:
        yield saver


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
