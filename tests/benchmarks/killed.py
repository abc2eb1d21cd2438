"""A storm of saves in which the server is killed again and again, and started anew.

People save without a pause; a save without an acknowledgement is sent again under its key, as the
page does. After every few hundred acknowledged choices the server gets SIGKILL, with all its
workers, in the middle of others. In the end the database has to hold each acknowledged choice once,
every chain of events has to be whole, and the counts on assignments have to be right.
"""

import signal
import time
from collections.abc import Iterator

import figures
from crowd import Place, crowd, missing, place, server_database, serving, what_is_kept
from figures import AT_LEAST, Figure, not_measured

PEOPLE = {"small": 5, "full": 20}
SAVES = {"small": 60, "full": 2_000}
KILLS = {"small": 2, "full": 8}


def storm(here: Place, what: str, size: str, *, gunicorn: bool) -> Iterator[Figure]:
    """Yield what a storm with kills has left in the database."""
    saves, kills = SAVES[size], KILLS[size]
    acknowledged, killed, away = 0, 0, []
    with serving(here, gunicorn=gunicorn) as server, crowd(here, server.port) as they:
        they.sign_in(PEOPLE[size])
        they.send(
            {"order": "save", "people": PEOPLE[size], "every": 0, "saves": saves, "tell": True}
        )
        for line in they.lines():
            if isinstance(line, dict):
                found = line
                break
            acknowledged += 1
            if killed < kills and acknowledged >= (killed + 1) * saves // (kills + 1):
                server.end(signal.SIGKILL)
                begun = time.monotonic()
                server.start()
                away.append(time.monotonic() - begun)
                killed += 1
    kept = what_is_kept(found["keys"])
    yield Figure(f"choices acknowledged, {what}", "", [len(found["keys"])], (), "", saves, AT_LEAST)
    yield Figure("times killed meanwhile", "", [killed], (), "", kills, AT_LEAST)
    yield Figure("sent again for want of an acknowledgement", "", [sum(found["faults"].values())])
    yield Figure("seconds from the kill until the server answers", "s", away)
    yield Figure("acknowledged choices lost", "", [kept.lost], budget=0)
    yield Figure("choices stored twice", "", [kept.twice], budget=0)
    yield Figure("faults that an audit finds", "", [kept.chains], budget=0)
    yield Figure("wrong counts and other faults of the database", "", [kept.others], budget=0)


def measure(size: str, _rounds: int) -> list[Figure]:
    """Return what is kept of one storm on each database."""
    people = PEOPLE[size]
    most = 8 * SAVES[size] // people  # of one person: some are faster than others
    with place(people, most) as here:
        found = [*storm(here, "`annotator run` on SQLite", size, gunicorn=False)]
    what = "gunicorn on PostgreSQL"
    if why := missing():
        return [*found, not_measured(f"a storm with kills, {what}", why)]
    with server_database() as url, place(people, most, url) as here:
        return [*found, *storm(here, what, size, gunicorn=True)]


if __name__ == "__main__":
    figures.run(__doc__, measure)
