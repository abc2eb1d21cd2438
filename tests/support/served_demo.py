"""The demo as a process of its own, for the browser."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

from serving_examples import free_port

from annotator.app import create_app
from annotator.config import Settings
from annotator.store.db import db, write
from annotator.work.accounts import accounts, sessions

NAME = "annotator.sqlite3"


class Demo:
    """The demo as a process of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.process = self.app = self.kept = None
        self.base, self.links = "", {}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        self.stop()

    def start(self, port=0):
        """Start and wait until it serves.

        A free port can be taken by the time it is asked for; then another one is tried.
        """
        for chosen in [port] if port else [free_port(), free_port(), free_port()]:
            if self.serves(chosen):
                break
        wait_for(self.base + "/healthz")

    def serves(self, port):
        """Start on this port; return whether that went well."""
        command = [sys.executable, "-m", "annotator", "demo", "--no-browser", "--port", str(port)]
        environment = {**os.environ, "ANNOTATOR_DATA": str(self.folder), "PYTHONUNBUFFERED": "1"}
        environment.pop("ANNOTATOR_DATABASE_URL", None)
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.process.stdout:
            words = line.split()
            if words and words[-1].startswith("http://"):
                if "/sign-in/" in words[-1]:
                    self.links[words[0]] = words[-1]
                else:
                    self.base = words[-1]
            if line.startswith("Stop with"):
                return True
        self.process.stdout.close()
        self.process.wait(timeout=30)
        return False

    def keep(self, copy):
        """Keep the database and the links as they are now."""
        with database(self.folder / NAME) as here, database(copy) as there:
            here.backup(there)
        self.kept = copy, dict(self.links)

    def begin_anew(self):
        """Let the running server have what was kept, and no file of a test before."""
        if self.process.poll() is not None:  # a test that stopped it did not get on
            self.start(int(self.base.rpartition(":")[2]))
        copy, links = self.kept
        self.links = dict(links)
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith((NAME, "secret.key")):
                path.unlink()
        with database(copy) as kept, database(self.folder / NAME) as here:
            kept.backup(here)

    def sign_in(self, name):
        """Sign somebody in as a link does, and return the cookie of that browser.

        What a page sends that a test before has left behind is refused: its session is gone.
        """
        self.app = self.app or create_app(Settings.from_environ({}, data=self.folder))
        client = self.app.test_client()
        with self.app.app_context():
            with write():
                user = accounts.get_user(name)
                token = sessions.start_session(user, "127.0.0.1", by_link=True)
            with client.session_transaction() as session:
                session.update(_user_id=token, _fresh=True, user=user.id)
            db.session.remove()
            db.engine.dispose()
        cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return {"name": cookie.key, "value": cookie.value, "url": self.base, "httpOnly": True}

    def stop(self):
        """Ask it to stop, and wait."""
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def kill(self):
        """End it at once, without a word."""
        self.process.kill()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def database(path):
    """Open a database, to be closed."""
    return closing(sqlite3.connect(path, timeout=20))


def wait_for(url, seconds=20):
    """Wait until an address answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as reply:
                assert reply.status == 200
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def set_gates(demo, **least):
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute("UPDATE projects SET gates = ?", (json.dumps(least),))
    database.close()


SLUG = "us-russia-cooperation"
HERE = re.compile(r"/adjudicate/\d+/\d+")
