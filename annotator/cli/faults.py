"""How a command fails: one line that says what would be right, and the exit status."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EPIPE

import click

from annotator.errors import RefusedError


class WrongUseError(click.ClickException):
    """The command cannot be done as it was given: one line, exit 2."""

    exit_code = 2


class FailedCheckError(click.ClickException):
    """What was checked is not in order: one line, exit 1."""

    exit_code = 1


@contextmanager
def plain_faults() -> Iterator[None]:
    """Say in one line what a person at the command line can do something about."""
    try:
        yield
    except RefusedError as error:
        raise WrongUseError(one_line(str(error))) from error
    except OSError as error:
        if error.errno == EPIPE:  # whoever read our output has heard enough; click knows that
            raise
        raise WrongUseError(one_line(f"{error.filename or 'a file'}: {error.strerror}")) from error


def one_line(text: str) -> str:
    """Return a message without its line breaks."""
    return " ".join(text.split())
