"""Runs `annotator` as a process of its own, as people do."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

ADDRESS = re.compile(r"http://[\w.:\[\]]+")
PATIENCE = 60


class Running:
    """A server process that has printed its address."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self.address = self.wait_for(ADDRESS)

    def wait_for(self, pattern):
        """Return the first match on standard output."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if found := re.search(pattern, line):
                return found.group()
        raise AssertionError(f"it ended: {self.lines} {self.process.stderr.read()}")

    def get(self, path):
        with urlopen(self.address + path, timeout=PATIENCE) as reply:
            return reply.read().decode(), reply.headers

    def stop(self, number=signal.SIGTERM):
        """Send a signal; return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def running(*words, **environ):
    """Start a command that serves, and end it afterwards."""
    with start(*words, **environ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


def start(*words, **environ):
    """Start a command with these settings in its environment and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANNOTATOR_")}
    kept.pop("DISPLAY", None)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "annotator", *map(str, words)],
        env=kept | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port():
    """Return a port that was free a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def until(condition, seconds=PATIENCE):
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
