"""The samples for administrators: proxy, gunicorn and systemd, started as they stand."""

import configparser
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from deployment_examples import NAME, SAMPLES, missing, proxy, replaced
from postgres_cluster import cluster
from postgres_cluster import missing as no_postgres
from serving_examples import free_port, until
from slow_cases import server, slow

from annotator.config import Settings

pytestmark = server

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
KEY = "Zm9yLXRlc3RzLW9ubHk5NzM1MTg4MjY0MQ-_x7Qw"


def unit(name):
    """Return the section of a unit that says what is started."""
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read(SAMPLES / name)
    return read["Service"]


def settings_of_sample():
    lines = (SAMPLES / "annotator.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_samples_name_settings_and_commands_that_there_are(tmp_path):
    given = settings_of_sample() | {"ANNOTATOR_DATA": str(tmp_path)}
    settings = Settings.from_environ(given)
    assert (settings.behind_proxy, settings.log) == (1, "json")
    assert settings.trusted_hosts[0] == NAME
    assert shlex.split(unit("annotator.service")["ExecStart"])[1:] == ["run", "--port", "8000"]
    from annotator.cli import cli

    assert {"run", "init"} <= set(cli.list_commands(None))


@pytest.mark.parametrize("name", ["annotator.service", "annotator-workers.service"])
@slow
def test_systemd_understands_the_units(name, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = (SAMPLES / name).read_text(encoding="utf-8")
    text = re.sub(r"/srv/annotator/\.venv/bin/\w+", "/bin/true", text)
    text = text.replace("User=annotator", "User=root").replace("/srv/annotator", str(tmp_path))
    (tmp_path / "annotator.service").write_text(text, encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "annotator.service")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "annotator.service" not in done.stderr, done.stderr


@contextmanager
def workers(folder, port, url):
    """Serve by gunicorn as the sample of the unit says, on another port."""
    service = unit("annotator-workers.service")
    program, *words = shlex.split(service["ExecStart"])
    assert Path(program).name == "gunicorn"
    config = folder / "gunicorn.conf.py"
    sample = (SAMPLES / "gunicorn.conf.py").read_text(encoding="utf-8")
    config.write_text(replaced(sample, {"127.0.0.1:8000": f"127.0.0.1:{port}"}), encoding="utf-8")
    words[words.index("--config") + 1] = str(config)
    environ = {name: value for name, value in os.environ.items() if "ANNOTATOR_" not in name}
    environ |= settings_of_sample() | {
        "ANNOTATOR_DATA": str(folder),
        "ANNOTATOR_DATABASE_URL": url,
        "ANNOTATOR_SECRET_KEY": KEY,
    }
    before = shlex.split(service["ExecStartPre"])[1:]
    run = [sys.executable, "-m", "annotator"]
    subprocess.run([*run, *before], env=environ, check=True, capture_output=True)
    log = folder / "log"
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *words], env=environ, stdout=file, stderr=file
        ) as process,
    ):
        try:
            yield process, log, environ
        finally:
            process.kill()


class Visitor:
    """A browser on the other side of the proxy."""

    def __init__(self, port, certificate):
        self.port, self.cookie = port, ""
        self.context = ssl.create_default_context(cafile=certificate)

    def ask(self, method, path, body=None, **headers):
        """Return the reply and its text."""
        plain = socket.create_connection(("127.0.0.1", self.port))
        connection = http.client.HTTPSConnection(NAME, self.port)
        connection.sock = self.context.wrap_socket(plain, server_hostname=NAME)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        given = {"Host": NAME, "Cookie": self.cookie, **kind, **headers}
        connection.request(method, path, body, given)
        reply = connection.getresponse()
        text = reply.read().decode()
        if found := reply.getheader("Set-Cookie"):
            self.cookie = found.partition(";")[0]
            self.attributes = found
        connection.close()
        return reply, text


@slow
def test_gunicorn_on_postgresql_behind_the_proxy_with_https(tmp_path):
    if why := missing() or no_postgres():
        pytest.skip(why)
    port, http_port, https_port = free_port(), free_port(), free_port()
    with cluster() as server:
        server.ask("CREATE DATABASE labels")
        url = f"postgresql://postgres@{server.host}/labels?target_session_attrs=read-write"
        with (
            workers(tmp_path, port, url) as (process, log, environ),
            proxy(tmp_path / "nginx", http_port, https_port, [port]) as certificate,
        ):
            visitor = Visitor(https_port, certificate)
            until(lambda: visitor.ask("GET", "/healthz")[0].status == 200)
            check_head(visitor)
            check_limits(visitor)
            sign_in(visitor, environ, port)
            check_plain_http(http_port)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
            reply, said = visitor.ask("GET", "/account")
            assert (reply.status, reply.getheader("Retry-After")) == (503, "5")
            assert said.startswith("annotator does not answer. Saved answers are kept.")
        check_log(log)


def check_head(visitor):
    """The proxy's scheme and address arrive, and no header that a visitor makes up is believed."""
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Request-ID": "forged", "X-Forwarded-Host": "x.y"}
    reply, text = visitor.ask("GET", "/sign-in", **forged)
    assert reply.status == 200
    assert reply.getheader("Strict-Transport-Security") == "max-age=31536000; includeSubDomains"
    assert re.fullmatch(r"[0-9a-f]{32}", reply.getheader("X-Request-ID"))
    assert visitor.attributes.startswith("__Host-annotator=")
    assert "Secure" in visitor.attributes
    assert "nginx/" not in str(reply.headers)
    return text


def check_limits(visitor):
    """What is too large is refused by the proxy, what nobody should see is not there."""
    reply, _ = visitor.ask("POST", "/sign-in", b"x" * (26 << 20))
    assert reply.status == 413
    assert visitor.ask("GET", "/metrics")[0].status == 404


def sign_in(visitor, environ, port):
    """A person comes in by a link of the command, and stays signed in over all workers."""
    run = [sys.executable, "-m", "annotator", "user"]
    subprocess.run([*run, "add", "ann"], env=environ, check=True, capture_output=True)
    words = [*run, "link", "ann", "--base-url", f"https://{NAME}"]
    link = subprocess.run(words, env=environ, check=True, capture_output=True, text=True).stdout
    path = link.strip().removeprefix(f"https://{NAME}")
    _, page = visitor.ask("GET", path)
    token = TOKEN.search(page)[1]
    origin = {"Origin": f"https://{NAME}"}
    reply, _ = visitor.ask("POST", path, f"csrf_token={token}", **origin)
    assert reply.status == 303
    seen = [visitor.ask("GET", "/account")[0].status for _ in range(8)]
    assert set(seen) == {200}
    other = {"Origin": "https://other.example"}
    assert visitor.ask("POST", "/sign-out", f"csrf_token={token}", **other)[0].status == 403


def check_plain_http(port):
    """Whoever comes without TLS is sent to the address with it."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/sign-in", headers={"Host": "evil.example"})
    reply = connection.getresponse()
    assert (reply.status, reply.getheader("Location")) == (301, f"https://{NAME}/sign-in")
    connection.close()


def check_log(log):
    """Both workers write JSON, with the visitor's address, the proxy's ids and no secret."""
    text = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["log"] == "annotator.access"]
    assert {line["address"] for line in asked if line["route"] != "/healthz"} == {"127.0.0.1"}
    assert all(re.fullmatch(r"[0-9a-f]{32}", line["request"]) for line in asked)
    assert "/sign-in/<token>" in {line["route"] for line in asked}
    assert [line["status"] for line in asked if "refusal" in line] == [403]
    assert "203.0.113.7" not in text
    assert "forged" not in text
