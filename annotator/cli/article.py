"""`annotator article`: the group of its commands."""

import click

from annotator.cli.lazy import LazyGroup

COMMANDS = {
    "close": (
        "article_work:close_command",
        "End the work in progress in the articles KEY...; what nobody has started is unassigned.",
    ),
    "due": (
        "article_work:due_command",
        "Set the due date of the work in progress in the articles KEY..., or take it away.",
    ),
    "erase": (
        "article_acts:erase_command",
        "Delete the withdrawn article KEY with its labels for good; this cannot be undone.",
    ),
    "imports": (
        "import_undo:imports_command",
        "Print the last imports of a project: number, when, by whom, articles left, what was said.",
    ),
    "metadata": (
        "article_metadata:metadata_command",
        "Print the details of all articles as CSV, or change them from FILE.",
    ),
    "remove": (
        "article_acts:remove_command",
        "Delete the articles KEY... that nobody has answered; this cannot be undone.",
    ),
    "restore": (
        "article_acts:restore_command",
        "Put the withdrawn articles KEY... back, with their labels and assignments.",
    ),
    "undo-import": (
        "import_undo:undo_import_command",
        "Remove the articles of import NUMBER that nobody has answered; the others stay.",
    ),
    "withdraw": (
        "article_acts:withdraw_command",
        "Take the articles KEY... out of work, reports and coming releases; labels are kept.",
    ),
    "withdrawn": (
        "article_acts:withdrawn_command",
        "Print the withdrawn articles of a project: key, answers, when, by whom, why.",
    ),
}


@click.group(cls=LazyGroup, places=COMMANDS)
def article() -> None:
    """Correct articles of a project."""
