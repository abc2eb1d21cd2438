"""Agreement over time, per codebook version and per article: figures of parts of a project."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import func, select

from annotator.measure.coefficients.alpha import Distance
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures
from annotator.measure.panel import Given, Panel
from annotator.measure.patterns import FloatArray, IntArray
from annotator.store.db import db
from annotator.store.models import Answer, Article, Project, Sentence
from annotator.store.snapshot import one_moment
from annotator.work.agreement.measuring import bases
from annotator.work.agreement.report import STANCE, STATUS, Selection
from annotator.work.agreement.scales import Basis, level_of
from annotator.work.agreement.selection import counted_answers

KINDS = ("month", "version", "article")
MOST_PARTS = 100
WORST_LAST = 2.0


@dataclass(frozen=True)
class Figure:
    """Alpha of one field in one part, None where it is not defined, and its sentences."""

    value: float | None
    n: int


@dataclass(frozen=True)
class Part:
    """The figures of one part: alpha of status and of each label, and how many articles."""

    name: str
    articles: int
    figures: tuple[Figure, ...]


def parts_of(project: Project, selection: Selection, kind: str) -> list[Part]:
    """Measure the parts of a project: by month of the first answer, version, or article.

    Articles are listed from the lowest figure, at most 100. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}")
    if kind == "version":
        return by_version(project, selection)
    names = months(project, selection) if kind == "month" else keys(project)
    parts = grouped(project, selection, names)
    if kind == "month":
        return parts
    known = [each for each in parts if each.figures[0].n]
    return sorted(known, key=lambda each: (score(each), each.name))[:MOST_PARTS]


def score(each: Part) -> float:
    """Return where a part stands in the list: low figures first, undefined ones last."""
    values = [figure.value for figure in each.figures if figure.value is not None]
    return min(values, default=WORST_LAST)


def by_version(project: Project, selection: Selection) -> list[Part]:
    """Measure each codebook version over the answers given under it."""
    found = []
    names = keys(project)
    for version in project.codebook_versions:
        own = replace(selection, version=version.id)
        found += grouped(project, own, dict.fromkeys(names, version.label))
    return found


def grouped(project: Project, selection: Selection, labels: Mapping[int, str]) -> list[Part]:
    """Measure articles with the same label together; `labels` has one per id of an article."""
    with one_moment() as now:
        rows = [Added.of(basis) for basis in bases(now, project, selection)]
    articles = np.concatenate([each.articles for each in rows])
    called = [labels[each] for each in articles.tolist()]
    names, group = np.unique(np.array(called, dtype=object).astype(str), return_inverse=True)
    twice = np.zeros(len(articles), dtype=np.bool_)
    columns = []
    for place in range(len(rows[0].fields)):
        fields = [each.fields[place] for each in rows]
        figures = replace(fields[0][0], sums=np.concatenate([each.sums for each, _ in fields]))
        met = np.concatenate([each for _, each in fields])
        twice |= met > 0
        values = figures.of(summed(figures.sums, group, len(names)))[:, 0]
        columns.append(
            [
                Figure(None if np.isnan(value) else float(value), int(n))
                for value, n in zip(values, np.bincount(group, met, len(names)), strict=True)
            ]
        )
    shared = np.bincount(group, twice, len(names)).astype(np.int64).tolist()
    return [
        Part(str(name), n, tuple(column[place] for column in columns))
        for place, (name, n) in enumerate(zip(names, shared, strict=True))
    ]


@dataclass(frozen=True, eq=False)
class Added:
    """What some articles add: their ids (M,), and per field figures with the units met (M,)."""

    articles: IntArray
    fields: tuple[tuple[ClosedFigures, FloatArray], ...]

    @classmethod
    def of(cls, basis: Basis) -> "Added":
        """Sum up the answers by article."""
        codebook, articles = basis.codebook, basis.collected.articles
        given: tuple[tuple[str, Given, int], ...] = (
            (STATUS, basis.collected.status, len(codebook.statuses)),
            *(
                (name, basis.primary[name], len(codebook.values_of(name)))
                for name in codebook.labels
            ),
        )
        fields = []
        for field, values, size in given:
            if not size:  # the codebook has no such field
                continue
            panel = Panel(tuple(str(k) for k in range(size)), values.astype(np.int16), articles)
            units = ByArticle.from_panel(panel, len(basis.collected.article_ids))
            level: Distance = "nominal" if field == STANCE else level_of(codebook, field)
            figures = ClosedFigures.of_units(units, level, numbers=range(size))
            met = units.sums((units.patterns.ratings >= 2)[:, None].astype(np.float64))[:, 0]
            fields.append((figures, met))
        return cls(basis.collected.article_ids, tuple(fields))


def summed(sums: FloatArray, group: IntArray, n_groups: int) -> FloatArray:
    """Add up rows (M, S) by group: (G, S)."""
    return np.column_stack([np.bincount(group, column, n_groups) for column in sums.T])


def months(project: Project, selection: Selection) -> dict[int, str]:
    """Return the month (UTC) in which each article got its first answer that counts."""
    answers = counted_answers(project, selection).with_only_columns(
        Sentence.article_id, func.min(Answer.created_at).label("first")
    )
    rows = db.session.execute(answers.group_by(Sentence.article_id))
    return {row.article_id: f"{row.first:%Y-%m}" for row in rows}


def keys(project: Project) -> dict[int, str]:
    """Return the keys of the articles."""
    rows = db.session.execute(
        select(Article.id, Article.key).where(Article.project_id == project.id)
    )
    return {row.id: row.key for row in rows}
