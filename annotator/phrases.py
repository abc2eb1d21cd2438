"""Phrases that pages, commands and messages share, so that each is worded in one place."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from annotator.measure.coefficients.verdict import verdict_of

LONGEST_QUOTED = 60
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
THIN = "\u202f"  # narrow, and no line breaks there
MINUS = "\u2212"
METHOD_NAMES = {"dawid-skene": "Dawid–Skene", "mace": "MACE"}
ROUNDING = (
    "Figures have two decimals; a third is shown only where rounding would move a figure"
    " across .80 or .667."
)


def plural(number: int, word: str) -> str:
    """Return the word, with an s unless there is one of it."""
    return word if number == 1 else f"{word}s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def enumerated(words: Sequence[str]) -> str:
    """Return words with commas and a last "and"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def spelled(number: int) -> str:
    """Return a small number in words."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def coefficient(value: float) -> str:
    """Return alpha as it is quoted: ".68", two decimals and no leading zero.

    A third is shown where two would carry the figure over a limit of its verdict.
    """
    size = abs(value)
    carried = verdict_of(round(size, 2)) != verdict_of(size)
    shown = f"{size:.3f}" if carried else f"{size:.2f}"
    negative = value < 0 and float(shown) > 0
    return (MINUS if negative else "") + shown.removeprefix("0")


def percent(share: float) -> str:
    """Return a share in whole percent; what only nearly is all or nothing does not say so."""
    whole = round(100 * share)
    if whole == 100 and share < 1:
        return f"over 99{THIN}%"
    if whole == 0 and share > 0:
        return f"under 1{THIN}%"
    return f"{whole}{THIN}%"


def method_name(method: str, *, alone: bool = False) -> str:
    """Return what pages and cards call a method of gold: within words, or `alone`.

    Files and commands have the method itself.
    """
    name = METHOD_NAMES.get(method, method)
    return name[:1].upper() + name[1:] if alone else name


def changed_later(n: int) -> str:
    """Say how many answers of round 1 were changed later; nothing where none was."""
    if n == 0:
        return ""
    return (
        f"{counted(n, 'answer')} changed after adjudication began or other answers were visible;"
        f" round 1 uses the earlier {plural(n, 'version')}."
    )


WITHIN = str.maketrans("“”", "‘’")


def quoted(words: str) -> str:
    """Return words in quotation marks, those that are whole quotations as they are.

    Quotations within get single marks.
    """
    inner = words[1:-1]
    whole = words == f"“{inner}”" and not {"“", "”"} & set(inner)
    return words if whole else f"“{words.translate(WITHIN)}”"


def sentence_number(position: int) -> str:
    """Return the number of a sentence as people count, from 1; `position` counts from 0."""
    return f"{position + 1:,}"


def from_one(position: int) -> int:
    """Return the same number for a column of a file, or for what a page calls its parts."""
    return position + 1


def both_numbers(position: int) -> str:
    """Return the number of a sentence as people count and as files do: "11 (10 in files)".

    Wherever somebody may go from a page or a message to a file, or to an address, both are said.
    """
    return f"{sentence_number(position)} ({in_files(position)})"


def in_files(position: int) -> str:
    """Return the number of a sentence in files and addresses, from 0: "10 in files"."""
    return f"{position} in files"


def moment(at: datetime) -> str:
    """Return a moment in UTC as ISO 8601, to the second: "2026-03-01T09:30:00Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_text(at: datetime) -> str:
    """Return a moment as pages show it: "1 Mar 2026, 09:30 UTC"."""
    here = at.astimezone(UTC)
    return f"{here.day} {here.strftime('%b %Y, %H:%M')} UTC"


def visible(text: str) -> str:
    """Return a text in one line that no terminal takes for an order: odd signs are escaped."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def path_of(path: Iterable[str | int]) -> str:
    """Return a place inside of a row, like `claims[0].stance`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' if text else ''}{step}"
    return text


def short(text: str) -> str:
    """Return the beginning of a text for a message of one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_QUOTED else flat[: LONGEST_QUOTED - 1] + "…"
