"""Replies to scripts: JSON and streams, each with its version."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request, url_for

from annotator.store.models import Job, Project
from annotator.web.streaming import streamed
from annotator.work.api.reading import Item, Page, job_item

ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def reply(found: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a reply in JSON."""
    return replied(ENCODER.encode(found), status, headers)


def replied(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a reply whose JSON is there already; one that was read has its version."""
    made = Response(text, status, headers, content_type="application/json")
    if request.method in {"GET", "HEAD"}:
        made.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
        made.make_conditional(request)
    return made


def page(found: Page, **given: Any) -> Response:
    """Return a page of a list, and where the next one is."""
    onward = None
    if found.after is not None:
        where = {**(request.view_args or {}), **given, "after": found.after}
        onward = url_for(request.endpoint or "", **where)
    headers = {} if onward is None else {"Link": f'<{onward}>; rel="next"'}
    return reply({"items": found.items, "next": onward}, headers=headers)


def one(item: Item) -> Response:
    """Return one thing."""
    return reply(item)


def unchanged(version: str) -> Response | None:
    """Return the reply to a script that has this version already."""
    if not request.if_none_match.contains_weak(version):
        return None
    made = Response(status=304)
    made.set_etag(version, weak=True)
    return made


def lines(rows: Iterable[str], version: str, name: str) -> Response:
    """Return JSON Lines, sent while they are written."""
    made = streamed(rows, "application/jsonl; charset=utf-8", name)
    made.set_etag(version, weak=True)
    return made


def job(project: Project, found: Job, status: int) -> Response:
    """Return a job and where it is."""
    where = url_for("api_jobs.show", slug=project.slug, number=found.id)
    return reply(job_item(found), status, {"Location": where})
