"""What a password must be, and how it is kept."""

import unicodedata
from functools import lru_cache
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from annotator.errors import RefusedError
from annotator.work.accounts.guessable_passwords import why_guessable

# 19 MiB, two passes, one lane: OWASP's parameters, about 30 ms. Tests put a cheaper one here.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 8, 1024

PasswordHash = NewType("PasswordHash", str)


class PasswordError(RefusedError):
    """This cannot be a password; the message says why."""


def hash_new(password: str, username: str) -> PasswordHash:
    """Return the hash of a new password, or refuse the password."""
    normal = accepted(password, username)
    return PasswordHash(HASHER.hash(normal))


def accepted(password: str, username: str) -> str:
    """Return the password as it is hashed; refuse what is too short, too long or easily guessed.

    There is no rule of composition: length and not being guessed is what helps.
    """
    normal = normalised(password)
    if normal is None:
        raise PasswordError(f"A password can have at most {LONGEST:,} characters.")
    if len(normal) < SHORTEST:
        raise PasswordError(f"A password must have at least {SHORTEST} characters; 15 are better.")
    if why := why_guessable(normal, unicodedata.normalize("NFKC", username)):
        raise PasswordError(why)
    return normal


def normalised(password: str) -> str | None:
    """Return the same characters however they were typed, or None if there are too many."""
    if len(password) > LONGEST:
        return None
    normal = unicodedata.normalize("NFKC", password)
    encodable = not any("\ud800" <= character <= "\udfff" for character in normal)
    return normal if encodable and len(normal) <= LONGEST else None


def fits(password: str, hashed: str | None) -> bool:
    """Say whether the password belongs to the hash; without a hash it takes as long and fails."""
    stand_in = dummy(HASHER)
    normal = normalised(password)
    try:
        HASHER.verify(hashed or stand_in, normal or "")
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed) and normal is not None


def rehashed(password: str, hashed: str) -> PasswordHash | None:
    """Return a new hash of a password that fits, if the parameters have changed since."""
    normal = normalised(password)
    if normal is None or not HASHER.check_needs_rehash(hashed):
        return None
    return PasswordHash(HASHER.hash(normal))


@lru_cache(maxsize=4)
def dummy(hasher: PasswordHasher) -> str:
    """Return a hash that no password fits, to verify against where there is none."""
    return hasher.hash(b"\xff no text has these bytes")
