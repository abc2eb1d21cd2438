"""What the button of a form asks for, as its value says it: `next`, `edit-1`, `take-0-12`.

`static/acts.js` reads the same values; tests/data/acts.json holds cases for both.
"""

import re
from dataclasses import dataclass

# A place in a list, from 0: of claims, of answers.
PLACE = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Act:
    """One act: the claim or answer that it is about, if it names one, and what it chooses there."""

    verb: str = ""
    index: int | None = None
    choice: str = ""

    @property
    def place(self) -> int:
        """Return the choice where it is a place in a list, else 0."""
        return int(self.choice) if PLACE.fullmatch(self.choice) else 0


def parse_act(button: str) -> Act:
    """Read `verb`, `verb-INDEX`, `verb-INDEX-CHOICE` or `verb-CHOICE`."""
    verb, _, rest = button.partition("-")
    number, _, choice = rest.partition("-")
    return Act(verb, int(number), choice) if PLACE.fullmatch(number) else Act(verb, None, rest)
