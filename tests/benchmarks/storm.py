"""Fifty people who save once a second, for two minutes, under `annotator run` on SQLite.

They sign in, and do in each sentence what the page's script does: three choices, each a save, and
Next. A save is due at its time whether the one before has been answered or not, and its latency
counts from when it was due.
"""

import figures
from crowd import Latency, crowd, place, serving, what_is_kept
from figures import AT_LEAST, Figure

PEOPLE = {"small": 5, "full": 50}
SECONDS = {"small": 1, "full": 120}
BUDGET = 100.0  # milliseconds, on two cores without other work


def measure(size: str, _rounds: int, people: int = 0, seconds: int = 0) -> list[Figure]:
    """Return rate, latencies, faults and costs of one storm, and what the database holds of it."""
    people, seconds = people or PEOPLE[size], seconds or SECONDS[size]
    with place(people, seconds) as here:
        with serving(here) as server, crowd(here, server.port) as they:
            idle = server.memory()
            they.sign_in(people)
            signed_in, cpu = server.memory(), server.cpu()
            found = they.order("save", people=people, seconds=seconds)
            cpu, after = server.cpu() - cpu, server.memory()
        kept = what_is_kept(found["keys"])
    latency, faults = Latency.of(found["latencies"]), sum(found["faults"].values())
    done, answered = found["done"], max(found["answered"], 1)
    who = f"{people} people for {seconds} s"
    return [
        Figure(
            f"saves a second, {who}", "/s", [done / seconds], [found["due"] / seconds], "due",
            0.99, AT_LEAST,
        ),
        Figure("from due to acknowledged, half of them within", "ms", [latency.p50]),
        Figure("95 of 100 within", "ms", [latency.p95], budget=BUDGET),
        Figure("99 of 100 within", "ms", [latency.p99]),
        Figure("replies that were no acknowledgement", "", [faults], budget=0),
        Figure(f"of {len(found['keys']):,} acknowledged choices lost", "", [kept.lost], budget=0),
        Figure("stored twice", "", [kept.twice], budget=0),
        Figure("faults that an audit finds", "", [kept.chains], budget=0),
        Figure("other faults of the database", "", [kept.others], budget=0),
        Figure("CPU of the server per save", "ms", [1000 * cpu / answered]),
        Figure("CPU of those who save, per save", "ms", [1000 * found["cpu"] / answered]),
        Figure("memory of the server at its start", "MB", [idle]),
        Figure(f"after {people} sign-ins", "MB", [signed_in]),
        Figure("after the storm", "MB", [after]),
    ]  # fmt: skip


if __name__ == "__main__":
    figures.run(__doc__, measure, people=int, seconds=int)
