"""What a save costs on PostgreSQL, under gunicorn with two workers: against one stored row.

The bare Flask endpoint inserts a row and commits, in the same database under a gunicorn of its own.
Each client is another person, who changes the stance of a stored claim as the page's script posts
it. PostgreSQL's CPU is that of the processes that serve the connections to this database.
"""

from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import figures
from crowd import Place, Served, cpu_of, missing, place, server_database, serving
from figures import AT_LEAST, AT_MOST, Figure, not_measured
from saves import BARE, Saver, bare_post, rate, saving
from sqlalchemy import select, text
from stage import Browser

from annotator.store.db import db, write
from annotator.store.models import Article, User

CLIENTS = (8, 32)
TIMES = {"small": 10, "full": 400}
SECONDS = {"small": 0.2, "full": 5.0}
ROWS = "CREATE TABLE bare_rows (id BIGSERIAL PRIMARY KEY, key TEXT, value TEXT)"
# With that of this process itself, which asks for this alone meanwhile.
BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
"""

Act = Callable[[HTTPConnection], None]


def savers(here: Place) -> list[Saver]:
    """Return one for each person, with a claim stored in a sentence of an own article."""
    found = []
    for name, _, articles in here.who["people"]:
        user = db.session.scalars(select(User).where(User.username == name)).one()
        article = db.session.get_one(Article, articles[0])
        saver = Saver(Browser(here.app, user), article, 20, here.who["speaker"])
        saver.save()
        found.append(saver)
    return found


def server_cpu() -> float | None:
    """Return the CPU seconds of PostgreSQL for this database; None where nobody can read them."""
    db.session.rollback()
    taken = 0.0
    for process in db.session.scalars(text(BACKENDS)):
        try:
            name = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
            ran = cpu_of(process)
        except OSError:
            return None  # the server is another machine
        if name != "postgres":
            return None
        taken += ran
    return taken


def costs(server: Served, act: Act, times: int) -> tuple[float, float | None]:
    """Return the CPU of one act in ms, in the server's Python and in PostgreSQL."""
    connection = HTTPConnection("127.0.0.1", server.port)
    act(connection)
    python, database = server.cpu(), server_cpu()
    for _ in range(times):
        act(connection)
    taken, after = server.cpu() - python, server_cpu()
    connection.close()
    behind = None if database is None or after is None else 1000 * (after - database) / times
    return 1000 * taken / times, behind


def measured(here: Place, size: str, rounds: int) -> list[Figure]:
    """Return CPU of a save and saves a second, each in turn with the bare endpoint's."""
    with write():
        db.session.execute(text(ROWS))
    with (
        serving(here, gunicorn=True) as server,
        serving(here, gunicorn=True, module="bare_on_postgres:create_app()") as bare,
    ):
        acts: list[Act] = [saving(saver) for saver in savers(here)]
        # Until each thread has its connection, and each connection knows its tables.
        rate(server.port, acts, SECONDS[size])
        rate(bare.port, [bare_post] * len(acts), SECONDS[size])
        taken = [
            (costs(server, acts[0], TIMES[size]), costs(bare, bare_post, TIMES[size]))
            for _ in range(rounds)
        ]
        rates = {
            clients: [
                (
                    rate(server.port, acts[:clients], SECONDS[size]),
                    rate(bare.port, [bare_post] * clients, SECONDS[size]),
                )
                for _ in range(rounds)
            ]
            for clients in CLIENTS
        }
    python, database = ([(ours[part], theirs[part]) for ours, theirs in taken] for part in (0, 1))
    found = [figure("a save: CPU in Python", "ms", python, 3.0)]
    if any(None in pair for pair in database):
        found.append(not_measured("a save: CPU in PostgreSQL", "its processes cannot be read"))
    else:
        found.append(figure("a save: CPU in PostgreSQL", "ms", database))
    found += [
        figure(f"saves a second, {clients} clients", "/s", pairs, 0.5, AT_LEAST)
        for clients, pairs in rates.items()
    ]
    return found


def figure(
    what: str, unit: str, pairs: list[Any], budget: float | None = None, bound: str = AT_MOST
) -> Figure:
    """Return the line of what was measured in turn with the bare endpoint."""
    ours, theirs = zip(*pairs, strict=True)
    return Figure(what, unit, ours, theirs, BARE, budget, bound)


def measure(size: str, rounds: int) -> list[Figure]:
    """Return what a save costs there, or why nobody can say."""
    if why := missing():
        return [not_measured("a save on PostgreSQL", why)]
    with server_database() as url, place(max(CLIENTS), 4, url) as here:
        return measured(here, size, rounds)


if __name__ == "__main__":
    figures.run(__doc__, measure)
