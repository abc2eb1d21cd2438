"""Which tests were skipped: `pytest --skipped` runs those of the last whole run, and no others.

A test skips where an extra is not installed. `.ci/run` installs the extras after the README's test
command, and then runs what that has passed over.
"""

from pathlib import Path

KEPT = "annotator/skipped"


class Skipped:
    """Keeps the names of skipped tests, and of files that are skipped as a whole."""

    def __init__(self, config):
        self.config = config
        self.names = set()

    def note(self, report):
        """Remember a test, or a file, that was skipped."""
        if report.skipped:
            self.names.add(report.nodeid)

    def pytest_collectreport(self, report):
        self.note(report)

    def pytest_runtest_logreport(self, report):
        self.note(report)

    def pytest_sessionfinish(self):
        """Keep them; a worker knows of some only."""
        if not hasattr(self.config, "workerinput"):
            self.config.cache.set(KEPT, sorted(self.names))


class OnlySkipped:
    """Leaves out every test that was not skipped, and does not open files without any."""

    def __init__(self, config):
        self.names = set(config.cache.get(KEPT, []))
        self.files = {config.rootpath / name.split("::")[0] for name in self.names}

    def pytest_ignore_collect(self, collection_path: Path):
        is_test = collection_path.suffix == ".py" and collection_path.name.startswith("test_")
        return True if is_test and collection_path not in self.files else None

    def pytest_collection_modifyitems(self, config, items):
        def chosen(item):
            return item.nodeid in self.names or item.nodeid.split("::")[0] in self.names

        config.hook.pytest_deselected(items=[item for item in items if not chosen(item)])
        items[:] = filter(chosen, items)


def watch(config):
    """Run what was skipped, where `--skipped` asks for it; otherwise note what is."""
    if not hasattr(config, "cache"):
        return
    plugin = OnlySkipped if config.getoption("skipped") else Skipped
    config.pluginmanager.register(plugin(config))
