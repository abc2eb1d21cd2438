"""Names and values as they are meant: spellings that look alike are one.

The same accent may be one character or two, a space may be a no-break space or several, and signs
without any shape may stand anywhere. None of it can be seen, so none of it makes another person,
speaker or value. The texts of articles are never touched by this.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

JOINERS = "\u200c\u200d"
"""Without a shape of their own, but they change their neighbours': Persian, Hindi, emoji."""
# As people and programs write numbers; a digit may be one of any script.
NUMBER = re.compile(r"[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def tidy(text: str) -> str:
    """Return a name or value with composed accents, single spaces and no sign without a shape."""
    if text.isascii():  # all of it has a shape, and nothing is composed
        return text if text.isalnum() else " ".join(text.split())
    shaped = (sign for sign in text if unicodedata.category(sign) != "Cf" or sign in JOINERS)
    return " ".join(unicodedata.normalize("NFC", "".join(shaped)).split())


def folded(text: str) -> str:
    """Return what names are compared by where their case makes no other one, either."""
    return unicodedata.normalize("NFC", tidy(text).casefold())


def number(text: str) -> Decimal | None:
    """Return the finite number that a text is, exactly; None where it is none."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


def numbers(values: Sequence[str]) -> list[float] | None:
    """Return values as finite numbers, None where one is no number."""
    known = [float(amount) for value in values if (amount := number(value)) is not None]
    return known if len(known) == len(values) and all(map(math.isfinite, known)) else None


def steps(scale: Sequence[str]) -> list[float]:
    """Return the numbers of a declared scale: its values where all are numbers, else its places."""
    return numbers(scale) or [float(place) for place in range(len(scale))]


def near(text: str) -> str:
    """Return what two names have in common that may well be one: case, width, or one number."""
    plain = unicodedata.normalize("NFKC", tidy(text)).casefold()
    value = number(plain)
    return plain if value is None else str(value.normalize())
