"""The screens of the application, each a blueprint of its own."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from annotator.web import (
    account,
    account_keys,
    adjudicate,
    adjudicate_history,
    adjudicate_majority,
    adjudicate_unanimous,
    agreement,
    articles,
    assign,
    assignment,
    codebook,
    differences,
    flags,
    gold,
    healthz,
    imports,
    label,
    label_history,
    label_speakers,
    labels,
    my_work,
    people,
    project,
    projects,
    release_difference,
    releases,
    repair,
    sign_in,
    speakers,
)

ALL = (
    healthz.bp,
    sign_in.bp,
    account.bp,
    account_keys.bp,
    agreement.bp,
    gold.bp,
    adjudicate.bp,
    adjudicate_history.bp,
    adjudicate_majority.bp,
    adjudicate_unanimous.bp,
    label.bp,
    label_history.bp,
    label_speakers.bp,
    labels.bp,
    my_work.bp,
    project.bp,
    articles.bp,
    imports.bp,
    repair.bp,
    assign.bp,
    assignment.bp,
    codebook.bp,
    differences.bp,
    speakers.bp,
    flags.bp,
    people.bp,
    projects.bp,
    releases.bp,
    release_difference.bp,
)

LARGEST_ID = 2**31 - 1


class RowNumber(IntegerConverter):
    """A number that a row can have; any other is not found, whatever the database would say.

    Each has one address: neither 07 nor the digits of another script name the same row.
    """

    regex = "0|[1-9][0-9]*"

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID, **kwargs})


def init_app(app: Flask) -> None:
    """Register every screen."""
    app.url_map.converters["int"] = RowNumber
    for screen in ALL:
        app.register_blueprint(screen)
