"""The API on a running server: made-up requests by the hundred, and each promised status."""

import http.client
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextvars import Context

import pytest
from documents import DOCS, blocks
from jsonschema import Draft202012Validator
from places import ROOT, TESTS
from script import V1
from served_demo import wait_for
from serving_examples import free_port

from annotator.app import create_app
from annotator.cli.demo import prepare
from annotator.config import Settings
from annotator.store import schema
from annotator.store.db import db, write
from annotator.web.api.operations import JSON, LINES, PATHS, document
from annotator.work import jobs, tokens
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.operations.demo import SLUG

pytestmark = pytest.mark.slow
SUPPORT = TESTS / "support" / "schemathesis"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance",
)  # fmt: skip
HERE = f"{V1}/projects/{SLUG}"
LIMIT = 1_000_000
MEGABYTES = 22 * 1024 * 1024


class Api:
    """A server with what the demo shows, and tokens of its lead."""

    def __init__(self, folder, base):
        self.app = create_app(Settings.from_environ({}, data=folder))
        self.base = base
        scopes = {"all": tokens.SCOPES, **{each: (each,) for each in tokens.SCOPES}}
        with self.app.app_context():
            project = projects.get(SLUG)
            with write():
                self.tokens = {
                    name: self.make("lead", project, name, scopes[name]) for name in scopes
                }
                self.tokens["used up"] = self.make("lead", project, "used up", tokens.SCOPES)
                self.tokens["annotator"] = self.make("ann", project, "annotator", ("read",))
            db.session.remove()

    def end(self):
        with self.app.app_context():
            db.engine.dispose()

    def make(self, username, project, name, scopes):
        membership = memberships.get_membership(accounts.get_user(username), project)
        return tokens.make(membership, name, scopes)[1]

    def use_up(self):
        """Let a token have made as many requests in this minute as it may."""
        with self.app.app_context():
            with write():
                tokens.note_use(tokens.find(self.tokens["used up"]).id, LIMIT)
            db.session.remove()

    def begin_job(self, kind):
        """Begin a job that nobody does."""
        with self.app.app_context():
            with write():
                number = jobs.begin(kind, projects.get(SLUG), None).id
            db.session.remove()
        return number

    def ask(self, method, path, token="all", body=None, kind=JSON, **headers):
        connection = http.client.HTTPConnection(self.base.removeprefix("http://"), timeout=60)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers["Authorization"] = f"Bearer {self.tokens[token]}"
        if body is not None:
            headers["Content-Type"] = kind
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        found = reply.status, reply.headers, reply.read()
        connection.close()
        return found


@pytest.fixture
def api(tmp_path_factory):
    """Serve the demo's projects to one test: each leaves articles and releases behind."""
    folder = tmp_path_factory.mktemp("api") / "data"
    settings = Settings.from_environ({}, data=folder)
    schema.bring_up_to_date(settings.database_url)
    Context().run(fill, settings)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANNOTATOR_")}
    environ = kept | {"ANNOTATOR_DATA": str(folder), "ANNOTATOR_API_PER_MINUTE": str(LIMIT)}
    port = str(free_port())
    command = [sys.executable, "-m", "annotator", "run", "--port", port]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environ, stdout=quiet, stderr=quiet) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", 120)
            made = Api(folder, f"http://127.0.0.1:{port}")
            yield made
            made.end()
        finally:
            server.terminate()


def fill(settings):
    """Store what the demo shows."""
    app = create_app(settings)
    prepare(app)
    with app.app_context():
        db.engine.dispose()


def test_requests_of_every_kind_get_what_is_described(api, tmp_path):
    """Schemathesis makes them up from the description, some that fit and some that do not."""
    pytest.importorskip("schemathesis")
    article = json.loads(api.ask("GET", f"{HERE}/articles")[2])["items"][0]["id"]
    (tmp_path / "schemathesis.toml").write_text(
        f'hooks = "hooks"\n[parameters]\n"path.slug" = "{SLUG}"\n"path.number" = {article}\n'
    )
    command = [
        sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
        "--config-file", "schemathesis.toml", "run", f"{api.base}/api/openapi.json",
        "--header", f"Authorization: Bearer {api.tokens['all']}", "--checks", ",".join(CHECKS),
        "--phases", "fuzzing", "--max-examples", "15", "--seed", "1", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    cases, passed = map(int, re.search(r"(\d+) generated, (\d+) passed", done.stdout).groups())
    assert cases == passed > 150
    assert f"Tested: {sum(map(len, PATHS.values()))}" in done.stdout


# --- each status


def test_every_status_that_is_described_is_answered(api):
    seen = {}
    for name, status, headers, body in answers(api):
        found = described(name)["responses"]
        assert str(status) in found, (name, status, body[:300])
        fits(found[str(status)], headers, body)
        seen.setdefault(name, set()).add(str(status))
    promised = {
        each["operationId"]: set(each["responses"]) - {"default"}
        for methods in PATHS.values()
        for each in methods.values()
    }
    assert seen == promised


def described(name):
    return next(each for methods in PATHS.values() for each in methods.values()
                if each["operationId"] == name)  # fmt: skip


def fits(found, headers, body):
    """Check the type, the schema and the headers of a reply."""
    for name in found.get("headers", ()):
        assert headers[name], name
    for kind, content in found.get("content", {}).items():
        assert headers["Content-Type"].split(";")[0] == kind
        if kind.endswith("json"):
            wanted = content["schema"] | {"components": document()["components"]}
            Draft202012Validator(wanted).validate(json.loads(body))


def answers(api):
    """Yield (operation, status, headers, body) of requests that should get each status."""
    for name, reply in succeed(api):
        yield name, *reply
    operations = [
        (address(path), method.upper(), each)
        for path, methods in PATHS.items()
        for method, each in methods.items()
    ]
    for path, method, each in operations:
        name = each["operationId"]
        if method == "GET":
            tag = api.ask(method, path, "all")[1]["ETag"]
            if "304" in each["responses"]:
                yield name, *api.ask(method, path, "all", If_None_Match=tag)
        for status in set(each["responses"]) & {"401", "403", "404", "422", "429"}:
            yield name, *refused(api, name, method, path, status)
        if "requestBody" in each:
            kinds = each["requestBody"]["content"]
            yield name, *api.ask(method, path, "all", b"x", "text/plain")
            kind = JSON if JSON in kinds else LINES
            yield name, *api.ask(method, path, "all", b"[" * MEGABYTES, kind)
            if JSON in kinds:
                yield name, *api.ask(method, path, "all", b"{")


NUMBERS = {"article": 1, "job": 1}


def address(path, slug=SLUG):
    kind = "job" if "/jobs/" in path else "article"
    found = path.replace("{slug}", slug).replace("{name}", "v1")
    return found.replace("{number}", str(NUMBERS[kind]))


def refused(api, name, method, path, status):
    """Ask so that it is refused with this status."""
    body = {} if method == "POST" else None
    if status == "401":
        return api.ask(method, path, None, body)
    if status == "403":
        other = "annotator" if name == "job" else "read" if method == "POST" else "import"
        return api.ask(method, path, other, body)
    if status == "404":
        return api.ask(method, path.replace(SLUG, "elsewhere"), "all", body)
    if status == "422":
        return api.ask(method, f"{path}?nonsense=1", "all", body)
    while True:
        api.use_up()
        found = api.ask(method, path, "used up", body)
        if found[0] == 429:  # not if the minute has just gone by
            return found


def succeed(api):
    """Yield every operation with a reply of each success that it has."""
    status, _, body = api.ask("GET", f"{HERE}/articles")
    assert status == 200, body
    article = json.loads(body)["items"][0]
    NUMBERS["article"] = article["id"]
    text = "Talks go on. No deal is near. "
    new = {"articles": [{"key": "wire-1", "text": text}]}
    yield "importArticles", api.ask("POST", f"{HERE}/articles", "import", new)
    # Longer than any article may be: the job says so.
    much = {"articles": [{"key": "wire-2", "text": text * 80_000}]}
    status, headers, body = api.ask("POST", f"{HERE}/articles", "import", much)
    yield "importArticles", (status, headers, body)
    NUMBERS["job"] = json.loads(body)["id"]
    assert over(api, headers["Location"])["state"] == "failed"
    plan = {"articles": ["wire-1"], "overlap": 2}
    yield "assign", api.ask("POST", f"{HERE}/assignments", "import", plan | {"dry_run": True})
    yield "assign", api.ask("POST", f"{HERE}/assignments", "import", plan)
    rows = [json.loads(line) for line in api.ask("GET", f"{HERE}/labels")[2].splitlines()]
    cals = {(row["article"], row["sentence"]) for row in rows if row["annotator"] == "A03"}
    one = next(row for row in rows if (row["article"], row["sentence"]) not in cals
               and row["complete"])  # fmt: skip
    line = one | {"annotator": "A03", "origin": "imported"}
    path = f"{HERE}/labels"
    yield "importLabels", api.ask("POST", f"{path}?dry_run=true", "labels", line, LINES)
    yield "importLabels", api.ask("POST", path, "labels", line, LINES)
    # It is refused by the job, which has more time than the request.
    status, headers, body = api.ask("POST", path, "labels", b"{}\n" * 800_000, LINES)
    yield "importLabels", (status, headers, body)
    assert over(api, headers["Location"])["state"] == "failed"
    started = {"name": "v1", "with_text": True}
    status, headers, body = api.ask("POST", f"{HERE}/releases", "release", started)
    yield "startRelease", (status, headers, body)
    assert over(api, headers["Location"])["state"] == "done"
    number = api.begin_job(jobs.RELEASE)
    yield "cancelJob", api.ask("POST", f"{HERE}/jobs/{number}/cancel", "release", b"")
    for path, methods in PATHS.items():
        if "get" in methods:
            yield methods["get"]["operationId"], api.ask("GET", address(path))


def over(api, path):
    """Wait for a job and return it."""
    while (found := json.loads(api.ask("GET", path)[2]))["state"] == "running":
        time.sleep(0.1)
    return found


# --- the examples of the page


def test_the_examples_of_the_page_run(api, tmp_path):
    shutil.copytree(DOCS / "examples", tmp_path / "docs" / "examples")
    [(_, shell)] = blocks(DOCS / "api.md", "bash")
    [(_, python)] = blocks(DOCS / "api.md", "py")
    command = shlex.join([sys.executable, "-m", "annotator"])
    environ = os.environ | {"TOKEN": api.tokens["all"], "PYTHONPATH": str(ROOT)}
    for words, text in (
        (["bash", "-euc"], f'annotator() {{ {command} "$@"; }}\n{shell}'),
        ([sys.executable, "-c"], python),
    ):
        done = subprocess.run(
            [*words, text.replace("http://127.0.0.1:8000", api.base)],
            cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2:] == ["unchanged", "done"]
