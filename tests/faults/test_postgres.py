"""PostgreSQL that is restarted or lost in the middle of saves; the servers of annotator go on."""

import subprocess
import sys
import time

import crowd
from postgres_cluster import cluster, missing, pair
from storms import PEOPLE, Storm, hold, judge, most, need, on_postgres, size, told


def doctor(server):
    """Return what `annotator doctor` warns of."""
    done = subprocess.run(
        [sys.executable, "-m", "annotator", "doctor"],
        env=server.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def test_postgresql_is_restarted_and_nobody_restarts_annotator(row):
    """Every second time without tidying up, as after a loss of power of the server's machine."""
    line = row("PostgreSQL restarted", size(2, 10))
    need(missing())
    saves, away = size(80, 600), []
    with (
        cluster() as server,
        on_postgres(server, PEOPLE, most(saves)) as here,
        crowd.serving(here, gunicorn=True) as served,
        Storm(here, served.port) as storm,
    ):
        process = served.process.pid

        def restart(number):
            begun = time.monotonic()
            server.stop(("immediate", "fast")[number % 2])
            server.start()
            while not served.answers():
                time.sleep(0.05)
            away.append(time.monotonic() - begun)

        found = storm.rage(saves, line.rounds, restart)
        line.told = told(found)
        line.notes.append(f"away for at most {max(away):.1f} s")
        hold(judge(line, found["keys"]))
        assert (served.process.pid, served.process.poll()) == (process, None)
    assert "500" not in found["faults"]


def test_the_standby_takes_over_with_every_acknowledged_save(row):
    """The address names both; a save is acknowledged when the standby has it, too."""
    line = row("PostgreSQL lost, synchronous standby promoted", 1)
    need(missing())
    saves, away = size(80, 600), []
    with pair() as (primary, standby):
        primary.ask("CREATE DATABASE labels")
        hosts = f"{primary.host},{standby.host}"
        url = f"postgresql://postgres@{hosts}/labels?target_session_attrs=read-write"
        with (
            crowd.place(PEOPLE, most(saves), crowd.database_url(url, None)) as here,
            crowd.serving(here, gunicorn=True) as served,
            Storm(here, served.port) as storm,
        ):

            def lose(_number):
                begun = time.monotonic()
                primary.stop("immediate")
                standby.promote()
                while not served.answers():
                    time.sleep(0.05)
                away.append(time.monotonic() - begun)

            assert "no standby is synchronous" not in doctor(served)
            found = storm.rage(saves, 1, lose)
            line.told = told(found)
            line.notes.append(f"away for {away[0]:.1f} s")
            standby.ask("ALTER SYSTEM RESET synchronous_standby_names")
            standby.ask("SELECT pg_reload_conf()")
            assert "no standby is synchronous" in doctor(served)
            hold(judge(line, found["keys"]))
    assert "500" not in found["faults"]
