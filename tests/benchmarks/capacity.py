"""How many people who save once a second one installation carries.

From stage to stage there are more of them, until 95 of 100 saves are not acknowledged within 250 ms
any more: one `annotator run` on SQLite, and gunicorn with two workers on PostgreSQL. People,
servers and database share the cores of one machine.
"""

from collections.abc import Iterator

import figures
from crowd import Latency, Place, crowd, missing, place, server_database, serving
from figures import Figure, not_measured

STAGES = {
    "small": (3, 6),
    "full": (10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500),
}
SECONDS = {"small": 1, "full": 15}
ENOUGH = 250.0  # milliseconds
SQLITE, SERVER = "one `annotator run` on SQLite", "two gunicorn workers on PostgreSQL"


def carried(here: Place, what: str, size: str, *, gunicorn: bool) -> Iterator[Figure]:
    """Yield the most people that were carried, and how it went with them and with more."""
    held, at, beyond = 0, None, ""
    with serving(here, gunicorn=gunicorn) as server, crowd(here, server.port) as they:
        for people in STAGES[size]:
            they.sign_in(people)
            before = server.cpu()
            found = they.order("save", people=people, seconds=SECONDS[size])
            cpu = 1000 * (server.cpu() - before) / max(found["answered"], 1)
            latency = Latency.of(found["latencies"])
            if latency.p95 > ENOUGH or found["faults"]:
                beyond = f"{people} people: 95 of 100 within"
                break
            held, at = people, (latency, found["done"] / SECONDS[size], cpu)
    more = "" if beyond else ", and no more were tried"
    yield Figure(f"people carried, {what}{more}", "", [held])
    if at is not None:
        yield Figure(f"with {held} people: saves a second", "/s", [at[1]])
        yield Figure("95 of 100 acknowledged within", "ms", [at[0].p95])
        yield Figure("CPU of the server's Python per save", "ms", [at[2]])
    if beyond:
        yield Figure(f"with {beyond}", "ms", [latency.p95])
        faults = sum(found["faults"].values())
        yield Figure("replies that were no acknowledgement", "", [faults])


def measure(size: str, _rounds: int) -> list[Figure]:
    """Return the most people of both; each is tried once."""
    most = STAGES[size][-1]
    saves = len(STAGES[size]) * (SECONDS[size] + 1)
    with place(most, saves) as here:
        found = [*carried(here, SQLITE, size, gunicorn=False)]
    if why := missing():
        return [*found, not_measured(f"people carried, {SERVER}", why)]
    with server_database() as url, place(most, saves, url) as here:
        return [*found, *carried(here, SERVER, size, gunicorn=True)]


if __name__ == "__main__":
    figures.run(__doc__, measure)
