"""The one installation of a test process, and the states that its tests begin from.

Making an application and labelling an article take longer than most tests. So a process has one
application, and what a fixture stores is kept when it is made for the first time; later tests get
a copy. Each test still begins with a database that no other test has touched.
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import wraps
from itertools import count
from pathlib import Path

from sqlalchemy import event, inspect, text

from annotator.app import create_app
from annotator.config import Settings
from annotator.store.db import Base, db

KEY = "7f3d9a41c8e05b62d1f4a97be3068c52"
EMPTY = ()
FILE = "annotator.sqlite3"


class Installation:
    """An application, its data folder and its database."""

    current = None
    # Whether a part of the program is another one during this test.
    patched = False

    def __init__(self, folder, beside, url, kept):
        """Make it in this folder; `kept` keeps what a database of this address holds.

        Copies of its files lie in the folder beside it.
        """
        self.folder = beside
        self.settings = Settings(data=folder, database_url=url, secret_key=KEY, testing=True)
        self.kept = kept
        self.app = create_app(self.settings)
        with self.app.app_context():
            kept.prepare(db.engine)
            db.session.execute(text("SELECT 1"))  # the first connection turns the log on
            db.session.remove()
            kept.close(db.engine)
        self.commands = {}
        self.stages = {EMPTY: Stage(kept.keep())}
        self.stage = EMPTY
        Installation.current = self

    def end(self):
        """Close the database for good."""
        with self.app.app_context():
            db.engine.dispose()
        self.kept.end()

    def begin(self, *steps):
        """Be as on the first day: no file but the database, and in that what these steps store."""
        for path in self.settings.data.iterdir():
            remove(path)
        with self.app.app_context():
            stage = tuple(step.key() for step in steps)
            self.put(EMPTY if self.patched or stage not in self.stages else stage)
            if self.stage != stage:
                for step in steps:
                    step()

    def open_for_command(self, make, settings):
        """Return the application of a command; commands of this place share one of each make."""
        if (make, settings) not in self.commands:
            made = make(settings)
            if settings.data != self.settings.data:
                return made
            with made.app_context():
                self.kept.prepare(db.engine)
            self.commands[make, settings] = made
        return self.commands[make, settings]

    def put(self, stage):
        """Let the installation be as it was kept, and what a test holds of it as it is there."""
        db.session.rollback()
        self.kept.close(db.engine)
        self.kept.put(self.stages[stage].database)
        for name, path in self.stages[stage].files:
            remove(self.settings.data / name)
            copy(path, self.settings.data / name)
        self.stage = stage
        for each in list(db.session):
            db.session.refresh(each)
        look_away()

    def reach(self, step, build):
        """Carry out a step, or take what it led to when it was last carried out from here.

        Where something else was stored meanwhile, or a part of the program was replaced for this
        test, nothing is kept and nothing is taken.
        """
        if self.patched or self.kept.is_changed():
            return build()
        stage = (*self.stage, step)
        if stage not in self.stages:
            result = build()
            if self.patched:
                return result
            db.session.rollback()
            self.stages[stage] = Stage(self.kept.keep(), self.keep_files(), held(result))
        self.put(stage)
        result = found(self.stages[stage].result)
        look_away()
        return result

    def keep_files(self):
        """Copy what lies beside the database."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        return [
            (path.name, copy(path, folder / path.name))
            for path in self.settings.data.iterdir()
            if not path.name.startswith(FILE)
        ]


@dataclass
class Stage:
    """What was kept of an installation, and what the step to it returned."""

    database: object
    files: list = ()
    result: object = None


class Held(tuple):
    """A row that a step returned: its class and its primary key."""


def held(value):
    """Return a result without its session."""
    return mapped(value, Base, lambda row: Held((type(row), inspect(row).identity)))


def found(value):
    """Return a result with the rows as they are stored now."""
    return mapped(value, Held, lambda row: db.session.get_one(*row))


def mapped(value, kind, change):
    """Change each value of a kind in a result, however it is nested."""
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(each, kind, change) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(each, kind, change) for each in value)
    return value


def remove(path):
    """Remove a file or a folder, where there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def copy(path, place):
    """Copy a file or a folder; return the copy."""
    return shutil.copytree(path, place) if path.is_dir() else shutil.copy2(path, place)


def look_away():
    """End the reading: the next look is at what others, too, have stored until then."""
    db.session.commit()


def staged(build):
    """Let a function that stores something be a step to a state; also the one of a fixture.

    It returns rows, or what holds rows and plain values.
    """

    def key(*args, **kwargs):
        return build.__module__, build.__qualname__, key_of(args), key_of(sorted(kwargs.items()))

    @wraps(build)
    def step(*args, **kwargs):
        return Installation.current.reach(key(*args, **kwargs), lambda: build(*args, **kwargs))

    step.key = key
    return step


def key_of(value):
    """Return what tells an argument from others."""
    if isinstance(value, (list, tuple)):
        return tuple(map(key_of, value))
    if hasattr(value, "tobytes"):
        return (value.shape, value.dtype.str, value.tobytes())
    if isinstance(value, Base):
        return (type(value).__name__, inspect(value).identity)
    if callable(value):  # what a fixture only needs to be there
        return getattr(value, "__qualname__", type(value).__name__)
    return repr(value)


class Files:
    """Keeps the states of a database file as copies of it."""

    def __init__(self, path, folder):
        self.path, self.folder, self.copies = path, folder, count(1)
        self.sides = [Path(f"{path}{end}") for end in ("-wal", "-shm")]
        self.put_down = None

    def prepare(self, engine):
        """Let no test wait for the disk: none of them cuts the power."""

        @event.listens_for(engine, "connect")
        def hurry(connection, _record):
            connection.execute("PRAGMA synchronous=OFF")

    def keep(self):
        """Copy the database, and return the copy."""
        copy = self.folder / f"{next(self.copies)}.sqlite3"
        with closing(sqlite3.connect(self.path)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
        return copy

    def close(self, engine):
        """Close every connection: each knows the file that it opened."""
        engine.dispose()

    def put(self, copy):
        """Put a copy in the place of the database."""
        for side in self.sides:
            side.unlink(missing_ok=True)
        draft = self.path.with_suffix(".draft")
        shutil.copyfile(copy, draft)
        os.replace(draft, self.path)
        self.put_down = self.look()

    def is_changed(self):
        """Say whether anything was stored since a copy was put down."""
        return self.look() != self.put_down

    def look(self):
        """Return what a write changes: the file, or the log beside it."""
        found = self.path.stat()
        log = self.sides[0]
        written = log.stat().st_size if log.exists() else 0
        return found.st_ino, found.st_mtime_ns, found.st_size, written

    def end(self):
        """Leave the files to whoever removes the folder."""
