"""Serves the application with waitress until it is told to stop, and stops without losses."""

import errno
import signal
import socket
import time
from types import FrameType
from typing import Any, cast

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

from annotator.cli.faults import WrongUseError
from annotator.config import Settings
from annotator.store.db import db, limit_writers
from annotator.web.metrics import CONNECTIONS, WAITING

KILOBYTE = 1024
THREADS = 8
# Checking a password is slow on purpose. When a class signs in at once, its passwords wait for one
# another in these threads, and nobody's save waits for them.
SIGN_IN_THREADS = 2
# A provider of single sign-on may keep us waiting, too.
SIGN_IN = {("POST", "/sign-in"), ("GET", "/sign-in/sso"), ("GET", "/sign-in/sso/back")}
BACKLOG = 1024
# Whoever stops the server waits five seconds at most; containers are killed after ten.
GRACE_SECONDS = 4.0
THREAD_SECONDS = 1.0
STOP = (signal.SIGTERM, signal.SIGINT)


class LastTask(WSGITask):
    """Answers one request; once the server stops, its reply is the last one of the connection."""

    def build_response_header(self) -> bytes:
        """Return the head of the reply."""
        if self.channel.server.stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head


class Channel(HTTPChannel):
    """A connection that takes no further request once the server stops."""

    task_class = LastTask

    def readable(self) -> bool:
        """Say whether a request may come in."""
        return not self.server.stopping and bool(super().readable())

    def is_busy(self) -> bool:
        """Say whether a request is running here or a reply not sent yet."""
        # In this order: a request is dropped after its reply is there.
        return bool(self.requests) or bool(self.total_outbufs_len)


class Dispatcher(ThreadedTaskDispatcher):
    """Hands requests to threads; those who sign in by password have threads of their own."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.signing_in = ThreadedTaskDispatcher()
        self.set_thread_count(threads)
        self.signing_in.set_thread_count(SIGN_IN_THREADS)

    def add_task(self, task: HTTPChannel) -> None:
        """Take the first request that waits on a connection."""
        request = task.requests[0]
        # What is no request of HTTP has neither.
        asked = (getattr(request, "command", ""), getattr(request, "path", ""))
        if asked in SIGN_IN:
            self.signing_in.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End all threads."""
        ended = super().shutdown(cancel_pending, timeout)
        return bool(self.signing_in.shutdown(cancel_pending, timeout) and ended)


class Server:
    """A waitress on one socket; `run` returns after a SIGTERM or Ctrl-C."""

    def __init__(self, app: Flask, listener: socket.socket, threads: int = THREADS) -> None:
        self.settings = settings = cast(Settings, app.config["SETTINGS"])
        self.stopping = False
        self.channels: dict[int, Any] = {}
        self.waitress = create_server(
            app,
            map=self.channels,
            _dispatcher=Dispatcher(threads),
            sockets=[listener],
            ident=None,
            # One browser holds up to six connections; the default, 100, is one class room.
            connection_limit=1000,
            backlog=BACKLOG,
            asyncore_use_poll=True,
            channel_timeout=60,
            max_request_header_size=64 * KILOBYTE,
            # Above what any form may send: Flask answers those with a page, not a bare line.
            max_request_body_size=4 * app.config["MAX_CONTENT_LENGTH"],
            # Behind a proxy Flask's ProxyFix reads them; with none in front nobody believes them.
            clear_untrusted_proxy_headers=settings.behind_proxy == 0,
        )

        self.waitress.stopping = False
        self.waitress.channel_class = Channel
        tasks = self.waitress.task_dispatcher
        app.extensions[WAITING] = lambda: len(tasks.queue) + len(tasks.signing_in.queue)
        app.extensions[CONNECTIONS] = lambda: len(self.waitress.active_channels)
        with app.app_context():
            limit_writers(db.engine, threads)

    def run(self) -> None:
        """Serve; once asked to stop, let the running requests finish first."""
        before = [(number, signal.signal(number, self.stop)) for number in STOP]
        try:
            while not self.stopping:
                self.turn(1.0)
            self.drain()
        finally:
            for number, handler in before:
                signal.signal(number, handler)
            self.close()

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first signal; the next one ends the process at once."""
        self.stopping = True
        for number in STOP:
            signal.signal(number, signal.default_int_handler)
        self.waitress.pull_trigger()  # wakes the loop

    def drain(self) -> None:
        """Take no new connection and no further request; go on until every reply is sent."""
        self.waitress.stopping = True
        self.waitress.del_channel()
        self.waitress.socket.close()
        deadline = time.monotonic() + GRACE_SECONDS
        while self.close_idle() and time.monotonic() < deadline:
            self.turn(0.1)

    def close_idle(self) -> bool:
        """Close the connections on which nothing is under way; say whether others are left."""
        left = False
        for each in list(self.channels.values()):
            if isinstance(each, Channel):
                if each.is_busy():
                    left = True
                else:
                    each.handle_close()
        return left

    def turn(self, seconds: float) -> None:
        """Read and write once on all connections that are ready."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self.channels, count=1)

    def close(self) -> None:
        """End the threads and close what is still open."""
        self.waitress.task_dispatcher.shutdown(timeout=THREAD_SECONDS)
        for each in list(self.channels.values()):
            if isinstance(each, HTTPChannel):
                each.handle_close()  # with the temporary files of long replies
        wasyncore.close_all(self.channels)


def listen(host: str, port: int, others: int = 0) -> socket.socket:
    """Return a socket that listens on this port, or on one of so many after it.

    Raises:
        WrongUseError: none of them can be had; the message says why.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + others + 1):
        try:
            return socket.create_server((host, candidate), family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and candidate < port + others:
                continue
            raise WrongUseError(refusal(host, candidate, error)) from error
    raise AssertionError("one of the ports was tried last")


def refusal(host: str, port: int, error: OSError) -> str:
    """Say in one line why nobody can listen there."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Another program already listens on {host} port {port}: stop it, or choose"
            " another port with --port."
        )
    return f"Cannot listen on {host} port {port}: {error.strerror or error}."
