"""Which tests take most: CPU seconds, which other work on the machine changes little.

`pytest --cpu 20` shows the dearest twenty files and tests; processes that a test waits for count.
"""

import resource
import time
from collections import Counter

import pytest


def used():
    """Return the CPU seconds of this process and of those that it has waited for."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


class CpuSeconds:
    """Adds to each report what its phase took, wherever it runs, and shows the sums at the end."""

    def __init__(self, most):
        self.most = most
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
