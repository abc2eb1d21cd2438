"""Phrases that pages, commands and messages share, so that each is worded in one place."""


def sentence_number(position: int) -> str:
    """Return the number of a sentence as people count, from 1; `position` counts from 0."""
    return f"{position + 1:,}"


def both_numbers(position: int) -> str:
    """Return the number of a sentence as people count and as files do: "11 (10 in files)".

    Wherever somebody may go from a page or a message to a file, or to an address, both are said.
    """
    return f"{sentence_number(position)} ({in_files(position)})"


def in_files(position: int) -> str:
    """Return the number of a sentence in files and addresses, from 0: "10 in files"."""
    return f"{position} in files"
