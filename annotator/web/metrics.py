"""`/metrics`: what a process has done, and what waits, in the text that Prometheus reads.

Off unless a setting says who may ask. Counters and durations are those of the process that answers,
whose number stands in the label `process`; jobs are read from the database, which all processes
share, and are the same from each of them.
"""

import hmac
import ipaddress
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from sqlalchemy import func, select

from annotator import __version__
from annotator.config import LOOPBACK, Settings
from annotator.store.db import db, watch_waits
from annotator.store.models import Job
from annotator.web.request_log import METHODS, NO_ROUTE
from annotator.work.jobs import RUNNING, is_dead, state_of

PATH = "/metrics"
EXTENSION = "annotator_metrics"
# What a server tells of itself: requests that wait for a thread, and open connections.
WAITING = "annotator_requests_waiting"
CONNECTIONS = "annotator_connections"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# What becomes of a save, by the status of its reply; others are refused.
OUTCOMES = {409: "conflict", 422: "invalid", 503: "failed", 507: "failed", 500: "failed"}
SAVE = "label.save"
REVISION = "Annotator-Revision"


def init_app(app: Flask) -> None:
    """Count, and answer who may ask, where a setting says so; the library is loaded only then."""
    settings: Settings = app.config["SETTINGS"]
    if not settings.metrics_loopback and not settings.metrics_token:
        return
    from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415

    registry, process = CollectorRegistry(), str(os.getpid())
    app.extensions[EXTENSION] = registry
    requests = Counter(
        "annotator_requests",
        "Requests answered.",
        ("process", "method", "route", "status"),
        registry=registry,
    )
    seconds = Histogram(
        "annotator_request_seconds",
        "Seconds from a request to its reply.",
        ("process", "route"),
        buckets=SECONDS,
        registry=registry,
    )
    saves = Counter(
        "annotator_saves",
        "Saves of answers, by outcome.",
        ("process", "outcome"),
        registry=registry,
    )
    waits = Histogram(
        "annotator_write_wait_seconds",
        "Seconds that a write waited for its turn in the database.",
        ("process",),
        buckets=SECONDS,
        registry=registry,
    )
    for outcome in ("saved", "refused", *sorted(set(OUTCOMES.values()))):
        saves.labels(process, outcome)
    registry.register(Moment(app, process))
    with app.app_context():
        watch_waits(db.engine, waits.labels(process).observe)

    known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else NO_ROUTE
        method = request.method if request.method in METHODS else "other"
        kind = method, route, response.status_code
        if kind not in known:  # to look a label up takes longer than to count
            labelled = requests.labels(process, method, route, str(response.status_code))
            known[kind] = labelled, seconds.labels(process, route)
        counted, timed = known[kind]
        counted.inc()
        if begun := g.get("begun"):
            timed.observe(time.perf_counter() - begun)
        is_save = request.endpoint == SAVE and request.method == "POST"
        if is_save and (outcome := outcome_of(response)):
            saves.labels(process, outcome).inc()
        return response

    app.after_request(count)
    app.add_url_rule(PATH, "metrics.show", show, methods=["GET"])


def outcome_of(response: Response) -> str:
    """Return what became of a save; "" where the form was only changed and nothing saved."""
    if response.status_code < 400:
        return "saved" if REVISION in response.headers or response.status_code == 303 else ""
    return OUTCOMES.get(response.status_code, "refused")


def show() -> Response:
    """Answer who may ask; for others there is no such page."""
    if not may_ask(current_app.config["SETTINGS"]):
        abort(404)
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest  # noqa: PLC0415

    text = generate_latest(current_app.extensions[EXTENSION])
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_ask(settings: Settings) -> bool:
    """Say whether this request has the token, or comes from this machine and through no proxy."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if settings.metrics_token and kind.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), settings.metrics_token.encode())
    return settings.metrics_loopback and is_from_here()


def is_from_here() -> bool:
    """Say whether a program of this machine asks under a name of this machine."""
    forwarded = any(name.startswith("X-Forwarded-") for name, _ in request.headers)
    if forwarded or "Forwarded" in request.headers or "Via" in request.headers:
        return False
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    name = request.host.rpartition(":")[0] if has_port(request.host) else request.host
    return address.is_loopback and name in LOOPBACK


def has_port(host: str) -> bool:
    """Say whether a host is followed by a port."""
    return host.rpartition(":")[2].isdecimal()


class Moment:
    """What is so at the moment of asking."""

    def __init__(self, app: Flask, process: str) -> None:
        self.app = app
        self.process = process

    def collect(self) -> Iterator[Any]:
        """Yield each figure."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        def gauge(name: str, said: str, **labels: str) -> Any:
            return GaugeMetricFamily(name, said, labels=[*labels])

        about = gauge("annotator_info", "Version of a process.", process="", version="")
        about.add_metric([self.process, __version__], 1)
        yield about
        for name, said in (
            (WAITING, "Requests that wait for a thread; not known under gunicorn."),
            (CONNECTIONS, "Open connections; not known under gunicorn."),
        ):
            known: Callable[[], int] | None = self.app.extensions.get(name)
            if known is not None:
                found = gauge(name, said, process="")
                found.add_metric([self.process], known())
                yield found
        pool: Any = db.engine.pool
        used = gauge("annotator_database_connections", "Database connections in use.", process="")
        used.add_metric([self.process], pool.checkedout())
        yield used
        jobs = gauge("annotator_jobs", "Imports and releases, by state.", kind="", state="")
        for (kind, state), number in jobs_by_state().items():
            jobs.add_metric([kind, state], number)
        yield jobs


def jobs_by_state() -> dict[tuple[str, str], int]:
    """Return how many jobs there are of each kind and state, as people see it."""
    rows = db.session.execute(
        select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
    )
    found = {(kind, state): number for kind, state, number in rows}
    for job in db.session.scalars(select(Job).where(Job.state == RUNNING)):
        if is_dead(job):
            found[job.kind, job.state] -= 1
            key = job.kind, state_of(job)
            found[key] = found.get(key, 0) + 1
    return found
