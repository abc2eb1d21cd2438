"""Settings are checked before anything starts; a wrong one is named."""

import os
import re
from base64 import urlsafe_b64encode
from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from
from sqlalchemy import make_url

from annotator.config import Settings, SettingsError, can_be_guessed


def token_hex(drawn):
    return drawn.hex()


def token_urlsafe(drawn):
    return urlsafe_b64encode(drawn).decode()


def read(tmp_path, **environ):
    return Settings.from_environ({"ANNOTATOR_DATA": str(tmp_path / "data"), **environ})


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "key",
    [
        "dev",
        "changeme",
        "a" * 48,
        "secretsecretsecretsecretsecret12",
        "12345678901234567890123456789012",
        "0123456789abcdef" * 3,
        "please-change-me-please-change-me",
        "this-is-a-very-long-secret-key-for-production",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "zyxwvutsrqponmlkjihgfedcba9876543210",
        "ThisIsMySuperSecretKey_PleaseReplaceIt",
        "aaaaaaaaaaaabbbbbbbbbbbbccccccccccccddddd",
        "x9K2mQ7v" * 5,
    ],
)
def test_a_key_that_can_be_guessed_is_refused(tmp_path, key):
    with pytest.raises(SettingsError, match="ANNOTATOR_SECRET_KEY must have at least 32"):
        read(tmp_path, ANNOTATOR_SECRET_KEY=key)


def test_a_damaged_key_file_is_named(tmp_path):
    read(tmp_path)
    (tmp_path / "data" / "secret.key").write_text("zzz")
    with pytest.raises(SettingsError, match=r"secret\.key must have at least 32"):
        read(tmp_path)


@given(integers(0, 2**32), sampled_from([(token_hex, 16), (token_urlsafe, 24)]))
def test_a_key_that_was_drawn_is_taken(seed, kind):
    """Hexadecimal digits of 128 bits are the shortest that people are told to make."""
    draw, size = kind
    assert not can_be_guessed(draw(Random(seed).randbytes(size)))


@pytest.mark.parametrize("hosts", ["http://x y", "*", "a b", "x.org/path"])
def test_what_is_no_host_name_is_refused(tmp_path, hosts):
    with pytest.raises(SettingsError, match="is not a host name"):
        read(tmp_path, ANNOTATOR_TRUSTED_HOSTS=hosts)


def test_host_names_come_beside_loopback(tmp_path):
    hosts = read(tmp_path, ANNOTATOR_TRUSTED_HOSTS="labels.example.org, .example.net").trusted_hosts
    assert hosts[:2] == ("labels.example.org", ".example.net")
    assert "127.0.0.1" in hosts


@pytest.mark.parametrize("number", ["-1", "yes", "11", "1.5"])
def test_the_number_of_proxies_is_a_small_whole_number(tmp_path, number):
    with pytest.raises(SettingsError, match="ANNOTATOR_BEHIND_PROXY must be a whole number"):
        read(tmp_path, ANNOTATOR_BEHIND_PROXY=number)


def test_the_log_has_two_forms(tmp_path):
    assert read(tmp_path, ANNOTATOR_LOG="json").log == "json"
    with pytest.raises(SettingsError, match="ANNOTATOR_LOG must be text or json, not 'xml'"):
        read(tmp_path, ANNOTATOR_LOG="xml")


def test_a_database_nobody_knows_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="ANNOTATOR_DATABASE_URL must begin with"):
        read(tmp_path, ANNOTATOR_DATABASE_URL="mysql://x")


def test_the_short_spelling_of_postgresql_is_understood(tmp_path):
    url = read(tmp_path, ANNOTATOR_DATABASE_URL="postgres://u@h/db").database_url
    assert url == "postgresql+psycopg://u@h/db"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql://u@h:abc/db", "'h:abc'"),
        ("postgresql://u:secret@h:99999/db", "'h:99999'"),
        ("postgresql://u@h1:1,h 2:2/db", "'h 2:2'"),
        ("postgresql://u@h:1:2/db", "'h:1:2'"),
    ],
)
def test_an_address_that_is_none_is_named_without_its_password(tmp_path, url, named):
    with pytest.raises(SettingsError, match="is not a host with a port number") as refused:
        read(tmp_path, ANNOTATOR_DATABASE_URL=url)
    assert named in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:", "sqlite:///file:x?uri=true"])
def test_labels_need_a_file(tmp_path, url):
    with pytest.raises(SettingsError, match="must name a file"):
        read(tmp_path, ANNOTATOR_DATABASE_URL=url)


def test_a_file_is_the_same_one_for_everybody(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = read(tmp_path, ANNOTATOR_DATABASE_URL="sqlite:///labels.db").database_url
    assert url == f"sqlite:///{tmp_path / 'labels.db'}"


def test_several_hosts_reach_the_driver(tmp_path):
    written = "postgresql://u:p%40w@one:5433,two/labels?target_session_attrs=read-write"
    url = make_url(read(tmp_path, ANNOTATOR_DATABASE_URL=written).database_url)
    _, given = url.get_dialect()().create_connect_args(url)
    assert given == {
        "user": "u",
        "password": "p@w",
        "dbname": "labels",
        "host": "one,two",
        "port": "5433,",
        "target_session_attrs": "read-write",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    with pytest.raises(SettingsError, match="cannot be written"):
        read(tmp_path)


SSO = {
    "ANNOTATOR_SSO_ISSUER": "https://login.example.org/realms/one",
    "ANNOTATOR_SSO_CLIENT_ID": "annotator",
    "ANNOTATOR_SSO_CLIENT_SECRET": "tangerine",
}


def test_single_sign_on_is_named_by_its_host_and_its_secret_is_not_shown(tmp_path):
    pytest.importorskip("authlib")
    found = Settings.from_environ(SSO, data=tmp_path)
    assert (found.sso.name, found.sso.factor_is_enough) == ("login.example.org", False)
    assert "tangerine" not in repr(found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ANNOTATOR_SSO_CLIENT_ID": ""}, "ANNOTATOR_SSO_CLIENT_ID is not set"),
        ({"ANNOTATOR_SSO_ISSUER": "http://login.example.org"}, "with https://"),
        ({"ANNOTATOR_SSO_ISSUER": "https://login.example.org?a=b"}, "with https://"),
        ({"ANNOTATOR_SSO_SECOND_FACTOR": "never"}, "must be ask or provider"),
        ({"ANNOTATOR_SECOND_FACTOR": "lead,boss"}, "'boss' is none of lead, adjudicator"),
    ],
)
def test_wrong_settings_of_signing_in_are_named(tmp_path, given, said):
    with pytest.raises(SettingsError, match=re.escape(said)):
        Settings.from_environ({**SSO, **given}, data=tmp_path)


def test_a_second_factor_is_required_of_roles_or_all(tmp_path):
    found = Settings.from_environ({"ANNOTATOR_SECOND_FACTOR": " Lead,adjudicator "}, data=tmp_path)
    assert found.second_factor == {"lead", "adjudicator"}
