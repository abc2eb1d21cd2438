"""`annotator doctor` and `annotator audit`: is this installation in order, are the labels."""

import hashlib
import sys
import tomllib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy import make_url

from annotator import __version__
from annotator.cli.context import application, places
from annotator.cli.database_faults import database_faults
from annotator.cli.faults import FailedCheckError
from annotator.config import LOOPBACK, Settings
from annotator.database import open_database
from annotator.paths import STATIC, TEMPLATES
from annotator.phrases import counted
from annotator.store import health, serving
from annotator.store.db import db, write_in_steps
from annotator.store.health import Findings
from annotator.store.schema import unusable
from annotator.web.api_screens import API
from annotator.web.late_views import broken_views
from annotator.web.screens import ALL
from annotator.work import staging
from annotator.work.accounts import projects
from annotator.work.adjudication import refreshing
from annotator.work.labelling import history
from annotator.work.operations import checkup

LIBRARIES = ("SQLAlchemy", "Flask", "nupunkt")
PROXY = (
    "proxies in front: {number}; their limits (size of requests, connections per address) cannot be"
    " seen from here"
)
VENDORED = STATIC / "vendor" / "VENDORED.toml"


@click.command()
@click.option(
    "--rebuild",
    is_flag=True,
    help="First find out anew how the answers to every sentence stand to one another.",
)
def doctor(rebuild: bool) -> None:
    """Print versions, paths and settings; check files, database and counts.

    Changes nothing without `--rebuild`, and never an answer.
    """
    with database_faults():
        settings = Settings.from_environ(make=False)
        found = Findings(facts=list(versions()))
        examine_files(settings, found)
        examine_pages(found)
        show(found.facts)
        for line in places(settings):
            click.echo(line)
        if settings.behind_proxy:
            click.echo(PROXY.format(number=settings.behind_proxy))
        if not settings.is_sqlite:
            examine_database(settings, found, rebuild=rebuild)
        elif database_file(settings).exists():
            if why := unusable(database_file(settings)):
                found.faults.append(f"{why[:1].upper()}{why[1:]}.")
            else:
                examine_database(settings, found, rebuild=rebuild)
    for warning in found.warnings:
        click.echo(f"Warning: {warning}", err=True)
    fail_with(found.faults)
    click.echo("No faults found.")


def versions() -> Iterator[tuple[str, str]]:
    """Yield what runs here, and from where."""
    yield "annotator", __version__
    yield "Python", sys.version.split()[0]
    for name in LIBRARIES:
        yield name, version(name)
    yield "templates", str(TEMPLATES)
    yield "static files", str(STATIC)


def examine_files(settings: Settings, found: Findings) -> None:
    """Check the vendored files, and that nobody else can read database and key."""
    for each in tomllib.loads(VENDORED.read_text(encoding="utf-8"))["file"]:
        content = (VENDORED.parent / each["file"]).read_bytes()
        intact = b64encode(hashlib.sha384(content).digest()).decode() == each["sha384"]
        state = "as published" if intact else "changed"
        found.facts.append((each["name"], f"{each['version']}, {each['file']}, {state}"))
        if not intact:
            found.faults.append(
                f"{each['file']} differs from the published file: reinstall annotator."
            )
    if settings.is_sqlite and not database_file(settings).exists():
        found.faults.append("There is no database yet: create it with `annotator init`.")
    found.warnings.extend(risks(settings))
    for path in private_files(settings):
        found.facts.append((path.name, f"mode {path.stat().st_mode & 0o777:04o}"))
        if health.open_to_others(path):
            found.faults.append(f"All users of this machine can open {path}: run chmod 600.")


def examine_pages(found: Findings) -> None:
    """Load the views of all pages, which a server does when the first request for one comes."""
    broken = list(broken_views((*ALL, *API)))
    views = sum(len(screen.views) for screen in (*ALL, *API))
    found.facts.append(("views", f"{views - len(broken)} of {views} can be loaded"))
    found.faults.extend(f"{each}. Reinstall annotator." for each in broken)


def risks(settings: Settings) -> Iterator[str]:
    """Yield in words what can go wrong where this installation stands."""
    if settings.data.is_dir() and health.open_to_others(settings.data):
        yield (
            f"All users of this machine can look into the data folder {settings.data}:"
            " run chmod 700."
        )
    if settings.is_sqlite and len(servers := serving.servers_of(settings.database_url)) > 1:
        yield health.several_servers(servers)
    names = [name for name in settings.trusted_hosts if name not in LOOPBACK]
    if names and not settings.behind_proxy:
        yield (
            f"{', '.join(names)} can be reached without a proxy (ANNOTATOR_BEHIND_PROXY is 0):"
            " passwords are sent in the clear, and nobody limits connections and requests. Put an"
            " HTTPS proxy in front."
        )


def private_files(settings: Settings) -> list[Path]:
    """Return the files that are for their owner's eyes only, as far as there are any."""
    files = [settings.data / "secret.key"]
    if settings.is_sqlite:
        database = database_file(settings)
        files += [database, *database.parent.glob(f"{database.name}-*")]
    return [path for path in files if path.exists()]


def database_file(settings: Settings) -> Path:
    """Return the path of the SQLite database."""
    return Path(make_url(settings.database_url).database or "")


def examine_database(settings: Settings, found: Findings, *, rebuild: bool) -> None:
    """Check the database, then whether what it holds agrees with itself."""
    app = open_database(settings)
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                state = health.examine(connection)
            show(state.facts)
            found.warnings.extend(state.warnings)
            found.faults.extend(state.faults)
            if not state.faults:
                show((name, f"{number:,}") for name, number in checkup.counts())
                show(("import in progress", said) for said in checkup.on_their_way())
                found.faults.extend(checkup.faults())
                for project in projects.all_projects():
                    if rebuild:
                        anew = write_in_steps(refreshing.rebuild(project))
                        show([("rebuilt", f"{counted(anew, 'sentence')} of {project.slug}")])
                    found.faults.extend(refreshing.faults(project))
                found.warnings.extend(cut_off())
        finally:
            db.session.remove()
            db.engine.dispose()


def cut_off() -> Iterator[str]:
    """Yield in words which imports were killed before they were over."""
    for each in staging.leftovers():
        yield (
            f"the import of {each.name} was interrupted and is not visible; `annotator"
            " run` or the next import removes it, or completes it if parts were visible."
        )


def show(facts: Iterable[tuple[str, str]]) -> None:
    """Print facts, one a line."""
    for name, value in facts:
        click.echo(f"{name}: {value}")


def fail_with(faults: Iterable[str]) -> None:
    """End with exit 1 if anything is wrong, each fault on a line of its own."""
    *others, last = list(faults) or [""]
    if not last:
        return
    for fault in others:
        click.echo(f"Error: {fault}", err=True)
    raise FailedCheckError(last)


@click.command()
@click.option(
    "-p", "--project", "slug", help="Only this project; its releases contain the root hash."
)
def audit(slug: str | None) -> None:
    """Verify the history of every answer and print the root hash.

    Each save of an answer is chained to the previous one, so manual changes are found and
    reported. The root hash stays the same until an answer is saved.
    """
    with application():
        found = history.audit(projects.get(slug) if slug else None)
        show(
            (
                ("chains", f"{found.answers:,}"),
                ("events", f"{found.events:,}"),
                ("root hash", found.root),
            )
        )
        fail_with(found.faults)
        click.echo("All chains are intact.")
