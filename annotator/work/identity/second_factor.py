"""The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for its loss.

The secret of an app that is being set up belongs to one session and ends with it. Each code is
accepted once: the database remembers the interval of the last one, whichever process took it.
"""

import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import pyotp
from sqlalchemy import delete, func, select, update

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import RecoveryCode, SecondFactor, SignIn, User
from annotator.work.accounts import sessions, throttle
from annotator.work.identity.sealing import Sealer

ISSUER = "annotator"
SECONDS = 30
# Clocks of phones differ, and typing takes time: the code before and the one after count, too.
STEPS_AROUND = (0, -1, 1)
DIGITS = re.compile(r"[0-9]{6}")
HOW_MANY = 10
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
GROUPS, GROUP = 4, 5  # of letters of five bits: 100 bits in all
MISREAD = str.maketrans("018", "OIB")


class WrongCodeError(RefusedError):
    """The code is none of this person, or was used before."""

    def __init__(self) -> None:
        super().__init__(
            "Wrong or used code. Type the code that the app shows now; each code works once."
        )


def factor_of(user: User) -> SecondFactor | None:
    """Return the second factor of a person, if there is one."""
    return db.session.get(SecondFactor, user.id)


def begin(token: str, sealer: Sealer) -> None:
    """Make a new secret for this session; it counts for nothing until a code of it was shown."""
    sealed = sealer.seal(pyotp.random_base32())
    mine = SignIn.token_hash == sessions.hash_of(token)
    db.session.execute(update(SignIn).where(mine).values(new_secret=sealed))


def cancel(token: str) -> None:
    """Forget the secret that this session was setting up."""
    mine = SignIn.token_hash == sessions.hash_of(token)
    db.session.execute(update(SignIn).where(mine).values(new_secret=None))


def secret_begun(token: str, sealer: Sealer) -> str | None:
    """Return the secret that this session is setting up, in base 32, if it is at it."""
    query = select(SignIn.new_secret).where(SignIn.token_hash == sessions.hash_of(token))
    sealed = db.session.scalar(query)
    return sealer.open(sealed) if sealed else None


def address_of(secret: str, username: str, server: str) -> str:
    """Return the `otpauth:` address that the app reads from the QR code."""
    issuer = f"{ISSUER} {server}".replace(":", " ").strip()
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def confirm(user: User, token: str, code: str, sealer: Sealer) -> list[str]:
    """Set the second factor up that this session began; return its new recovery codes.

    An earlier one of this person is replaced. Every other session ends: they have not shown it.

    Raises:
        RefusedError: nothing was begun here, or the code is not that of the new secret.

    """
    # Of two clicks at the same moment the second finds that the set-up is done.
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    secret = secret_begun(token, sealer)
    if secret is None:
        raise RefusedError("The set-up is done already, or was not begun in this session.")
    step = step_of(secret, code)
    if step is None:
        raise WrongCodeError
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    db.session.add(
        SecondFactor(
            user_id=user.id,
            sealed=sealer.seal(secret),
            last_step=step,
            own=sessions.is_own(token),
        )
    )
    db.session.flush()
    cancel(token)
    sessions.end_all_sessions(user, keep=token)
    sessions.expire_links(user)
    throttle.clear_codes(user.username)
    return make_codes(user)


def make_codes(user: User) -> list[str]:
    """Return new recovery codes, to be shown this once; those from before are void."""
    codes = [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(HOW_MANY)
    ]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=hash_of(each)) for each in codes)
    db.session.flush()
    return codes


def codes_left(user: User) -> int:
    """Return how many recovery codes of a person were not used yet."""
    mine = select(func.count()).where(RecoveryCode.user_id == user.id)
    return db.session.scalar(mine.where(RecoveryCode.used_at.is_(None))) or 0


def use_code(user: User, code: str, sealer: Sealer) -> str:
    """Use up a code of the app or a recovery code; return which: "app" or "recovery".

    Of two who show the same code at once, one is refused. The try was counted before.

    Raises:
        WrongCodeError: it is none of this person, or was used before.
        SealBrokenError: the secret cannot be read any more.

    """
    typed = "".join(code.split()).replace("-", "")
    if DIGITS.fullmatch(typed):
        factor = factor_of(user)
        step = step_of(sealer.open(factor.sealed), typed) if factor else None
        if step is None or not mark_step(user.id, step):
            raise WrongCodeError
        kind = "app"
    elif mark_recovery(user.id, hash_of(code), now()):
        kind = "recovery"
    else:
        raise WrongCodeError
    throttle.clear_codes(user.username)
    return kind


def step_of(secret: str, code: str) -> int | None:
    """Return the interval whose code this is, if it is that of now or of a neighbour."""
    typed = "".join(code.split())
    if not DIGITS.fullmatch(typed):
        return None
    app, here = pyotp.TOTP(secret, interval=SECONDS), int(now().timestamp()) // SECONDS
    fitting = [
        here + around
        for around in STEPS_AROUND
        if hmac.compare_digest(app.generate_otp(here + around), typed)
    ]
    return fitting[0] if fitting else None


def mark_step(user_id: int, step: int) -> bool:
    """Note the interval of an accepted code; False if one of it or after it was taken before."""
    marked = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.user_id)
    )
    return marked.first() is not None


def mark_recovery(user_id: int, code_hash: str, at: datetime) -> bool:
    """Mark a recovery code as used; of two who do so at once, one is told no."""
    marked = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return marked.first() is not None


def hash_of(code: str) -> str:
    """Return what is stored of a recovery code, however it is typed; its 100 bits need no salt."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum()).translate(MISREAD)
    return sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def remove(user: User) -> bool:
    """Take the second factor of a person away, with its codes; say whether there was one."""
    taken = db.session.execute(
        delete(SecondFactor).where(SecondFactor.user_id == user.id).returning(SecondFactor.user_id)
    )
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    throttle.clear_codes(user.username)
    return taken.first() is not None


def reset(user: User) -> None:
    """Take away the second factor of somebody who has lost it; every session ends.

    Raises:
        RefusedError: there is none.

    """
    if not remove(user):
        raise RefusedError(f'The account "{user.username}" has no second factor.')
    sessions.end_all_sessions(user)


def with_factor(users: Iterable[int]) -> set[int]:
    """Return those of some people who have a second factor, by number."""
    found = select(SecondFactor.user_id).where(SecondFactor.user_id.in_(list(users)))
    return set(db.session.scalars(found))
