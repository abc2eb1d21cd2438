"""Servers that are killed, or asked to stop, in the middle of saves."""

import signal
import time

import crowd
import pytest
from postgres_cluster import cluster, missing
from storms import PEOPLE, Storm, hold, judge, most, need, on_postgres, size, told

SQLITE, POSTGRES = "`annotator run` on SQLite", "gunicorn on PostgreSQL"
KILLS = {SQLITE: size(1, 30), POSTGRES: size(1, 25)}
SAVES = {SQLITE: size(60, 5_500), POSTGRES: size(60, 4_500)}
STOPS, SAVES_OVER_STOPS = size(1, 10), size(50, 1_000)
# gunicorn's own end takes a moment more.
MOST_SECONDS = {SQLITE: 5.0, POSTGRES: 6.0}


@pytest.fixture(params=[SQLITE, POSTGRES], ids=["sqlite", "postgres"])
def kind(request):
    return request.param


@pytest.fixture
def here(kind):
    saves = most(SAVES[kind] + SAVES_OVER_STOPS)
    if kind == SQLITE:
        with crowd.place(PEOPLE, saves) as found:
            yield found
        return
    need(missing())
    with cluster() as server, on_postgres(server, PEOPLE, saves) as found:
        yield found


def test_a_server_that_is_killed_or_stopped_loses_no_acknowledged_save(here, kind, row):
    killed, stopped = row(f"kill -9, {kind}", KILLS[kind]), row(f"SIGTERM, {kind}", STOPS)
    away, ends, codes = [], [], []
    by_gunicorn = kind == POSTGRES
    with crowd.serving(here, gunicorn=by_gunicorn) as server, Storm(here, server.port) as storm:

        def kill(_number):
            server.end(signal.SIGKILL)
            begun = time.monotonic()
            server.start()
            away.append(time.monotonic() - begun)

        def stop(_number):
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            codes.append(server.process.wait(timeout=60))
            ends.append(time.monotonic() - begun)
            server.start()

        found = storm.rage(SAVES[kind], killed.rounds, kill)
        killed.told = told(found)
        killed.notes.append(f"at most {max(away):.1f} s until it answers again")
        hold(judge(killed, found["keys"]))
        found = storm.rage(SAVES_OVER_STOPS, STOPS, stop)
    stopped.told = told(found)
    stopped.notes.append(f"ended within {max(ends):.1f} s")
    hold(judge(stopped, found["keys"]))
    assert set(codes) == {0}
    assert max(ends) <= MOST_SECONDS[kind]
