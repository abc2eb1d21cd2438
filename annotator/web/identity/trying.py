"""A try to show a code or a password: counted first, then made; the field says what was wrong."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app

from annotator.store.db import write
from annotator.store.models import User
from annotator.web.arriving import address
from annotator.work.accounts import accounts, throttle
from annotator.work.accounts.accounts import WrongPasswordError
from annotator.work.accounts.throttle import TooManyTriesError
from annotator.work.identity.sealing import SealBrokenError, Sealer
from annotator.work.identity.second_factor import WrongCodeError

log = logging.getLogger("annotator.security")

T = TypeVar("T")


class TryRefusedError(Exception):
    """A form was not accepted; its field says why."""

    def __init__(self, status: int = 422, retry_after: int = 0) -> None:
        super().__init__()
        self.status = status
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


def try_code(user: User, field: Any, act: Callable[[], T]) -> T:
    """Count a try of a code and act on it, each in a short write.

    Raises:
        TryRefusedError: there were too many, or `act` refused the code.

    """
    try:
        with write():
            throttle.count_code(user.username, address())
        with write():
            return act()
    except TooManyTriesError as error:
        log.warning("too many codes of user %d from %s", user.id, address())
        field.errors = [str(error)]
        raise TryRefusedError(429, error.retry_after) from error
    except (WrongCodeError, SealBrokenError) as error:
        log.warning("code of user %d from %s refused", user.id, address())
        field.errors = [str(error)]
        raise TryRefusedError from error


def try_password(user: User, field: Any) -> None:
    """Check the current password, outside of any write, after the try was counted.

    Raises:
        TryRefusedError: there were too many, or it is another one.

    """
    try:
        with write():
            accounts.count_try(user.username, address())
        accounts.check_password(user.username, field.data or "", address())
        with write():
            throttle.clear(user.username)
    except TooManyTriesError as error:
        field.errors = [str(error)]
        raise TryRefusedError(429, error.retry_after) from error
    except WrongPasswordError as error:
        field.errors = ["This is not your current password."]
        raise TryRefusedError from error


def sealer() -> Sealer:
    """Return what seals and opens the secrets of this installation."""
    return Sealer(current_app.config["SETTINGS"].secret_key)
