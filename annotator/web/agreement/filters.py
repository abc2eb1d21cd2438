"""The filters of the agreement page, as they stand in its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import abort, request
from sqlalchemy import select

from annotator.codebook.scheme import Codebook
from annotator.measure.origins import REFERENCE
from annotator.measure.rounds import ROUNDS
from annotator.store.db import db
from annotator.store.models import Article, Project
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.report import STATUS, Selection
from annotator.work.assignment.progress import people_of
from annotator.work.imported_labels.kinds import ORIGIN_WORDS

# What the filter of the origin offers; without one, all that count.
ORIGINS = {each: words for each, words in ORIGIN_WORDS.items() if each != REFERENCE}
MOST_OFFERED = 500


@dataclass(frozen=True)
class Choices:
    """What the form offers: (value, words) each."""

    articles: Sequence[tuple[str, str]]
    annotators: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]


def choices_of(project: Project) -> Choices:
    """Return what a lead can choose from; of very many articles none, a key is typed instead."""
    keys = db.session.execute(
        select(Article.key, Article.title)
        .where(Article.project_id == project.id)
        .order_by(Article.key)
        .limit(MOST_OFFERED + 1)
    ).all()
    return Choices(
        articles=[] if len(keys) > MOST_OFFERED else [(k, f"{k} · {t[:60]}") for k, t in keys],
        annotators=[(each.pseudonym, each.pseudonym) for each in people_of(project)],
        versions=[(str(v.number), f"{v.label}") for v in project.codebook_versions],
    )


def selection_of(project: Project) -> Selection:
    """Return the selection that the address asks for; what it cannot mean is 404."""
    asked = request.args
    selection = Selection(headlines=project.headlines_in_agreement)
    if asked.get("headlines") in {"in", "out"}:
        selection = replace(selection, headlines=asked["headlines"] == "in")
    if asked.get("round"):
        rounds = {str(each): each for each in ROUNDS}
        selection = replace(selection, round=one_of(rounds, asked["round"]))
    if asked.get("origin"):
        if asked["origin"] not in ORIGINS:
            abort(404)
        selection = replace(selection, origins=(asked["origin"],))
    if asked.get("version"):
        known = {str(v.number): v.id for v in project.codebook_versions}
        selection = replace(selection, version=one_of(known, asked["version"]))
    people = [name for name in asked.getlist("annotator") if name]
    if people:
        known = {name: user for user, name in pseudonyms_of(project).items()}
        selection = replace(selection, annotators=tuple(one_of(known, name) for name in people))
    keys = [key.strip() for key in asked.getlist("article") if key.strip()]
    if keys:
        rows = db.session.execute(
            select(Article.key, Article.id).where(
                Article.project_id == project.id, Article.key.in_(keys)
            )
        )
        known = {row.key: row.id for row in rows}
        selection = replace(selection, articles=tuple(one_of(known, key) for key in keys))
    return replace(selection, since=day(asked.get("since", "")), until=day(asked.get("until", "")))


def one_of(known: Mapping[str, int], asked: str) -> int:
    """Return what was asked for, or 404."""
    if asked not in known:
        abort(404)
    return known[asked]


def day(text: str) -> date | None:
    """Return a day, None for nothing; anything else is 404."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def fields_of(codebook: Codebook) -> dict[str, str]:
    """Return the fields that pairs, values and confusions can be shown for, in words."""
    first, *others = [name for name in codebook.labels if codebook.values_of(name)]
    words = {name: codebook.word_of(name) for name in others}
    return {first: codebook.word_of(first), STATUS: STATUS, **words}


def field_word(name: str, codebook: Codebook) -> str:
    """Return such a field in words."""
    return fields_of(codebook)[name]


def field_asked(project: Project) -> str:
    """Return the field that pairs, values and confusions are shown for."""
    known = fields_of(project.codebook)
    asked = request.args.get("field", next(iter(known)))
    if asked not in known:
        abort(404)
    return asked


def carried() -> dict[str, list[str]]:
    """Return the filters of the address, for links that keep them."""
    names = (
        "article",
        "annotator",
        "since",
        "until",
        "version",
        "round",
        "origin",
        "headlines",
        "pairs",
    )
    return {
        name: [value for value in request.args.getlist(name) if value]
        for name in (*names, "field")
        if any(request.args.getlist(name))
    }
