"""Near-duplicate articles: found at import, stored as clusters that a split keeps together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from annotator.store.db import db
from annotator.store.models import Article, Project
from annotator.text import near
from annotator.text.near import NearTexts


@dataclass(frozen=True)
class Clusters:
    """The clusters that articles should be in: what changes, and who is like whom.

    `changed` has cluster by article; `twins` has by article the key of the first other article of
    its cluster.
    """

    changed: dict[int, int]
    twins: dict[int, str]


def cluster(project: Project) -> None:
    """Bring the clusters of a project up to date."""
    put(find([project.id]).changed.items())


def find(projects: Collection[int]) -> Clusters:
    """Find the clusters of the articles of these projects, at some 20 microseconds an article.

    A cluster is named by its first article; an article that resembles no other has none. A
    cluster never loses an article that it had.
    """
    rows = db.session.execute(
        select(Article.id, Article.key, Article.cluster_id, Article.sketch)
        .where(Article.project_id.in_(projects), Article.sketch.is_not(None))
        .order_by(Article.id)
    ).all()
    firsts = near.clusters([row.sketch for row in rows if row.sketch], stored_pairs(rows))
    members: dict[int, list[Any]] = {}
    for row, first in zip(rows, firsts, strict=True):
        members.setdefault(first, []).append(row)
    together = [own for own in members.values() if len(own) > 1]
    return Clusters(
        {row.id: own[0].id for own in together for row in own if row.cluster_id != own[0].id},
        {row.id: own[row is own[0]].key for own in together for row in own},
    )


def put(clusters: Iterable[tuple[int, int]]) -> None:
    """Store the clusters of some articles."""
    if changed := [{"id": number, "cluster_id": first} for number, first in clusters]:
        db.session.execute(update(Article), changed)


def stored_pairs(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[tuple[int, int]]:
    """Return by index which articles a stored cluster holds together; a cluster is never left.

    Where its first article was withdrawn, the first one that is left stands for it.
    """
    place = {row.id: index for index, row in enumerate(rows)}
    pairs = []
    for index, row in enumerate(rows):
        if row.cluster_id is not None:
            pairs.append((place.setdefault(row.cluster_id, index), index))
    return pairs


def twins_of(project: Project, numbers: list[int]) -> dict[int, str]:
    """Return for those of these articles that have a cluster the key of its first other article."""
    members = db.session.execute(
        select(Article.id, Article.key, Article.cluster_id)
        .where(Article.project_id == project.id, Article.cluster_id.is_not(None))
        .order_by(Article.id)
    ).all()
    firsts: dict[int, list[tuple[int, str]]] = {}
    for row in members:
        if row.cluster_id is not None and len(firsts.setdefault(row.cluster_id, [])) < 2:
            firsts[row.cluster_id].append((row.id, row.key))
    wanted = set(numbers)
    # The others of a cluster may have been withdrawn.
    return {
        row.id: next(key for number, key in firsts[row.cluster_id] if number != row.id)
        for row in members
        if row.id in wanted and row.cluster_id is not None and len(firsts[row.cluster_id]) > 1
    }


def foreseen(project: Project | None, coming: Sequence[tuple[str, bytes | None]]) -> dict[int, str]:
    """Return what `twins_of` would say of articles to come, given by key and sketch, by index.

    Nothing is stored; articles without a sketch resemble none.
    """
    rows = sketched(project)
    new = [index for index, (_, sketch) in enumerate(coming) if sketch]
    keys = [row.key for row in rows] + [coming[index][0] for index in new]
    sketches = [row.sketch for row in rows if row.sketch]
    sketches += [sketch for _, sketch in coming if sketch]
    members: dict[int, list[int]] = {}
    firsts = near.clusters(sketches, stored_pairs(rows))
    for index, first in enumerate(firsts):
        members.setdefault(first, []).append(index)
    twins = {}
    for index, own in zip(new, range(len(rows), len(keys)), strict=True):
        other = next((each for each in members[firsts[own]] if each != own), None)
        if other is not None:
            twins[index] = keys[other]
    return twins


def sketched(project: Project | None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return number, key, cluster and sketch of the articles of a project that have a sketch."""
    if project is None:
        return []
    return db.session.execute(
        select(Article.id, Article.key, Article.cluster_id, Article.sketch)
        .where(Article.project_id == project.id, Article.sketch.is_not(None))
        .order_by(Article.id)
    ).all()


def texts_of(project: Project | None) -> NearTexts:
    """Return the texts of a project, to find near copies of them."""
    found = NearTexts()
    for row in sketched(project):
        found.add(row.key, row.sketch)
    return found


def likest(
    project: Project, coming: Sequence[tuple[str, bytes | None]]
) -> list[tuple[str, float] | None]:
    """Return for each new text, given by key and sketch, what it resembles most, and how much.

    That is the key of a stored article or of one of the new texts before it, None where there is
    none; nothing is stored.
    """
    known = [(row.key, row.sketch) for row in sketched(project) if row.sketch]
    found: list[tuple[str, float] | None] = []
    for key, sketch in coming:
        found.append(near_one(sketch, known) if sketch and known else None)
        if sketch:
            known.append((key, sketch))
    return found


def near_one(sketch: bytes, known: list[tuple[str, bytes]]) -> tuple[str, float] | None:
    """Return the key that resembles a sketch most, if one is a near duplicate."""
    shares = near.resemblances(sketch, b"".join(each for _, each in known))
    best = int(shares.argmax())
    share = float(shares[best])
    return (known[best][0], share) if share >= near.RESEMBLANCE else None
