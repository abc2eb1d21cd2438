"""Date lines and bylines: the lines above an article that say when, where and by whom."""

import datetime
import re
from dataclasses import dataclass

# Longer lines are prose, whatever they begin with.
LONGEST = 140

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - easier to read
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NUMBER = r"(?P<first>[0-9]{1,2})[/.-](?P<second>[0-9]{1,2})[/.-]" + _YEAR

_DATES = tuple(
    re.compile(rf"(?<![\w/.-]){pattern}(?![\w/-]|\.[0-9])", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}[-/.](?P<month_number>[01]?[0-9])[-/.]{_DAY}(?=T[0-9])?",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+{_YEAR}",
        _NUMBER,
        rf"{_MONTH}\s+{_YEAR}",
        rf"{_MONTH}\s+{_DAY}",
        rf"{_DAY}(?:\s+of)?\s+{_MONTH}",
    )
)
# The time in "2018-07-24T16:05:00Z" hangs on its date: put a space between.
_ISO_TIME = re.compile(r"(?<=[0-9]{2})T(?=[0-9]{2}:[0-9]{2})")

_REST = re.compile(
    r"\b(?:[0-9]{1,3}\s+(?:min(?:utes?)?|hours?|days?)\s+(?:read|ago)|(?:last|first|originally|date)?\s*"
    r"(?:updated?|published|posted|modified|created|filed|issued|released|revised|printed)"
    r"|(?:publication|release|posting)?\s*date|on|at|of"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|[0-2]?[0-9](?:[:.][0-5][0-9]){0,2}(?:\.[0-9]{1,6})?\s*(?:[ap]\.?\s?m\b\.?)?(?:hrs|h|z)?"
    r"|noon|midnight|[ecmp][sd]?t|eastern|central|mountain|pacific|time|gmt|utc|bst|cest|cet|msk"
    r"|[0-9]{2}:?[0-9]{2})\b\.?",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\b(?:updated?|modified|revised)\b", re.IGNORECASE)
# Lines that name a time without a day: "Updated 4:05 p.m. ET", "3 hours ago".
_TIMED = re.compile(
    r"(?:last )?(?:updated|published|posted|modified)\b.*[0-9]|[0-9]{1,2}[:.][0-9]{2}\b"
    r"|[0-9]{1,3} (?:minutes?|hours?|days?) ago",
    re.IGNORECASE,
)

_BY = re.compile(
    r"(?:(?:written|reported|reporting|story|text|analysis|opinion|posted|compiled)\s+)?by[\s:]+",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(
    r"[^\W\d_a-z][\w.’'-]*,?|[|/&·•,;–—-]|(?:and|of|the|for|in|at|de|da|di|la|le|van|von|der|den|"
    r"el|al|bin|ben|special|to|staff|writer|writers|reporter|correspondent|contributor|editor|"
    r"news|agencies),?"
)
_AGENCY = re.compile(
    r"[(\[]?(?:the )?(?:associated press|reuters|ap|afp|agence france-presse|upi|"
    r"united press international|tass|interfax|bloomberg|xinhua)[)\]]?(?: news(?: agency)?)?",
    re.IGNORECASE,
)
# Possessive: "AAAA…" read as one, two, three or four words takes a second a line.
_PLACE = re.compile(r"(?:[^\W\d_a-z][\w.’'-]*+,?+\s*+){1,4}+(?:\((?:[A-Z][\w ]{1,20})\))?\s*")

# How agencies open a story: "MOSCOW, August 5. /TASS/. Russia", "MOSCOW. July 16 (Interfax) - ".
# Only its place must be in capitals, so it reads in any language that has them.
_OPENING = re.compile(
    r"(?P<place>[^\W\d_]{2,30}(?:[ .’'-]{1,2}[^\W\d_]{1,30}){0,4})(?:,\s[^\W\d_]{3,20})?[,.]?\s"
    r"(?P<day>(?:[^\W\d_]{3,12}\.?\s[0-9]{1,2}|[0-9]{1,2}\.?\s[^\W\d_]{3,12}\.?)"
    r"(?:,?\s[0-9]{4})?[,.]?\s)?"
    r"(?:/[^/\s][^/]{0,60}/(?:\.|\s?[-–—])|\([^()]{2,60}\)\s?[-–—]"
    r"|[-–—]\s?(?P<agency>[^\W\d_]{2,20}(?:\s[^\W\d_]{2,20}){0,2})\."
    r"|(?P<wire>[^\W\d_]{2,20}(?:[.-][^\W\d_]{2,20})?)\s?[-–—])"
    r"(?:\s+|$)"
)
LONGEST_OPENING = 160


@dataclass(frozen=True)
class Dateline:
    """What a date line says: its day, if it names one, and how far to trust it."""

    day: datetime.date | None
    is_update: bool
    is_ambiguous: bool


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    day: datetime.date | None
    is_ambiguous: bool


def read_dateline(line: str, *, allow_place: bool) -> Dateline | None:
    """Read a line that holds a date, a byline or both, and nothing else; None for other lines."""
    # A long paragraph is known by its beginning.
    if len(" ".join(line[: 4 * LONGEST].split())) > LONGEST:
        return None
    line = _ISO_TIME.sub(" ", " ".join(line.split()))
    if not line or len(line) > LONGEST:
        return None
    dates = _dates(line)
    is_timed = bool(dates) or _TIMED.match(line) is not None
    rest = line
    for found in reversed(dates):
        rest = f"{rest[: found.start]} | {rest[found.end :]}"
    if is_timed:
        rest = _REST.sub(" ", rest)
    rest = " ".join(rest.split()).strip(" |,;:/+·•.–—-()[]")
    is_line = _is_byline(rest) or (is_timed and not rest)
    if not is_line and not (dates and allow_place and _PLACE.fullmatch(rest)):
        return None
    days = [found.day for found in dates if found.day]
    return Dateline(
        # Of two days the earlier is the publication, the later an update.
        day=min(days, default=None),
        is_update=len(days) < 2 and _UPDATED.search(line) is not None,
        is_ambiguous=any(found.is_ambiguous for found in dates),
    )


def opening_end(block: str) -> int:
    """Return where the place, day and agency end that open a story in one line with it; else 0."""
    # Prose, which begins in small letters but for the first, need not be looked at further.
    if any(map(str.islower, block[:2])):
        return 0
    opening = _OPENING.match(block[:LONGEST_OPENING])
    if opening is None or not opening.group("place").isupper():
        return 0
    agency = (opening.group("agency") or opening.group("wire") or "").split()
    if agency and not (opening.group("day") and all(word[0].isupper() for word in agency)):
        return 0
    return opening.end()


def _dates(line: str) -> list[_Found]:
    found: list[_Found] = []
    for pattern in _DATES:
        for match in pattern.finditer(line):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                day, is_ambiguous = _day(match.groupdict())
                found.append(_Found(match.start(), match.end(), day, is_ambiguous))
    return sorted(found, key=lambda date: date.start)


def _day(parts: dict[str, str | None]) -> tuple[datetime.date | None, bool]:
    """Give the day a match names; 03/04/2018 is a day in March here and in April there."""
    if parts.get("first") and parts.get("second"):
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        if first != second and first <= 12 and second <= 12:
            return None, True
        month, day = (second, first) if first > 12 else (first, second)
    elif parts.get("day") and parts.get("year"):
        name = (parts.get("month") or "")[:3].lower()
        month = _MONTHS.index(name) + 1 if name else int(parts.get("month_number") or 0)
        day = int(parts["day"] or 0)
    else:
        return None, False
    try:
        return datetime.date(int(parts["year"] or 0), month, day), False
    except ValueError:
        return None, False


def _is_byline(line: str) -> bool:
    if _AGENCY.fullmatch(line):
        return True
    by = _BY.match(line)
    if by is None:
        return False
    words = line[by.end() :].split()
    names = [word for word in words if word[0].isupper()]
    # "By Monday" is no byline, and one with a final stop is a sentence.
    return (
        2 <= len(names) <= 14
        and words[0][0].isupper()
        and not re.search(r"[a-z]{3}[.!?]$", line)
        and all(map(_NAME_WORD.fullmatch, words))
    )
