"""A script of somebody who has a token; every refusal that it gets has to be a problem."""

from contextvars import Context

from jsonschema import Draft202012Validator

from annotator.store.db import db, write
from annotator.web.api.operations import document
from annotator.work import tokens
from annotator.work.accounts import accounts, memberships, projects

V1 = "/api/v1"
HERE = f"{V1}/projects/us-russia"
PROBLEM = "application/problem+json"


def make_token(username, *scopes, slug="us-russia", name="a script", days=90):
    """Make a token and return its secret."""
    with write():
        membership = memberships.get_membership(accounts.get_user(username), projects.get(slug))
        _, secret = tokens.make(membership, name, scopes or tokens.SCOPES, days)
    return secret


def fits(name, found):
    """Check that something fits a schema of the description."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    Draft202012Validator(schema).validate(found)
    return found


class Script:
    """Asks with a token, each time in a context of its own; without a token as a stranger."""

    def __init__(self, app, token=None):
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method, path, status=200, *, headers=(), **kwargs):
        where = path if path.startswith("/") else f"{HERE}/{path}"
        headers = {**self.headers, **dict(headers)}
        reply = Context().run(
            self.client.open, where, method=method, headers=headers, buffered=True, **kwargs
        )
        db.session.rollback()
        said = f"{method} {where}: {reply.status_code}\n{reply.data[:1000]}"
        assert status is None or reply.status_code == status, said
        assert not where.startswith(V1) or "Set-Cookie" not in reply.headers, said
        if status is not None and status >= 400:
            assert reply.mimetype == PROBLEM, said
            assert fits("Problem", reply.json)["status"] == status
        return reply

    def get(self, path, status=200, **kwargs):
        return self.ask("GET", path, status, **kwargs)

    def post(self, path, status=200, **kwargs):
        return self.ask("POST", path, status, **kwargs)
