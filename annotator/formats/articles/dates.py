"""Days as tables write them: with the year first, or with day or month first.

"05/06/2019" is two days. Which one is meant, the other days of the column may tell; where they do
not, somebody has to say.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from annotator.errors import RefusedError

YEAR_FIRST, DAY_FIRST, MONTH_FIRST = "ymd", "dmy", "mdy"
ORDERS: Mapping[str, str] = {
    YEAR_FIRST: "2019-05-03 (year, month, day)",
    DAY_FIRST: "03.05.2019 or 03/05/2019 (day, month, year)",
    MONTH_FIRST: "05/03/2019 (month, day, year)",
}
RIGHT = "write the date as 2019-05-03"
PLACES = {YEAR_FIRST: (0, 1, 2), DAY_FIRST: (2, 1, 0), MONTH_FIRST: (2, 0, 1)}
NUMBERS = re.compile(
    r"(?P<a>\d{4}|\d{1,2})(?P<sign>[./-]) ?(?P<b>\d{1,2})(?P=sign) ?(?P<c>\d{4}|\d{1,2})"
    r"(?:[T ,].*)?",
    re.ASCII | re.DOTALL,
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAMED = re.compile(
    r"(?:[a-z]+,? )?(?:(?P<day>\d{1,2})\.?[ -](?P<month>[a-z]{3,9})\.?,?[ -]"
    r"|(?P<month2>[a-z]{3,9})\.? (?P<day2>\d{1,2}),? )(?P<year>\d{4})",
    re.ASCII,
)


def read_day(value: str, order: str = "") -> date | None:
    """Return the day that a cell names; None where it is empty.

    The year may always stand first, and the month may be a word. Other days need their `order`.

    Raises:
        RefusedError: it is no day, or could be two; the message says how to write it.

    """
    words = " ".join(value.split())
    if not words:
        return None
    found = named(words) or in_order(words, YEAR_FIRST) or in_order(words, order)
    if found is not None:
        return found
    numbers = NUMBERS.fullmatch(words)
    orders = [each for each in (DAY_FIRST, MONTH_FIRST) if in_order(words, each)]
    if numbers and orders and not order:
        said = "choose the date format (by command: --dates dmy or --dates mdy), or "
    else:
        said = ""
    raise RefusedError(f"its published_on is “{words[:40]}”; {said}{RIGHT}")


def in_order(words: str, order: str) -> date | None:
    """Return the day of three numbers in an order; None where they are no day in it."""
    found = NUMBERS.fullmatch(words)
    if found is None or not order:
        return None
    parts = [found["a"], found["b"], found["c"]]
    year, month, day = (parts[place] for place in PLACES[order])
    if len(year) != 4 or len(month) > 2 or len(day) > 2:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def named(words: str) -> date | None:
    """Return the day of "3 May 2019", "May 3, 2019" or "Fri, 3 May 2019"."""
    found = NAMED.fullmatch(words.lower())
    if found is None:
        return None
    month = (found["month"] or found["month2"])[:3]
    try:
        return date(int(found["year"]), MONTHS.index(month) + 1, int(found["day"] or found["day2"]))
    except ValueError:
        return None


def order_of(values: Iterable[str]) -> str:
    """Return the order that the days of a column prove; "" where they could have another one, too.

    A column proves nothing where all of its days have the year first.
    """
    left, met = {DAY_FIRST, MONTH_FIRST}, False
    for value in values:
        words = " ".join(value.split())
        if not words or named(words) or in_order(words, YEAR_FIRST):
            continue
        met = True
        left = {order for order in left if in_order(words, order)}
    return left.pop() if met and len(left) == 1 else ""
