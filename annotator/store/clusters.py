"""Which articles hang together: near-duplicates of one another, and versions of one article."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from annotator.store.models import Article, Project
from annotator.store.snapshot import by_code_point


def clusters_of(articles: Sequence[Any]) -> dict[int, int]:
    """Return for each article the first of those it hangs together with, itself where it is alone.

    `articles`: rows with `id`, `cluster_id` and `version_of_id`, in the order of their keys.
    """
    first = {row.id: row.id for row in articles}
    place = {row.id: index for index, row in enumerate(articles)}
    stands_for: dict[int, int] = {}

    def root(one: int) -> int:
        while first[one] != one:
            first[one] = one = first[first[one]]
        return one

    for row in articles:
        for other in (row.cluster_id, row.version_of_id):
            # Where that article was withdrawn, the first one that is left stands for it.
            if other is not None:
                found = other if other in first else stands_for.setdefault(other, row.id)
                ends = sorted((root(row.id), root(found)), key=place.__getitem__)
                first[ends[1]] = ends[0]
    return {row.id: root(row.id) for row in articles}


def read_clusters(connection: Connection, project: Project) -> dict[int, int]:
    """Return the clusters of the articles of a project."""
    query = (
        select(Article.id, Article.cluster_id, Article.version_of_id)
        .where(Article.project_id == project.id)
        .order_by(by_code_point(Article.key))
    )
    return clusters_of(connection.execute(query).all())
