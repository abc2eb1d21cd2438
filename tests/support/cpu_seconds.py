"""Which tests take most: CPU seconds, which other work on the machine changes little.

`pytest --cpu 20` shows the dearest twenty files and tests; processes that a test waits for count.
`pytest -m "not slow and not faults" --note-longer` writes the list of those that are `longer`.
"""

import resource
import time
from collections import Counter
from pathlib import Path

import pytest

# A test that takes more CPU seconds than this is left to `.ci/run`; the others, five of six, are
# what the README's command has two minutes for.
LIMIT = 0.12
NOTED = Path(__file__).parents[1] / "data" / "longer.txt"


def longer():
    """Return the names of the tests, without their cases, that were noted as longer."""
    return frozenset(NOTED.read_text("utf-8").split())


def note_longer(tests):
    """Write down which tests take longer, by the mean of their cases."""
    cases = Counter(map(test_of, tests))
    sums = Counter()
    for name, seconds in tests.items():
        sums[test_of(name)] += seconds
    names = sorted(name for name, seconds in sums.items() if seconds > LIMIT * cases[name])
    NOTED.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def test_of(name):
    """Return the name of a test without that of its case."""
    return name.split("[")[0]


def used():
    """Return the CPU seconds of this process and of those that it has waited for."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


class CpuSeconds:
    """Adds to each report what its phase took, wherever it runs, and shows the sums at the end."""

    def __init__(self, most, *, noting=False):
        self.most, self.noting = most, noting
        self.before = 0.0
        self.tests = Counter()

    def pytest_runtest_logstart(self):
        self.before = used()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self):
        report = yield
        now = used()
        report.cpu, self.before = now - self.before, now
        return report

    def pytest_runtest_logreport(self, report):
        self.tests[report.nodeid] += report.cpu

    def pytest_terminal_summary(self, terminalreporter):
        files = Counter()
        for name, seconds in self.tests.items():
            files[name.split("::")[0]] += seconds
        terminalreporter.section(f"CPU seconds: {self.tests.total():.1f} in tests")
        for name, seconds in [*files.most_common(self.most), *self.tests.most_common(self.most)]:
            terminalreporter.write_line(f"{seconds:7.2f}  {name}")
        if self.noting:
            note_longer(self.tests)
