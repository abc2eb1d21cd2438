"""Which articles were taken out of a project, or came back, since the release before."""

from typing import Any

from sqlalchemy import Connection, select

from annotator.store.models import Correction, Project, Release

OUT, BACK = ("withdraw", "remove"), "restore"


def since_the_last(connection: Connection, project: Project) -> dict[str, Any]:
    """Return the name of the newest release, and the keys of what went and came back since.

    Nothing where there is no release yet, or nothing that could have been in it has changed.
    """
    last = connection.execute(
        select(Release.name, Release.created_at)
        .where(Release.project_id == project.id)
        .order_by(Release.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return {}
    rows = connection.execute(
        select(Correction.kind, Correction.key, Correction.before, Correction.at)
        .where(
            Correction.project_id == project.id,
            Correction.kind.in_((*OUT, BACK)),
        )
        .order_by(Correction.id)
    ).all()
    # What was imported after that release was not in it.
    imported = last.created_at.isoformat()
    told: dict[str, list[str]] = {}
    out: set[str] = set()  # already when that release was made
    for row in rows:
        if row.at <= last.created_at:
            (out.add if row.kind in OUT else out.discard)(row.key)
        elif row.before.get("imported_at", "") <= imported:
            told.setdefault(row.key, []).append(row.kind)
    gone = sorted(
        key
        for key, kinds in told.items()
        if key not in out and kinds[0] in OUT and kinds[-1] in OUT
    )
    back = sorted(key for key, kinds in told.items() if kinds[0] == BACK == kinds[-1])
    if not gone and not back:
        return {}
    return {"since": last.name, "articles": gone, "restored": back}
