"""CLI: one `annotator` command; exit 0 on success, 1 when a check fails, 2 on wrong use."""

import click

from annotator import __version__
from annotator.cli import (
    agreement,
    assigning,
    backup,
    checking,
    demo,
    difference,
    gold,
    homecoming,
    importing,
    labels,
    projects,
    releasing,
    serving,
    splitting,
    users,
    verifying,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Label news articles sentence by sentence; measure agreement; publish gold data."""


cli.add_command(projects.project)
cli.add_command(users.user)


cli.add_command(importing.import_command)
cli.add_command(homecoming.import_release)
cli.add_command(splitting.split_command)
cli.add_command(assigning.assign_command)

cli.add_command(labels.labels)
cli.add_command(agreement.agreement_command)
cli.add_command(gold.gold_command)
cli.add_command(releasing.release_command)
cli.add_command(difference.difference_command)
cli.add_command(verifying.verify_command)
cli.add_command(demo.demo_command)
cli.add_command(serving.run)
cli.add_command(serving.init)
cli.add_command(checking.doctor)
cli.add_command(checking.audit)
cli.add_command(backup.backup)
cli.add_command(backup.restore)
