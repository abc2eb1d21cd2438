"""The screens of the application, each a blueprint of its own."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from annotator.web import codebook, healthz
from annotator.web.accounts import account, keys, people, projects, sign_in
from annotator.web.adjudication import appeals, history, majority, practice, unanimous
from annotator.web.adjudication import page as adjudicate
from annotator.web.agreement import page as agreement
from annotator.web.articles import imports, listing, repair
from annotator.web.assignment import assign, flags, my_work, one_article, overview
from annotator.web.gold import page as gold
from annotator.web.labelling import history as label_history
from annotator.web.labelling import page as label
from annotator.web.labelling import speaker_search
from annotator.web.releases import difference, labels
from annotator.web.releases import page as releases
from annotator.web.speakers import page as speakers

ALL = (
    healthz.bp,
    sign_in.bp,
    account.bp,
    keys.bp,
    agreement.bp,
    gold.bp,
    adjudicate.bp,
    history.bp,
    majority.bp,
    unanimous.bp,
    label.bp,
    label_history.bp,
    speaker_search.bp,
    labels.bp,
    my_work.bp,
    overview.bp,
    listing.bp,
    imports.bp,
    repair.bp,
    assign.bp,
    one_article.bp,
    codebook.bp,
    appeals.bp,
    practice.bp,
    speakers.bp,
    flags.bp,
    people.bp,
    projects.bp,
    releases.bp,
    difference.bp,
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
