"""PostgreSQL servers of a test's own: made, stopped, killed, copied as a standby and promoted."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from serving_examples import free_port

PROGRAMS = ("initdb", "pg_ctl", "pg_basebackup", "psql")
PATIENCE = 60


def folder_of_programs():
    """Return where the server's programs are; Debian keeps them out of the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parent.name)
    found = [Path(path).parent for path in [shutil.which("initdb")] if path] + versions[::-1]
    for folder in found:
        if all((folder.resolve() / name).exists() for name in PROGRAMS):
            return folder.resolve()
    return None


def missing():
    """Return why no server can be made here, "" where one can."""
    if folder_of_programs() is None:
        return f"PostgreSQL's programs are not installed: {', '.join(PROGRAMS)}"
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            return "PostgreSQL does not run as root, and there is no setpriv"
        if subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode:
            return "PostgreSQL does not run as root, and there is no user postgres"
    return ""


def as_postgres(*words):
    """Return a command for the user that PostgreSQL runs as."""
    command = [str(folder_of_programs() / words[0]), *map(str, words[1:])]
    if os.geteuid():
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


def carry_out(*words):
    """Run one of PostgreSQL's programs."""
    done = subprocess.run(
        as_postgres(*words),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


class Cluster:
    """One server with its data; its user is `postgres`, its only way in is loopback."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.data, self.log = folder / "data", folder / "log"

    @property
    def host(self):
        """Return host and port, as they stand in a database's address."""
        return f"127.0.0.1:{self.port}"

    def make(self):
        """Make an empty database cluster."""
        words = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
        carry_out("initdb", "--pgdata", self.data, *words)

    def copy_of(self, primary):
        """Make a standby of another server, which streams whatever that one stores."""
        where = f"host=127.0.0.1 port={primary.port} user=postgres application_name=standby"
        words = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
        carry_out("pg_basebackup", "--dbname", where, "--pgdata", self.data, *words)

    def start(self):
        """Start it and wait until it takes connections."""
        told = (
            f"-c port={self.port} -c listen_addresses=127.0.0.1 -c max_connections=80"
            f" -c unix_socket_directories={self.folder} -c shared_buffers=32MB"
        )
        carry_out("pg_ctl", "-w", "-D", self.data, "-l", self.log, "-o", told, "start")

    def stop(self, mode="fast"):
        """Stop it; `immediate` is a crash: nothing is tidied up."""
        carry_out("pg_ctl", "-w", "-D", self.data, "-m", mode, "stop")

    def promote(self):
        """Make a standby the one that takes writes."""
        carry_out("pg_ctl", "-w", "-D", self.data, "promote")

    def is_running(self):
        """Say whether the server runs."""
        return (self.data / "postmaster.pid").exists()

    def ask(self, statement, database="postgres"):
        """Return what a statement gives."""
        words = ("--no-psqlrc", "-qAt", "-h", "127.0.0.1", "-p", self.port, "-U", "postgres")
        return carry_out("psql", *words, "-d", database, "-c", statement).strip()


@contextmanager
def cluster(standby_of=None):
    """Make and start a server, and remove it afterwards; with `standby_of` its standby."""
    folder = Path(mkdtemp(prefix="annotator-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = Cluster(folder)
    try:
        if standby_of is None:
            made.make()
        else:
            made.copy_of(standby_of)
        made.start()
        yield made
    finally:
        if made.is_running():
            made.stop("immediate")
        shutil.rmtree(folder)


@contextmanager
def pair():
    """Make a server and a standby that has whatever the server says it has stored."""
    with cluster() as primary, cluster(standby_of=primary) as standby:
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        primary.ask("SELECT pg_reload_conf()")
        end = time.monotonic() + PATIENCE
        state = "SELECT sync_state FROM pg_stat_replication"
        while primary.ask(state) != "sync":
            assert time.monotonic() < end, primary.ask(state)
            time.sleep(0.1)
        yield primary, standby
