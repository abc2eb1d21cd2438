"""Slows down whoever guesses passwords: the failed tries are rows, so that no restart forgets them.

A try is counted before the password is looked at and taken back when it was right. So a hundred
tries sent at once are a hundred tries.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import SignInTry, User

# Any number, the same in every process: tries are counted one after the other.
COUNTING_LOCK = 7_203_119
KEPT = timedelta(days=1)
# NIST SP 800-63B: after that many in a row only a new link helps.
MOST_IN_A_ROW = 100
# Behind the name of an account whose codes are counted; no user name has a blank.
CODES = " code"


@dataclass(frozen=True)
class Limit:
    """How many tries within a window are free, and how long the wait can grow after them."""

    free: int
    window: timedelta
    longest: int
    shortest: int = 60

    def wait(self, tries: int) -> int:
        """Return how many seconds must pass since the last of so many tries."""
        if tries < self.free:
            return 0
        doubled: int = self.shortest << min(tries - self.free, 20)
        return min(self.longest, doubled)


ACCOUNT = Limit(free=5, window=KEPT, longest=3600)
ADDRESS = Limit(free=20, window=timedelta(hours=1), longest=900)


class TooManyTriesError(RefusedError):
    """Wait `retry_after` seconds before the next try."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many attempts. Wait {in_words(retry_after)}.")
        self.retry_after = retry_after


def count_try(username: str, address: str) -> None:
    """Count one more try for this account and address, or refuse it.

    A name that no account can have is given as "" and counts for its address only.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(COUNTING_LOCK)))
    address = network(address)
    waits = [remaining(ADDRESS, SignInTry.address == address)]
    if username:
        mine = SignInTry.username == username
        in_a_row = db.session.scalar(select(func.count()).where(mine)) or 0
        waits.append(ACCOUNT.longest if in_a_row >= MOST_IN_A_ROW else remaining(ACCOUNT, mine))
    if max(waits):
        raise TooManyTriesError(max(waits))
    forget_old_tries()
    db.session.add(SignInTry(username=username, address=address, at=now()))
    db.session.flush()


def count_code(username: str, address: str) -> None:
    """Count one more try of a code of this account, or refuse it.

    Codes are counted apart from passwords: who knows the password gets no further tries by it.
    """
    count_try(f"{username}{CODES}", address)


def clear_codes(username: str) -> None:
    """Forget the tries of codes for an account whose owner has shown one."""
    clear(f"{username}{CODES}")


def remaining(limit: Limit, whose: ColumnElement[bool]) -> int:
    """Return how many seconds these tries still have to wait."""
    tries, last = db.session.execute(
        select(func.count(), func.max(SignInTry.at)).where(
            whose, SignInTry.at > now() - limit.window
        )
    ).one()
    wait = limit.wait(tries)
    # A clock that was set back must not lock anybody out for longer than the wait itself.
    passed = max(0.0, (now() - last).total_seconds()) if wait else 0.0
    return max(0, ceil(wait - passed))


def clear(username: str) -> None:
    """Forget the tries for an account whose owner has come in."""
    db.session.execute(delete(SignInTry).where(SignInTry.username == username))


def forget_old_tries() -> None:
    """Delete what slows nobody down any more; of real accounts the count in a row stays."""
    old = SignInTry.at < now() - KEPT
    nobodys = and_(
        SignInTry.username.not_in(select(User.username)),
        SignInTry.username.not_in(select(User.username + CODES)),
    )
    db.session.execute(delete(SignInTry).where(old, nobodys))
    db.session.execute(update(SignInTry).where(old).values(address=""))


def network(address: str) -> str:
    """Return what counts as one address: an IPv6 subscriber has a whole /64 of them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), 64), strict=False))


def in_words(seconds: int) -> str:
    """Return a wait as a person would say it: "1 minute"."""
    number, unit = (seconds, "second") if seconds < 60 else (ceil(seconds / 60), "minute")
    return counted(number, unit)
