"""`/metrics`: off unless a setting says who may ask, and then what the process has done."""

from dataclasses import replace

import pytest
from browser import Browser
from label_form import claim, fields
from prometheus_client.parser import text_string_to_metric_families

from annotator.app import create_app
from annotator.config import Settings, SettingsError
from annotator.store.db import db, write
from annotator.store.models import Job
from annotator.work import jobs

TOKEN = "q7Xw-4kP2nV8sT1bR6mZ_9cL3hJ5gD0f"


@pytest.fixture
def measured(settings, article):
    """Return a function that makes an application with these settings."""
    made = []

    def make(**more):
        made.append(create_app(replace(settings, **more)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def asked(app, status=200, host="127.0.0.1:8000", address="127.0.0.1", **headers):
    """Return the figures by name and labels, the process left out."""
    reply = app.test_client().get(
        "/metrics",
        headers={"Host": host, **{name.replace("_", "-"): each for name, each in headers.items()}},
        environ_base={"REMOTE_ADDR": address},
    )
    assert reply.status_code == status
    if status != 200:
        return {}
    return {
        (each.name, *sorted((k, v) for k, v in each.labels.items() if k != "process")): each.value
        for family in text_string_to_metric_families(reply.text)
        for each in family.samples
    }


def test_there_is_no_such_page_unless_a_setting_says_so(app):
    asked(app, 404)


def test_only_this_machine_may_ask_and_not_through_a_proxy(measured):
    app = measured(metrics_loopback=True, trusted_hosts=("labels.example.org", "127.0.0.1"))
    assert asked(app)
    asked(app, 404, address="203.0.113.9")
    asked(app, 404, host="labels.example.org")
    asked(app, 404, X_Forwarded_For="127.0.0.1")
    behind = measured(metrics_loopback=True, behind_proxy=1)
    assert asked(behind)
    asked(behind, 404, X_Forwarded_For="127.0.0.1")


def test_who_has_the_token_may_ask_from_anywhere(measured):
    app = measured(metrics_token=TOKEN)
    asked(app, 404)
    asked(app, 404, Authorization=f"Bearer {TOKEN[:-1]}")
    assert asked(app, address="203.0.113.9", Authorization=f"Bearer {TOKEN}")


def test_requests_saves_waits_and_jobs_are_counted(measured, article, project):
    app = measured(metrics_loopback=True)
    ann = Browser(app, "ann")
    page = f"/label/{article.id}/2"
    ann.post(page, fields(claim()), 200, htmx=True)
    ann.post(page, fields(claim(stance="oppose")), 409, htmx=True)
    ann.get("/nowhere", 404)
    with write():
        jobs.begin(jobs.RELEASE, project, None)
        jobs.begin(jobs.RELEASE, project, None)
        db.session.get_one(Job, 1).beat_at -= 2 * jobs.DEAD_AFTER
    found = asked(app)
    route = ("route", "/label/<int:article_id>/<int:position>")
    saved = ("annotator_requests_total", ("method", "POST"), route)
    assert found[*saved, ("status", "200")] == found[*saved, ("status", "409")] == 1
    lost = ("annotator_requests_total", ("method", "GET"), ("route", "(no page)"))
    assert found[*lost, ("status", "404")] == 1
    assert found["annotator_saves_total", ("outcome", "saved")] == 1
    assert found["annotator_saves_total", ("outcome", "conflict")] == 1
    assert found["annotator_saves_total", ("outcome", "failed")] == 0
    assert found["annotator_request_seconds_count", route] == 2
    assert found["annotator_write_wait_seconds_count",] >= 2
    kind = ("kind", "release")
    assert found["annotator_jobs", kind, ("state", "running")] == 1
    assert found["annotator_jobs", kind, ("state", "interrupted")] == 1
    assert found["annotator_database_connections",] >= 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANNOTATOR_METRICS", "on", "must be off or loopback, not 'on'"),
        ("ANNOTATOR_METRICS_TOKEN", "secret", "at least 32 random characters"),
        ("ANNOTATOR_METRICS_TOKEN", "x" * 40, "at least 32 random characters"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, name, value, said):
    with pytest.raises(SettingsError, match=f"{name} .*{said}"):
        Settings.from_environ({"ANNOTATOR_DATA": str(tmp_path), name: value})
