"""CLI: one `annotator` command; exit 0 on success, 1 when a check fails, 2 on wrong use."""

import click

from annotator import __version__
from annotator.cli.lazy import LazyGroup

# Where each command stands, as module:name, and what the help says of it; a command imports nothing
# of the others, and the help nothing of any.
COMMANDS = {
    "agreement": (
        "agreement:agreement_command",
        "Print inter-annotator agreement of a project or a FILE.",
    ),
    "alt-test": (
        "alt_test:alt_test_command",
        "Test whether a model may replace a person: the alternative annotator test.",
    ),
    "article": ("article:article", "Correct articles of a project."),
    "assign": (
        "assigning:assign_command",
        "Assign articles to annotators: balanced by sentences, reproducible by the seed.",
    ),
    "audit": ("doctor_audit:audit", "Verify the history of every answer and print the root hash."),
    "backup": ("backup:backup", "Copy the whole database to a new FILE while the server runs."),
    "codebook": (
        "codebook:codebook",
        "Check, export, import, compare and publish codebooks.",
    ),
    "convert": (
        "converting:convert_command",
        "Write the articles of files or folders as JSON Lines; needs no database.",
    ),
    "demo": (
        "demo:demo_command",
        "Serve a demo: two articles, a lead, and three annotators with sample labels.",
    ),
    "doctor": (
        "doctor_audit:doctor",
        "Print versions, paths and settings; check files, database and counts.",
    ),
    "gold": (
        "gold:gold_command",
        "Print the gold of each sentence of a project, or of each item of FILE.",
    ),
    "import": (
        "importing:import_command",
        'Import articles from files or folders; "-" reads one from standard input.',
    ),
    "import-release": (
        "import_release:import_release",
        "Import the release in DIR as a new project with all of its contents.",
    ),
    "init": ("run_init:init", "Create or migrate the database and print its location."),
    "labels": ("labels:labels", "Export and import labels."),
    "models": (
        "models:models_command",
        "Print how the models of a project stand to its people and to gold.",
    ),
    "model-tasks": (
        "model_tasks:model_tasks",
        "Write one request for a language model per sentence, as JSON Lines.",
    ),
    "project": ("project:project", "Add projects and show them."),
    "release": (
        "releasing:release_command",
        "Write a release of a project: articles, labels, gold, agreement, codebook and hashes.",
    ),
    "release-difference": (
        "release_difference:difference_command",
        "Print the differences between the release folders BEFORE and AFTER.",
    ),
    "restore": (
        "backup:restore",
        "Replace the database by the backup in FILE, completely or not at all.",
    ),
    "run": ("run_init:run", "Serve the application; the database is created or migrated first."),
    "split": (
        "split:split_command",
        "Split texts into sentences and print the offsets as JSONL; needs no database.",
    ),
    "token": ("tokens:token", "Make, list and revoke personal tokens for the API."),
    "user": (
        "users:user",
        "Manage accounts: add, enable, disable, sign-in links, passwords, roles.",
    ),
    "verify": (
        "verifying:verify_command",
        "Check a release folder: hashes, schema, offsets, gold, splits, agreement and counts.",
    ),
}


@click.group(
    cls=LazyGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__)
def cli() -> None:
    """Label news articles sentence by sentence; measure agreement; publish gold data."""
