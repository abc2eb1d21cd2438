"""Storms of saves with a fault in them, and what is kept and told of them.

The people, the servers and the comparison with the database are those of the benchmarks.
"""

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from places import TESTS

sys.path.insert(0, str(TESTS / "benchmarks"))

import crowd

from annotator.store.db import db

LONG = "ANNOTATOR_FAULTS_LONG" in os.environ
PEOPLE = 6


def size(short, long):
    """Return how many saves or rounds there are, in the short and in the long form."""
    return long if LONG else short


@dataclass
class Row:
    """One line of the table: a fault, and what was left after it."""

    fault: str
    rounds: int = 0
    acknowledged: int = 0
    missing: int = 0
    integrity: str = "ok"
    told: str = ""
    notes: list = field(default_factory=list)

    def cells(self):
        """Return what the table shows."""
        told = "; ".join(filter(None, [self.told, *self.notes]))
        return [
            self.fault,
            f"{self.rounds:,}",
            f"{self.acknowledged:,}",
            f"{self.missing:,}",
            self.integrity,
            told,
        ]


def look_anew():
    """Let go of the database: it may be another server or another file now."""
    db.session.remove()
    db.engine.dispose()


def judge(row, keys):
    """Compare acknowledged saves with the database; nothing may be missing, doubled or damaged."""
    look_anew()
    kept = crowd.what_is_kept(keys)
    row.acknowledged, row.missing = len(set(keys)), kept.lost
    faults = {"stored twice": kept.twice, "broken chains": kept.chains, "others": kept.others}
    row.integrity = ", ".join(f"{n} {what}" for what, n in faults.items() if n) or "ok"
    return row


def hold(row):
    """Fail where something is missing or damaged."""
    assert (row.missing, row.integrity) == (0, "ok"), row
    assert row.acknowledged > 0, row


def told(found):
    """Return in words what people were told, by the kind of reply."""
    parts = []
    for fault, times in sorted(found["faults"].items()):
        words = found["told"].get(fault, "")
        parts.append(f"{times:,} x {fault}" + (f" “{words}”" if words else ""))
    return ", ".join(parts) or "nothing"


class Storm:
    """People who save without a pause, and what happens to their server meanwhile."""

    def __init__(self, here, port, people=PEOPLE):
        self.they = crowd.People(here, port)
        self.people = people
        self.they.sign_in(people)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.they.end()

    def begin(self, saves):
        """Begin so many saves."""
        self.they.send(
            {"order": "save", "people": self.people, "every": 0, "saves": saves, "tell": True}
        )

    def acknowledged(self):
        """Yield each save that is acknowledged; `found` is what there is at the end."""
        for line in self.they.lines():
            if isinstance(line, dict):
                self.found = line
                return
            yield line

    def rage(self, saves, rounds, act):
        """Save so often, and let something happen so many times meanwhile; return the report."""
        self.begin(saves)
        done = 0
        for acknowledged, _ in enumerate(self.acknowledged(), 1):
            if done < rounds and acknowledged >= (done + 1) * saves // (rounds + 1):
                act(done)
                done += 1
        assert done == rounds, "the storm was over before"
        return self.found


def most(saves, people=PEOPLE):
    """Return for how many saves each person needs work: some are faster than others."""
    return 4 * saves // people + 40


def is_answered(port, path="/healthz"):
    """Return how many seconds a page takes; None where it is none."""
    begun = time.monotonic()
    served = crowd.Served.__new__(crowd.Served)
    served.port = port
    return time.monotonic() - begun if served.answers() else None


def part_of(here, first, last):
    """Return the same place with some of its people."""
    return replace(here, who=here.who | {"people": here.who["people"][first:last]})


@contextmanager
def on_postgres(cluster, people, saves):
    """Make a place whose database is a new one of a cluster of the test."""
    cluster.ask("CREATE DATABASE labels")
    url = f"postgresql+psycopg://postgres@{cluster.host}/labels"
    with crowd.place(people, saves, url) as here:
        yield here


def need(why):
    """Skip where something is missing, and say what."""
    if why:
        pytest.skip(why)
