"""Words and tables for a Markdown document, whatever signs the words hold."""

import re
from collections.abc import Iterable, Sequence

SPECIAL = re.compile(r"([\\`*_<>\[\]|&#~$])")
FENCE = re.compile(r"`{3,}")


def plain(text: object) -> str:
    """Return a text that reads as itself, in one line."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def code(text: str) -> str:
    """Return a text in code signs, in one line, also where it has such signs itself."""
    text = " ".join(text.split()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"


def fenced(text: str, language: str = "") -> str:
    """Return a block of code; the fence is longer than any in the text."""
    longest = max((len(run) for run in FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """Return a table of cells that are Markdown; the columns in `numbers` stand right."""
    right = set(numbers)
    rule = ["---:" if index in right else "---" for index in range(len(heads))]
    lines = [heads, rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(lines: Iterable[str]) -> str:
    """Return a list."""
    return "\n".join(f"- {line}" for line in lines)
