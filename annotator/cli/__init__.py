"""CLI: one `annotator` command; exit 0 on success, 1 when a check fails, 2 on wrong use."""

import click

from annotator import __version__
from annotator.cli.lazy import LazyGroup

# Where each command stands, as module:name; a command imports nothing of the others.
COMMANDS = {
    "agreement": "agreement:agreement_command",
    "assign": "assigning:assign_command",
    "audit": "doctor_audit:audit",
    "backup": "backup:backup",
    "demo": "demo:demo_command",
    "doctor": "doctor_audit:doctor",
    "gold": "gold:gold_command",
    "import": "importing:import_command",
    "import-release": "import_release:import_release",
    "init": "run_init:init",
    "labels": "labels:labels",
    "project": "project:project",
    "release": "releasing:release_command",
    "release-difference": "release_difference:difference_command",
    "restore": "backup:restore",
    "run": "run_init:run",
    "split": "split:split_command",
    "user": "users:user",
    "verify": "verifying:verify_command",
}


@click.group(
    cls=LazyGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__)
def cli() -> None:
    """Label news articles sentence by sentence; measure agreement; publish gold data."""
