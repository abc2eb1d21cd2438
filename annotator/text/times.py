"""Times of day: "at 9 p.m. Lawmakers met" ends a sentence, "at 9 p.m. Moscow time" does not."""

import re
from collections.abc import Iterator

from annotator.text.abbreviations import MONTHS, WEEKDAYS, words

_HALF = re.compile(r"[AaPp]\.\s?[Mm]\.\s")
_TIME = re.compile(
    r"(?:(?P<before>\b[^\W\d_]{1,9})\s)?\b[0-9]{1,2}(?:[:.][0-9]{2})?\s?[AaPp]\.\s?[Mm]\."
    r"(?=\s+(?P<next>[^\W\d_]\w{0,20})(?P<rest>(?:\s\w{1,20}){0,3}))"
)
# "The 9 p.m. Newsnight": the time belongs to what follows.
_ATTRIBUTIVE = words("the a an this that his her its their our every each")
_ZONES = words(
    """
    et est edt ct cst cdt mt mst mdt pt pst pdt gmt utc bst cet cest eet eest msk ist jst hkt aest
    eastern central mountain pacific atlantic alaska hawaii greenwich zulu local
    """
)
_DAYS = words(
    """
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    """
) | {name.lower() for name in MONTHS | WEEKDAYS}


def ends_after_time(piece: str) -> Iterator[int]:
    """Yield the offsets after "a.m." and "p.m." at which a sentence ends, for all the library says.

    It goes on before a digit, a zone ("EDT", "Moscow time"), a weekday or a month, and where the
    time is an attribute ("the 9 p.m. Newsnight").
    """
    # A time is looked for at every word; most texts hold none.
    if _HALF.search(piece) is None:
        return
    for time in _TIME.finditer(piece):
        following = time.group("next")
        if (
            following[0].isupper()
            and following.lower() not in _ZONES | _DAYS
            and (time.group("before") or "").lower() not in _ATTRIBUTIVE
            and "time" not in time.group("rest").lower().split()
        ):
            yield time.end()
