"""Settings are checked before anything starts; a wrong one is named."""

import os

import pytest

from annotator.config import Settings, SettingsError


def read(tmp_path, **environ):
    return Settings.from_environ({"ANNOTATOR_DATA": str(tmp_path / "data"), **environ})


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["dev", "changeme", "a" * 48, "secretsecretsecretsecretsecret12"])
def test_a_key_that_can_be_guessed_is_refused(tmp_path, key):
    with pytest.raises(SettingsError, match="ANNOTATOR_SECRET_KEY must hold at least 32"):
        read(tmp_path, ANNOTATOR_SECRET_KEY=key)


def test_a_damaged_key_file_is_named(tmp_path):
    read(tmp_path)
    (tmp_path / "data" / "secret.key").write_text("zzz")
    with pytest.raises(SettingsError, match=r"secret\.key must hold at least 32"):
        read(tmp_path)


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


def test_a_database_nobody_knows_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="ANNOTATOR_DATABASE_URL must begin with"):
        read(tmp_path, ANNOTATOR_DATABASE_URL="mysql://x")


def test_the_short_spelling_of_postgresql_is_understood(tmp_path):
    url = read(tmp_path, ANNOTATOR_DATABASE_URL="postgres://u@h/db").database_url
    assert url == "postgresql+psycopg://u@h/db"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    with pytest.raises(SettingsError, match="cannot be written"):
        read(tmp_path)
