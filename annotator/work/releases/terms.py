"""The terms on which a project publishes: gates, licences, authors, and whether texts go along."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import func, select

from annotator.errors import RefusedError
from annotator.formats.release import gates
from annotator.store.db import db
from annotator.store.models import Article, Project

LONGEST_LINE = 200
MOST_AUTHORS = 100
# What would end a line, or turn the direction of the words around it.
NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Terms:
    """What a lead says of every release of a project.

    `gates`: the least value of each gate, from 0 to 1; None sets none. `authors`: "Family, Given",
    or the name of a group. The licences are those of the annotations and of the articles' texts.
    """

    gates: Mapping[str, float | None]
    annotations_licence: str = ""
    texts_licence: str = ""
    texts_may_be_shared: bool = False
    authors: tuple[str, ...] = ()


def terms_of(project: Project) -> Terms:
    """Return the terms as they are."""
    found = {each.name: getattr(project, each.name) for each in fields(Terms)}
    return Terms(**{**found, "authors": tuple(project.authors)})


def articles_by_licence(project: Project) -> dict[str, int]:
    """Return how many articles name which licence; "" is none."""
    rows = db.session.execute(
        select(Article.licence, func.count())
        .where(Article.project_id == project.id)
        .group_by(Article.licence)
        .order_by(func.count().desc(), Article.licence)
    )
    return dict(rows.all())


def change(project: Project, terms: Terms) -> None:
    """Set all terms of a project, or refuse and say which does not fit."""
    found = gates.read(terms.gates)
    annotations = line(terms.annotations_licence, "The licence of the annotations")
    texts = line(terms.texts_licence, "The licence of the texts")
    if terms.texts_may_be_shared and not texts:
        raise RefusedError(
            "To share the texts, enter their licence, for example “CC BY 4.0”, or who"
            " gave permission."
        )
    authors = authors_from(terms.authors)
    project.gates = dict(found)
    project.annotations_licence, project.texts_licence = annotations, texts
    project.texts_may_be_shared = terms.texts_may_be_shared
    project.authors = authors
    db.session.flush()


def authors_from(lines: Iterable[str]) -> list[str]:
    """Return the authors, one a line; empty lines are passed over."""
    authors = [name for each in lines if (name := line(each, "An author"))]
    if len(authors) > MOST_AUTHORS:
        raise RefusedError(f"At most {MOST_AUTHORS} authors are allowed, not {len(authors):,}.")
    if twice := next((name for name in authors if authors.count(name) > 1), None):
        raise RefusedError(f"The author “{twice}” is listed twice.")
    return authors


def line(text: str, what: str) -> str:
    """Return a text as one line, or refuse one that is too long or no text."""
    known = " ".join(text.split())
    if len(known) > LONGEST_LINE:
        raise RefusedError(f"{what} is longer than {LONGEST_LINE} characters.")
    if found := NOT_PLAIN.search(known):
        raise RefusedError(f"{what} contains an invisible character (U+{ord(found.group()):04X}).")
    return known
