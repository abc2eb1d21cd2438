"""Accounts, passwords, links, sessions and the throttle, without any web."""

import subprocess
import sys
import unicodedata
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from slow_cases import slow
from sqlalchemy import func, select

from annotator.errors import NotFoundError, RefusedError
from annotator.store import clock
from annotator.store.db import db, write
from annotator.store.models import SignIn, SignInLink, SignInTry, User
from annotator.work.accounts import accounts, guessable_passwords, passwords, sessions, throttle
from annotator.work.accounts.accounts import LinkError, WrongPasswordError
from annotator.work.accounts.passwords import PasswordError
from annotator.work.accounts.throttle import TooManyTriesError

IN_EARNEST = passwords.HASHER  # before any test puts the cheap one there
GOOD = "correct horse battery"
NAME = "ann"


@pytest.fixture
def ann(app):
    with write():
        user = accounts.add_user(NAME)
        accounts.set_password(user, passwords.hash_new(GOOD, NAME))
    return user


@pytest.fixture
def later(monkeypatch):
    """Return a function that moves the clock on."""
    passed = timedelta()

    def move(**by):
        nonlocal passed
        passed += timedelta(**by)

    for module in (accounts, sessions, throttle):
        monkeypatch.setattr(module, "now", lambda: clock.now() + passed)
    return move


def signed_in(token):
    """Return who is signed in with this token, if anybody."""
    found = sessions.sign_in_of(token)
    return db.session.get(User, found.user_id) if found else None


def try_once(password="wrong wrong", username=NAME, address="192.0.2.1"):
    with write():
        accounts.count_try(username, address)
    proof = accounts.check_password(username, password, address)
    with write():
        return accounts.sign_in(proof, address)


def fail(times, **kwargs):
    for _ in range(times):
        with pytest.raises(WrongPasswordError):
            try_once(**kwargs)


def rows(table):
    return db.session.scalar(select(func.count()).select_from(table))


# User names


def test_a_user_name_is_stored_in_lower_case(app):
    with write():
        assert accounts.add_user(" Ann.B_c-1 ").username == "ann.b_c-1"


@pytest.mark.parametrize("name", ["", "a b", "ann/../x", "än☃", "a" * 65, "ann\n.", "a\x00b"])
def test_odd_user_names_are_refused(app, name):
    with pytest.raises(RefusedError, match="cannot be a user name"), write():
        accounts.add_user(name)


def test_a_second_account_of_the_same_name_is_refused(ann):
    with pytest.raises(RefusedError, match='already an account "ann"'), write():
        accounts.add_user("ANN")
    assert rows(User) == 1


def test_who_is_not_there_cannot_be_had(app):
    with pytest.raises(NotFoundError):
        accounts.get_user("nobody")


# Passwords


# On the lists that guessing begins with, or made of their words as guessing programs do it.
GUESSED = [
    *("1234qwer", "12qwaszx", "1qazxsw2", "123456789a", "tinkerbell"),
    *("password2024", "Password2024!", "P@ssw0rd2024", "dragon1999", "!!Sunshine!!", "2024Summer"),
    *("1qaz2wsx3edc", "qwerty123456", "asdfghjkl;'", "poiuytrewq", "abcdefgh1234", "aaaa1111bcd"),
    *("йцукенгшщзхъ", "drowssap", "tinkerbelltinkerbell", "  letmein1  ", "ｐａｓｓｗｏｒｄ１"),
]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("seven 7", "at least 8"),
        ("x" * 1025, "at most 1,024"),
        ("Password1", "easy to guess"),
        ("qwertyuiop", "easy to guess"),
        ("annabella.k", "user name"),
        ("ＡnnaＢella.k", "user name"),
        ("annabella.k1234", "user name"),
        ("2024annabella.k!", "user name"),
        ("Annabella.kAnnabella.k", "user name"),
        ("k.allebanna7", "user name"),
        ("@nnabe11a.k", "user name"),
        ("k-annabella 7", "user name"),
        ("annabella2024", "user name"),
        ("allebanna_k!", "user name"),
        ("19841985", "years or dates"),
        ("1984-2024", "years or dates"),
        ("06.12.1984", "years or dates"),
        ("1984/12/06!", "years or dates"),
        ("12061984 06121984 1985", "years or dates"),
        (" " * 8, "spaces only"),
        ("\u00a0\u2003" * 5, "spaces only"),
        ("11111111111", "repeats a few characters"),
        ("aaaaaaab", "repeats a few characters"),
        ("x9Kx9Kx9Kx9K", "repeats a few characters"),
        *((known, "easy to guess") for known in GUESSED),
        ("\ufdfa" * 100, "at most 1,024"),  # eighteen characters each, once normalised
        ("lone \udc80 surrogate", "at most 1,024"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(password, words):
    with pytest.raises(PasswordError, match=words):
        passwords.hash_new(password, "annabella.k")


@pytest.mark.parametrize(
    "password",
    [
        "ab, cd; " * 127 + "the end.",
        "häßlich€",
        "👩‍🔬🦊🍐 und so",
        "  hedge row ",
        "correct horse",
        "horse847295163",
        "48205917",
        "84!7295@1638",
        "dragons eat annabella.k",
        "tr7m,k2t",  # it ends as it begins, which repeats nothing
        "zk4;pw9zk",
        "20012001" * 100 + "5",  # 2 to the power of 100 ways to read it as dates, none to the end
    ],
)
def test_any_characters_make_a_password(password):
    assert passwords.fits(password, passwords.hash_new(password, NAME))


def test_the_same_characters_typed_otherwise_fit():
    assert passwords.fits("cafe\u0301 creme", passwords.hash_new("caf\u00e9 creme", NAME))


def test_the_whole_password_counts():
    long = "one two three " * 73
    hashed = passwords.hash_new(long + "q", NAME)
    assert not passwords.fits(long + "p", hashed)
    assert not passwords.fits(long + "q" + "x" * 5000, hashed)


def test_the_real_parameters_are_those_of_owasp():
    found = extract_parameters(IN_EARNEST.hash("x"))
    assert (found.time_cost, found.memory_cost, found.parallelism) == (2, 19456, 1)


def test_a_hash_nobody_can_read_fits_nothing():
    assert not passwords.fits("whatever it is", "not a hash")


def test_the_list_of_common_passwords_is_clean():
    words = guessable_passwords.common()
    assert sum(len(word) >= 8 for word in words) >= 10_000
    assert all(word == unicodedata.normalize("NFKC", word).casefold() for word in words)
    folder = Path(guessable_passwords.__file__).parent
    said = (folder / "LICENSE.common-passwords").read_text(encoding="utf-8")
    assert guessable_passwords.COMMON_FILE in said


@slow
def test_the_list_is_not_read_before_a_password_is_set():
    program = (
        "import annotator.app; from annotator.work.accounts import guessable_passwords as known;"
        " print(known.common.cache_info().currsize)"
    )
    words = [sys.executable, "-c", program]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "0\n"


# Signing in by password


def test_the_right_password_signs_in(ann):
    user, token = try_once(GOOD, "Ann ")
    assert user.username == NAME
    assert signed_in(token) == user


def test_every_failure_has_the_same_words(ann):
    with write():
        gone = accounts.add_user("gone")
        accounts.set_password(gone, passwords.hash_new(GOOD, "gone"))
        accounts.disable(gone)
        accounts.add_user("fresh")
    said = set()
    for name, password in [
        (NAME, "wrong wrong"),
        ("nobody", GOOD),
        ("gone", GOOD),
        ("fresh", GOOD),
        ("not\na name", GOOD),
    ]:
        with pytest.raises(WrongPasswordError) as caught:
            try_once(password, name)
        said.add(str(caught.value))
    assert said == {"Wrong user name or password."}


def test_an_unknown_name_takes_as_long_as_a_wrong_password(ann, monkeypatch):
    slow = PasswordHasher(time_cost=2, memory_cost=4096, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", slow)
    calls = []
    monkeypatch.setattr(
        type(slow), "verify", lambda self, hashed, _: calls.append(extract_parameters(hashed))
    )
    passwords.fits("any", None)
    passwords.fits("any", slow.hash("other"))
    assert calls[0] == calls[1]


def test_who_is_unknown_is_verified_once_like_everybody(ann, monkeypatch):
    calls = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda *args: calls.append(args) or real(*args))
    for name in (NAME, "nobody"):
        with pytest.raises(WrongPasswordError):
            accounts.check_password(name, "wrong wrong", "")
    assert len(calls) == 2


def test_an_old_hash_is_renewed_at_sign_in(ann, monkeypatch):
    before = ann.password_hash
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    try_once(GOOD)
    after = accounts.get_user(NAME).password_hash
    assert after != before
    assert not stronger.check_needs_rehash(after)
    try_once(GOOD)
    assert accounts.get_user(NAME).password_hash == after


def test_a_password_that_changed_meanwhile_does_not_sign_in(ann):
    proof = accounts.check_password(NAME, GOOD, "")
    with write():
        accounts.set_password(accounts.get_user(NAME), passwords.hash_new("another one", NAME))
    with pytest.raises(WrongPasswordError), write():
        accounts.sign_in(proof, "")


# The throttle


def test_after_five_wrong_tries_an_account_waits(ann, later):
    fail(5)
    with pytest.raises(TooManyTriesError, match="Wait 1 minute") as caught:
        try_once(GOOD)
    assert 55 <= caught.value.retry_after <= 60
    later(seconds=61)
    try_once(GOOD)


def test_the_wait_grows_and_has_an_end():
    waits = [throttle.ACCOUNT.wait(tries) for tries in range(4, 13)]
    assert waits == [0, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert throttle.ACCOUNT.wait(10**6) == 3600


def test_a_refused_try_does_not_lengthen_the_wait(ann):
    fail(5)
    for _ in range(3):
        with pytest.raises(TooManyTriesError):
            try_once(GOOD)
    assert rows(SignInTry) == 5


def test_a_right_password_takes_the_tries_back(ann):
    fail(4)
    try_once(GOOD)
    assert rows(SignInTry) == 0
    fail(4)


def test_unknown_names_wait_like_known_ones(app):
    fail(5, username="nobody")
    with pytest.raises(TooManyTriesError):
        try_once(username="nobody")


def test_one_address_cannot_try_many_names(ann):
    for number in range(20):
        fail(1, username=f"user{number}")
    with pytest.raises(TooManyTriesError):
        try_once(GOOD)
    try_once(GOOD, address="192.0.2.2")


def test_odd_names_count_for_the_address_and_are_not_kept(ann):
    fail(20, username="my password, typed into the wrong field")
    assert set(db.session.scalars(select(SignInTry.username))) == {""}
    with pytest.raises(TooManyTriesError):
        try_once(GOOD)


def test_after_a_hundred_in_a_row_only_a_link_helps(ann, later):
    with write():
        db.session.add_all(SignInTry(username=NAME, address="") for _ in range(100))
    later(days=2)
    with pytest.raises(TooManyTriesError):
        try_once(GOOD)
    with write():
        link = accounts.make_link(accounts.get_user(NAME))
        accounts.use_link(link, "")
    try_once(GOOD)


def test_old_tries_are_deleted_and_old_addresses_forgotten(ann, later):
    fail(2)
    fail(2, username="nobody")
    later(days=1, hours=1)
    fail(1, username="other")
    kept = db.session.execute(select(SignInTry.username, SignInTry.address)).all()
    assert sorted(kept) == [(NAME, ""), (NAME, ""), (accounts.disguised("other"), "192.0.2.1")]


def test_a_clock_set_back_locks_nobody_out_for_long(ann, later):
    later(days=2)
    fail(5)
    later(days=-2)
    with pytest.raises(TooManyTriesError) as caught:
        try_once(GOOD)
    assert caught.value.retry_after <= 60


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_one_subscriber_is_one_address(address, counted):
    assert throttle.network(address) == counted


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes")]
)
def test_a_wait_is_said_in_words(seconds, words):
    assert throttle.in_words(seconds) == words


# Links


def test_a_link_signs_in_once(ann):
    with write():
        link = accounts.make_link(ann)
    assert accounts.user_of_link(link).username == NAME
    with write():
        user, token = accounts.use_link(link, "192.0.2.1")
    assert signed_in(token) == user
    with pytest.raises(LinkError, match=r"This link was already used. Ask for a new one."), write():
        accounts.use_link(link, "192.0.2.1")


def test_of_two_who_use_a_link_at_once_one_is_told_no(ann):
    with write():
        link = accounts.make_link(ann)
        assert accounts.mark_used(link, clock.now())
        assert not accounts.mark_used(link, clock.now())


def test_a_link_expires(ann, later):
    with write():
        link = accounts.make_link(ann, hours=72)
    later(hours=71)
    assert accounts.user_of_link(link)
    later(hours=1)
    with pytest.raises(LinkError, match="expired"):
        accounts.user_of_link(link)


def test_a_new_link_ends_the_one_before(ann):
    with write():
        first = accounts.make_link(ann)
        second = accounts.make_link(ann)
    assert accounts.user_of_link(second)
    with pytest.raises(LinkError, match="expired"):
        accounts.user_of_link(first)


@pytest.mark.parametrize("token", ["", "x", "nonsense" * 20, "\udcff"])
def test_an_unknown_link_is_refused(app, token):
    with pytest.raises(LinkError, match="Unknown link"):
        accounts.user_of_link(token)


def test_a_disabled_account_has_no_links(ann):
    with write():
        link = accounts.make_link(ann)
        accounts.disable(ann)
    with pytest.raises(LinkError):
        accounts.user_of_link(link)
    with pytest.raises(RefusedError, match="disabled"), write():
        accounts.make_link(ann)


def test_old_links_are_deleted(ann, later):
    with write():
        accounts.make_link(ann)
    later(days=40)
    with write():
        accounts.make_link(ann)
    assert rows(SignInLink) == 1


# Sessions


def test_only_hashes_of_tokens_are_stored(ann):
    with write():
        link = accounts.make_link(ann)
        token = sessions.start_session(ann, "192.0.2.1")
    stored = repr(db.session.execute(select(SignInLink.token_hash)).all())
    stored += repr(db.session.execute(select(SignIn.token_hash)).all())
    assert link not in stored
    assert token not in stored
    assert len({link, token, sessions.new_token()}) == 3
    assert len(token) >= 43  # 256 bits


def test_a_session_ends_when_told(ann):
    with write():
        token, other = sessions.start_session(ann, ""), sessions.start_session(ann, "")
        sessions.end_session(token)
    assert signed_in(token) is None
    assert signed_in(other) == ann


def test_all_sessions_end_but_the_one_to_keep(ann):
    with write():
        mine, others = sessions.start_session(ann, ""), sessions.start_session(ann, "")
        sessions.end_all_sessions(ann, keep=mine)
    assert signed_in(mine) == ann
    assert signed_in(others) is None


def test_an_idle_session_ends_after_twelve_hours(ann, later):
    with write():
        token = sessions.start_session(ann, "")
    later(hours=11, minutes=59)
    assert signed_in(token)
    later(minutes=2)
    assert signed_in(token) is None


def test_a_busy_session_ends_after_seven_days(ann, later):
    with write():
        token = sessions.start_session(ann, "")
    for _ in range(16):
        later(hours=10)
        with write():
            sessions.renew(token)
    assert signed_in(token)
    later(hours=9)
    assert signed_in(token) is None


def test_a_session_is_renewed_at_most_every_five_minutes(ann, later):
    with write():
        token = sessions.start_session(ann, "")
    later(minutes=4)
    assert not sessions.is_due(sessions.sign_in_of(token))
    later(minutes=2)
    assert sessions.is_due(sessions.sign_in_of(token))


def test_sessions_survive_a_clock_set_back(ann, later):
    with write():
        token = sessions.start_session(ann, "")
    later(days=-2)
    assert signed_in(token)


def test_sessions_that_ran_out_are_deleted(ann, later):
    with write():
        sessions.start_session(ann, "")
    later(days=1)
    with write():
        sessions.start_session(ann, "")
    assert rows(SignIn) == 1


def test_disabling_an_account_ends_its_sessions(ann):
    with write():
        token = sessions.start_session(ann, "")
        accounts.disable(ann)
    assert signed_in(token) is None
    assert rows(SignIn) == 0


# The log


def test_the_log_has_no_secret_and_no_line_break(ann, caplog):
    caplog.set_level("INFO", "annotator.security")
    with pytest.raises(WrongPasswordError):
        accounts.check_password("x\r\nforged\u2028line", "my secret word", "192.0.2.1")
    with write():
        link = accounts.make_link(ann)
        _, token = accounts.use_link(link, "192.0.2.1")
    for record in caplog.records:
        said = record.getMessage()
        assert len(said.splitlines()) == 1
        assert not any(secret in said for secret in ("my secret word", link, token))
        assert "forged" not in said  # it may be a password in the wrong field
    assert len(caplog.records) == 2


def test_tries_for_a_name_that_is_nobodys_are_counted_and_it_is_not_stored(ann):
    for _ in range(5):
        with write():
            accounts.count_try("hunter2hunter2", "192.0.2.1")
    with pytest.raises(TooManyTriesError), write():
        accounts.count_try("hunter2hunter2", "192.0.2.1")
    with write():
        accounts.count_try("hunter3hunter3", "192.0.2.1")
    assert not any("hunter" in name for name in db.session.scalars(select(SignInTry.username)))


def test_a_known_account_is_in_the_log_by_its_number_and_an_unknown_name_is_not(ann, caplog):
    for name in ("ANN", "hunter2hunter2"):
        with pytest.raises(WrongPasswordError):
            accounts.check_password(name, "wrong wrong", "192.0.2.1")
        for _ in range(6):
            with write(), suppress(throttle.TooManyTriesError):
                accounts.count_try(name, "192.0.2.1")
    number = accounts.get_user("ann").id
    assert f"sign-in of user {number} from 192.0.2.1 refused" in caplog.text
    assert "sign-in of an unknown name from 192.0.2.1 refused" in caplog.text
    assert f"too many tries for user {number}" in caplog.text
    assert "too many tries for an unknown name" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Zoë", "zoë"), ("ИВАН", "иван"), ("Zoe\u0308", "zoë"), ("иван.2", "иван.2")],
)
def test_a_user_name_may_be_written_in_any_alphabet(app, typed, name):
    with write():
        accounts.add_user(typed)
    assert accounts.get_user(typed).username == name
    with pytest.raises(RefusedError, match="already an account"), write():
        accounts.add_user(name)


@pytest.mark.parametrize("typed", ["аnn", "pаul", "αnn"])
def test_a_user_name_of_two_alphabets_is_refused(app, typed):
    with pytest.raises(RefusedError, match="letters of one alphabet"), write():
        accounts.add_user(typed)
