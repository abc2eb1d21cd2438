"""What became of the files of each import of a project; the last ones can be read again."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from annotator.store.models import Job, Project, User
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.articles.import_run import FileReport, Run

# The reports of so many imports of a project can be read again.
KEPT = 20


def record(run: Run, user: User | None, said: str) -> Job:
    """Keep what became of a short import, in the transaction that stores its articles.

    Without a user it came by command.
    """
    project = run.project
    stored = any(report.articles for report in run.reports)
    made = jobs.add(
        jobs.IMPORT,
        project,
        user,
        jobs.DONE if stored else jobs.FAILED,
        said=said if stored else "Every file was refused.",
        details={"files": entries(run.reports)},
    )
    run.job = made.id
    jobs.forget_old(jobs.IMPORT, project.id, KEPT)
    activity.note(project, user, activity.ARTICLES, f"Import: {made.said}")
    return made


def finish(job: int, run: Run, user: User, said: str) -> None:
    """Say in the transaction that stores its articles what became of a long import.

    Raises:
        CancelledError: somebody cancelled it; the transaction must not be committed.

    """
    jobs.finish(job, said, files=entries(run.reports))
    run.job = job
    jobs.forget_old(jobs.IMPORT, run.project.id, KEPT)
    activity.note(run.project, user, activity.ARTICLES, f"Import: {said}")


def latest(project: Project) -> Sequence[Job]:
    """Return the last imports of a project, the newest first, without their files."""
    return jobs.latest(jobs.IMPORT, project, KEPT)


def entries(reports: Sequence[FileReport]) -> list[dict[str, Any]]:
    """Return the reports as they are kept: what is empty in one is left out."""
    return [
        {name: value for name, value in asdict(report).items() if value or name == "name"}
        for report in reports
    ]
