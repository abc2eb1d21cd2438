"""Two processes behind the sample's proxy, on PostgreSQL, each killed in turn."""

import signal
from contextlib import ExitStack
from dataclasses import replace

import crowd
import deployment_examples
from deployment_examples import NAME, proxy
from postgres_cluster import cluster, missing
from storms import PEOPLE, Storm, hold, judge, most, need, on_postgres, size, told


def test_two_processes_behind_a_proxy_are_killed_in_turn(row):
    line = row("two processes behind nginx, each killed in turn", size(2, 10))
    need(missing() or deployment_examples.missing())
    saves = size(90, 600)
    settings = {"ANNOTATOR_BEHIND_PROXY": "1", "ANNOTATOR_TRUSTED_HOSTS": NAME}
    with (
        cluster() as server,
        on_postgres(server, PEOPLE, most(saves)) as here,
        ExitStack() as stack,
    ):
        two = [stack.enter_context(crowd.serving(here, **settings)) for _ in range(2)]
        http, https = crowd.free_port(), crowd.free_port()
        certificate = stack.enter_context(
            proxy(here.folder / "nginx", http, https, [each.port for each in two])
        )
        through = replace(here, who=here.who | {"host": NAME, "tls": str(certificate)})
        storm = stack.enter_context(Storm(through, https))

        def kill(number):
            killed = two[number % 2]
            killed.end(signal.SIGKILL)
            # The other one has them all for a while.
            before = two[1 - number % 2].process.poll()
            assert before is None
            killed.start()

        found = storm.rage(saves, line.rounds, kill)
        line.told = told(found)
        hold(judge(line, found["keys"]))
