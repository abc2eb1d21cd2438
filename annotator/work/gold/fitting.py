"""Reads the answers of a project, and fits to them what decides its gold."""

from typing import Any

import numpy as np
from sqlalchemy import Connection

from annotator.measure.panel import NONE
from annotator.store.models import Project
from annotator.store.snapshot import one_moment
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.agreement.collecting import Collector
from annotator.work.consensus.voting import Majority, Voting
from annotator.work.gold.models import Aggregation
from annotator.work.gold.panels import EVERYTHING, Panels, panels_from
from annotator.work.gold.summary import summary_of, warnings_of


def panels_of(connection: Connection, project: Project) -> Panels:
    """Read the answers that gold rests on."""
    collected = Collector(connection, project, EVERYTHING).whole()
    return panels_from(collected, project.codebook, pseudonyms_of(project, connection))


def fitted_to(way: Aggregation, connection: Connection, project: Project) -> Voting:
    """Return what decides the fields of this project as it is now."""
    if not way.learns:
        return Majority(way.least_margin)
    return way.fitted_to(panels_of(connection, project))


def summary(project: Project, way: Aggregation) -> dict[str, Any]:
    """Return what `annotator gold -p --json` prints; everything is of one moment."""
    return people(project, way)[0]


def people(project: Project, way: Aggregation) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """Return the same, and for each field the values that somebody gave."""
    with one_moment() as connection:
        panels = panels_of(connection, project)
    given = {
        name: {panel.values[place] for place in np.unique(panel.given).tolist() if place != NONE}
        for name, panel in panels.fields.items()
    }
    return summary_of(project.slug, panels, way, way.fits(panels)), given


def against(project: Project, way: Aggregation) -> list[str]:
    """Return what speaks against making the gold of a project in this way."""
    return warnings_of(summary(project, way)) if way.learns else []
