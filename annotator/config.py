"""The settings of one process, read from the environment and checked before anything starts."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from annotator.paths import data_folder

LOG_FORMS = ("text", "json")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SECRET_LENGTH = 32
# So many signs of a key must be left when words, runs and repetition are taken out: 20 signs of
# hexadecimal digits are 80 bits.
SECRET_SIGNS = 20
SECRET_VARIETY = 8
# What people put into a key that is to be replaced later. A word counts as one sign.
SECRET_WORDS = re.compile(
    "annotator|application|before|change|correct|default|deploy|development|dummy|example|flask|"
    "generate|here|horse|insecure|instead|keep|long|must|password|placeholder|please|private|"
    "production|random|replace|sample|secret|secure|server|session|should|some|staging|string|"
    "super|test|this|token|value|very|with|your|battery|staple|admin|key|not|the|that|for|and|"
    "use|one|in|is|it|me|my|to"
)
KEY_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
SERVER_URL = re.compile(
    r"(?P<scheme>[^:]+://)(?:(?P<who>[^@]*)@)?(?P<hosts>[^/?]*)(?P<name>/[^?]*)?(?:\?(?P<query>.*))?"
)
# Both cases are written out: to ignore case costs a tenth of the time in which a command begins.
SERVER_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[\w.-]*)(?::(\d{1,5}))?")
HOST = re.compile(r"(\.?[A-Za-z0-9_-]+)(\.[A-Za-z0-9_-]+)*(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")
MEGABYTE = 1024 * 1024
SSO = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME", "SECOND_FACTOR")
SAFE_ADDRESS = re.compile(
    r"(?:https://[^\s/?#@]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)(?:/[^\s?#]*)?"
)
SECOND_FACTOR = ("lead", "adjudicator", "annotator", "all")
CONNECT_SECONDS = 5


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it and says what would be right."""


@dataclass(frozen=True)
class SsoProvider:
    """Where people sign in with an account of their institution: OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str  # what people call it
    # Whether its own second factor is believed, so that none is asked for here.
    factor_is_enough: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides, in one typed object."""

    data: Path
    database_url: str
    secret_key: str = field(repr=False)
    trusted_hosts: tuple[str, ...] = LOOPBACK
    behind_proxy: int = 0
    log: str = "text"
    metrics_loopback: bool = False
    metrics_token: str = field(default="", repr=False)
    busy_seconds: float = 5.0
    testing: bool = False
    largest_upload: int = 20 * MEGABYTE
    # Which roles, or all accounts, need a second factor, whatever a project asks.
    second_factor: frozenset[str] = frozenset()
    api_per_minute: int = 600
    sso: SsoProvider | None = None

    @classmethod
    def from_environ(
        cls,
        environ: Mapping[str, str] = os.environ,
        *,
        data: Path | None = None,
        make: bool = True,
    ) -> "Settings":
        """Read the settings, making the data folder and its secret key where they are absent.

        Without `make` nothing is written: an absent key is one that lives as long as the process.
        """
        folder = data or data_folder(environ)
        if make:
            make_private_folder(folder)
        return cls(
            data=folder,
            database_url=database_url(environ.get("ANNOTATOR_DATABASE_URL", ""), folder),
            secret_key=secret_key(environ.get("ANNOTATOR_SECRET_KEY", ""), folder, make=make),
            trusted_hosts=trusted_hosts(environ.get("ANNOTATOR_TRUSTED_HOSTS", "")),
            behind_proxy=whole_number(environ, "ANNOTATOR_BEHIND_PROXY"),
            log=log_form(environ),
            second_factor=second_factor(environ.get("ANNOTATOR_SECOND_FACTOR", "")),
            metrics_loopback=metrics_loopback(environ),
            metrics_token=metrics_token(environ),
            api_per_minute=requests_per_minute(environ),
            sso=sso_provider(environ),
        )

    @property
    def is_sqlite(self) -> bool:
        """Say whether the labels live in the embedded database."""
        return self.database_url.startswith("sqlite")

    def flask(self) -> dict[str, Any]:
        """Return what Flask and its extensions read from `app.config`."""
        secure = self.behind_proxy > 0
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "TESTING": self.testing,
            "TRUSTED_HOSTS": list(self.trusted_hosts),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self.engine_options(),
            # One line of text may be as long as a whole article; forms are far smaller, and the
            # import page raises its own limit.
            "MAX_CONTENT_LENGTH": self.largest_upload + MEGABYTE,
            "MAX_FORM_MEMORY_SIZE": MEGABYTE,
            "MAX_FORM_PARTS": 2000,
            "SESSION_COOKIE_NAME": "__Host-annotator" if secure else "annotator",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            # A page may stay open for a whole day; the token dies with the session instead.
            "WTF_CSRF_TIME_LIMIT": None,
            # The security room checks where a form comes from, on every kind of connection.
            "WTF_CSRF_SSL_STRICT": False,
        }

    def engine_options(self) -> dict[str, Any]:
        """Return SQLAlchemy's engine options for the database of these settings.

        What people type is in no message of the database: those go into the log.
        """
        if self.is_sqlite:
            # With isolation_level None the driver never opens a transaction by itself: the
            # `begin` event in store/db.py says which kind of BEGIN it is.
            connect: dict[str, Any] = {"isolation_level": None, "timeout": self.busy_seconds}
            return {"connect_args": connect, "hide_parameters": True}
        # A server that does not answer at all is away; libpq would wait for minutes.
        connect = {"connect_timeout": CONNECT_SECONDS}
        return {"pool_pre_ping": True, "connect_args": connect, "hide_parameters": True}


def make_private_folder(folder: Path) -> None:
    """Create the data folder for its owner only; say so clearly where that is not possible."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"ANNOTATOR_DATA: cannot create the data folder {folder}: {error.strerror}"
        ) from error


def database_url(value: str, folder: Path) -> str:
    """Return the database URL, by default SQLite in the data folder."""
    if not value:
        return f"sqlite:///{folder / 'annotator.sqlite3'}"
    for short in ("postgresql://", "postgres://"):
        if value.startswith(short):
            value = "postgresql+psycopg://" + value.removeprefix(short)
    if value.startswith("sqlite:///"):
        return file_url(value)
    if not value.startswith("postgresql+psycopg://"):
        raise SettingsError(
            "ANNOTATOR_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://"
        )
    return server_url(value)


def file_url(value: str) -> str:
    """Return the URL of an SQLite file with its whole path, the same from every folder."""
    path, mark, query = value.removeprefix("sqlite:///").partition("?")
    if path in {"", ":memory:"} or path.startswith("file:"):
        raise SettingsError(
            "ANNOTATOR_DATABASE_URL must name a file, for example sqlite:////srv/labels.sqlite3"
        )
    return f"sqlite:///{Path(path).absolute()}{mark}{query}"


def server_url(value: str) -> str:
    """Return the URL of a PostgreSQL server; several hosts as libpq writes them may stand in it."""
    parts = SERVER_URL.fullmatch(value)
    hosts = parts["hosts"].split(",") if parts else []
    for host in hosts or [""]:
        found = SERVER_HOST.fullmatch(host)
        if parts is None or found is None or int(found[1] or 0) > 65535:
            raise SettingsError(
                f"ANNOTATOR_DATABASE_URL: {host!r} is not a host with a port number; write"
                " postgresql://user@host:5432/name, several hosts with commas"
            )
    assert parts is not None
    if len(hosts) == 1:
        return value
    # SQLAlchemy takes several hosts only from the query.
    query = "&".join(filter(None, (*(f"host={host}" for host in hosts), parts["query"])))
    who = f"{parts['who']}@" if parts["who"] is not None else ""
    return f"{parts['scheme']}{who}{parts['name'] or '/'}?{query}"


def secret_key(value: str, folder: Path, *, make: bool = True) -> str:
    """Return the key that signs cookies, made once in the data folder where none is given."""
    if not value and not make and not (folder / "secret.key").exists():
        return secrets.token_urlsafe(48)
    where = "ANNOTATOR_SECRET_KEY" if value else str(folder / "secret.key")
    key = value or read_or_make_key(folder / "secret.key")
    if len(key) < SECRET_LENGTH or can_be_guessed(key):
        raise SettingsError(
            f"{where} must have at least {SECRET_LENGTH} random characters; remove it and"
            " a new one is created in the data folder"
        )
    return key


def can_be_guessed(key: str) -> bool:
    """Say whether a key is made of known words, of runs, or of something repeated.

    A measure of what was typed by hand; it finds no key that was published somewhere.
    """
    signs = SECRET_WORDS.sub("\0", without_repetition(key.casefold()))
    free = [
        sign
        for place, sign in enumerate(signs)
        if sign.isalnum() or sign == "\0"
        if not goes_on(signs, place)
    ]
    return len(free) < SECRET_SIGNS or len(set(key)) < SECRET_VARIETY


def without_repetition(text: str) -> str:
    """Return the shortest beginning of which a text is the repetition; it may end within one."""
    return next(
        text[:size]
        for size in range(1, len(text) + 1)
        if (text[:size] * (len(text) // size + 1)).startswith(text)
    )


def goes_on(text: str, place: int) -> bool:
    """Say whether a sign follows from the two before it: aaa, 123, cba, qwe."""
    if place < 2:
        return False
    a, b, c = text[place - 2], text[place - 1], text[place]
    step = ord(b) - ord(a)
    if step in {-1, 0, 1} and ord(c) - ord(b) == step:
        return True
    return any(a + b + c in row or c + b + a in row for row in KEY_ROWS)


def read_or_make_key(path: Path) -> str:
    """Read the key file; make it, mode 0600, where there is none, also when several start."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise SettingsError(
                f"ANNOTATOR_DATA: the data folder {path.parent} cannot be written: {error.strerror}"
            ) from error
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # fails when another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def trusted_hosts(value: str) -> tuple[str, ...]:
    """Return the host names that may stand in a request; loopback only unless told."""
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if not HOST.fullmatch(name):
            raise SettingsError(
                f"ANNOTATOR_TRUSTED_HOSTS: {name!r} is not a host name; write names with commas"
                " between them, for example labels.example.org"
            )
    return (*names, *LOOPBACK) if names else LOOPBACK


def log_form(environ: Mapping[str, str]) -> str:
    """Return the form of the log's lines, by default text for people."""
    value = environ.get("ANNOTATOR_LOG", "").strip() or "text"
    if value not in LOG_FORMS:
        raise SettingsError(f"ANNOTATOR_LOG must be {' or '.join(LOG_FORMS)}, not {value!r}")
    return value


def second_factor(value: str) -> frozenset[str]:
    """Return the roles that need a second factor in every project; "all" is every account."""
    names = frozenset(name.strip().lower() for name in value.split(",") if name.strip())
    if wrong := sorted(names - {*SECOND_FACTOR}):
        raise SettingsError(
            f"ANNOTATOR_SECOND_FACTOR: {wrong[0]!r} is none of {', '.join(SECOND_FACTOR)}; write"
            " roles with commas between them, for example lead,adjudicator, or all"
        )
    return names


def metrics_loopback(environ: Mapping[str, str]) -> bool:
    """Say whether programs of this machine may read /metrics; by default nobody may."""
    value = environ.get("ANNOTATOR_METRICS", "").strip()
    if value not in {"", "off", "loopback"}:
        raise SettingsError(f"ANNOTATOR_METRICS must be off or loopback, not {value!r}")
    return value == "loopback"


def metrics_token(environ: Mapping[str, str]) -> str:
    """Return the token with which /metrics may be read from anywhere, "" for none."""
    value = environ.get("ANNOTATOR_METRICS_TOKEN", "").strip()
    if value and (len(value) < SECRET_LENGTH or can_be_guessed(value)):
        raise SettingsError(
            f"ANNOTATOR_METRICS_TOKEN must have at least {SECRET_LENGTH} random characters"
        )
    return value


def sso_provider(environ: Mapping[str, str]) -> SsoProvider | None:
    """Return the provider of single sign-on; None where no setting names one."""
    given = {name: environ.get(f"ANNOTATOR_SSO_{name}", "").strip() for name in SSO}
    if not any(given.values()):
        return None
    if missing := [name for name in SSO[:3] if not given[name]]:
        raise SettingsError(
            f"ANNOTATOR_SSO_{missing[0]} is not set; single sign-on needs ANNOTATOR_SSO_ISSUER,"
            " ANNOTATOR_SSO_CLIENT_ID and ANNOTATOR_SSO_CLIENT_SECRET"
        )
    issuer = given["ISSUER"]
    if not is_safe_address(issuer):
        raise SettingsError(
            f"ANNOTATOR_SSO_ISSUER must be an address with https:// and no ? or #, not {issuer!r}"
        )
    factor = given["SECOND_FACTOR"] or "ask"
    if factor not in {"ask", "provider"}:
        raise SettingsError(f"ANNOTATOR_SSO_SECOND_FACTOR must be ask or provider, not {factor!r}")
    if find_spec("authlib") is None:
        raise SettingsError(
            "ANNOTATOR_SSO_ISSUER is set, but single sign-on is not installed: pip install"
            " 'annotator[sso]'"
        )
    name = given["NAME"] or issuer.split("/")[2]
    return SsoProvider(
        issuer, given["CLIENT_ID"], given["CLIENT_SECRET"], name, factor == "provider"
    )


def is_safe_address(address: str) -> bool:
    """Say whether what is sent to an address is encrypted, or stays on this machine."""
    return SAFE_ADDRESS.fullmatch(address) is not None


def whole_number(environ: Mapping[str, str], name: str) -> int:
    """Read a small whole number from the environment; absent means 0."""
    value = environ.get(name, "").strip() or "0"
    if not value.isdecimal() or int(value) > 10:
        raise SettingsError(
            f"{name} must be a whole number from 0 to 10 (the number of proxies in front),"
            f" not {value!r}"
        )
    return int(value)


def requests_per_minute(environ: Mapping[str, str]) -> int:
    """Read how many requests a token may make in a minute."""
    name = "ANNOTATOR_API_PER_MINUTE"
    value = environ.get(name, "").strip() or str(Settings.api_per_minute)
    if not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= 1_000_000):
        raise SettingsError(f"{name} must be a whole number from 1 to 1000000, not {value!r}")
    return int(value)
