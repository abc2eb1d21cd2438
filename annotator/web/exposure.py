"""Pages on which somebody sees what others said remember it, where that person labels, too."""

from collections.abc import Iterable

from annotator.store.db import write
from annotator.store.models import Membership
from annotator.work.labelling import independence


def learns(membership: Membership, sentences: Iterable[int], how: str) -> None:
    """Remember that the person signed in sees others' answers to these sentences, or gold.

    Nothing is written where nothing is new, and nothing of people who do not label. It is written
    before the page is rendered: what could not be remembered is not shown.
    """
    user_id = membership.user_id
    new = independence.unknown_to(membership, sentences)
    if new:
        with write():
            independence.expose(user_id, new, how)
