"""Lists as people type them into one option: parts with commas between them."""

import csv

from annotator.cli.faults import WrongUseError
from annotator.text.spelling import number, tidy

EXAMPLE = 'a,"b, c","say ""no"""'


def listed(text: str, option: str) -> list[str]:
    """Return the parts of a list with commas; one that holds a comma stands in quotation marks."""
    try:
        (parts,) = csv.reader([text], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError) as error:
        raise WrongUseError(
            f"{option}: quote a part that contains a comma or a quotation mark, and double"
            f" quotation marks inside it, as in '{EXAMPLE}'."
        ) from error
    return [part.strip() for part in parts]


def split_values(text: str) -> list[str]:
    """Return the declared values, each once; two spellings of one number are one value."""
    values = [tidy(value) for value in listed(text, "--values")]
    amounts = [value if (amount := number(value)) is None else amount for value in values]
    if "" in values or len(set(amounts)) < len(values):
        raise WrongUseError("--values: list each value once, separated by commas.")
    return values
