"""An authenticator app for tests: it reads the key of a page, and knows the code of any moment."""

import re

import pyotp
from sqlalchemy import update

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import SecondFactor

KEY = re.compile(r'id="secret">([A-Z2-7 ]+)<')
RECOVERY = re.compile(r"<li>((?:[A-Z2-7]{5}-){3}[A-Z2-7]{5})</li>")
PLACE = "/account/second-factor"


class App:
    """The app of one person."""

    def __init__(self, page):
        self.totp = pyotp.TOTP("".join(KEY.search(page)[1].split()))

    def code(self, around=0):
        """Return the code of now, or of so many intervals later."""
        return self.totp.at(now(), counter_offset=around)


def set_up(browser):
    """Set a second factor up in a browser that is signed in; return the app and its codes."""
    browser.post(PLACE, {"change": "begin"}, 303)
    app = App(browser.get(PLACE).text)
    page = browser.post(PLACE, {"change": "confirm", "code": app.code()}, 200).text
    return app, RECOVERY.findall(page)


def later():
    """Let the codes of now be accepted again, as if half a minute had passed."""
    with write():
        db.session.execute(update(SecondFactor).values(last_step=0))
