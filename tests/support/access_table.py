"""The access table of `docs/access.md`, and people and scripts that walk through it."""

import re
from dataclasses import dataclass
from pathlib import Path

from browser import Browser
from documents import DOCS
from installation import staged
from release_examples import labelled, release
from script import Script, make_token
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Decision, Membership, Speaker
from annotator.web.bearer import ROOT
from annotator.work import jobs, tokens
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.releases import kept as long_releases

PAGE = DOCS / "access.md"
ROW = re.compile(r"^\| `(GET|POST)` \| `(.+?)` \|(.*)\|$", re.M)
YES, NO, ABSENT, SIGN_IN = WORDS = ("yes", "no", "absent", "sign in")
PEOPLE = ("stranger", "elsewhere", "annotator", "adjudicator", "lead", "disabled", "token")
SCRIPTS = (
    "stranger", "elsewhere", "annotator", "adjudicator", "read", "import", "labels", "release",
    "disabled",
)  # fmt: skip
NAMES = {"annotator": "ann", "adjudicator": "cleo", "lead": "lea"}


@dataclass(frozen=True)
class Route:
    """One address and method of the application."""

    method: str
    rule: str

    @property
    def is_of_scripts(self):
        """Say whether it is one of the API."""
        return self.rule.startswith(f"{ROOT}/")

    @property
    def columns(self):
        """Return who walks to it."""
        return SCRIPTS if self.is_of_scripts else PEOPLE

    def row(self, found):
        """Return its row of the table."""
        return f"| `{self.method}` | `{self.rule}` | {' | '.join(found)} |"


def routes(app):
    """Return every route of the application, by address; those of the API last."""
    found = {
        Route(method, rule.rule.replace("|", "\\|"))
        for rule in app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }
    return sorted(found, key=lambda each: (each.is_of_scripts, each.rule, each.method))


def table():
    """Return the words of each route that has a row."""
    return {
        Route(method, rule): tuple(cell.strip() for cell in cells.split("|"))
        for method, rule, cells in ROW.findall(PAGE.read_text(encoding="utf-8"))
    }


# --- the project that is walked through


@staged
def seeded(project, article):
    """Make a project in which most addresses lead to something, and another one for Dan."""
    labelled(project, article)
    with write():
        other = projects.create("other", "Other", project.codebook)
        memberships.join(other, accounts.get_user("dan"), {"annotator"})
        memberships.join(project, accounts.add_user("eve"), {"lead", "annotator"})
        for kind, details in ((jobs.IMPORT, {"files": []}), (jobs.RELEASE, {"name": "v2"})):
            jobs.add(kind, project, None, jobs.DONE, said="Done.", details=details)


def place(project, article, data: Path):
    """Return what stands for each part of an address, by the part or by the rule."""
    made = release(project, data / "releases" / project.slug / "v1")
    with write():
        long_releases.record(project, None, made)
    people = {each.user.username: each.pseudonym for each in db.session.scalars(
        select(Membership).where(Membership.project_id == project.id))}  # fmt: skip
    import_job, release_job = (jobs.latest(kind, project, 1)[0].id
                               for kind in (jobs.IMPORT, jobs.RELEASE))  # fmt: skip
    speaker = db.session.scalars(
        select(Speaker.id).where(Speaker.project_id == project.id, Speaker.wording.is_(None))
    ).first()
    decision = db.session.scalars(select(Decision.id)).first()
    return {
        "slug": project.slug,
        "article_id": article.id,
        "position": 2,
        "pseudonym": people["ann"],
        "decision_id": decision,
        "form": "jsonl",
        "filename": "app.css",
        "token": "nonsense",
        "name": "v1",
        "act": "withdraw",
        "kind": "article",
        "figure": "speakers",
        "place": "stances",
        "index": 0,
        "rule": "ST-3",
        "number": 1,
        "answer_id": 1,
        "answer": 1,
        "attempt": 1,
        "purpose": "training",
        "worklist": 1,
        "/projects/<slug>/import/<int:number>": {"number": import_job},
        "/projects/<slug>/releases/runs/<int:number>": {"number": release_job},
        "/projects/<slug>/speakers/<int:number>": {"number": speaker},
        "/projects/<slug>/codebook/decisions/<int:number>": {"number": decision},
        "/projects/<slug>/labels/<int:number>/": {"act": "declare"},
        "/projects/new/": {"name": "short"},
        "/account/tokens/": {"number": tokens.of_project(project.id)[0].id},
        f"{ROOT}/projects/<slug>/articles/<int:number>": {"number": article.id},
        f"{ROOT}/projects/<slug>/jobs/<int:number>": {"number": import_job},
    }


PART = re.compile(r"<(?:[^<>:]+:)?(\w+)>")


def address(route, places):
    """Return an address of a route."""
    own = dict(places)
    for begin, values in places.items():
        if isinstance(values, dict) and route.rule.startswith(begin):
            own |= values
    return PART.sub(lambda part: str(own[part[1]]), route.rule.replace("\\|", "|"))


class BrowserWithToken(Browser):
    """Sends the token of a script to pages, with the form token that they ask for."""

    def __init__(self, app, secret):
        super().__init__(app)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path, status=200, **kwargs):
        return super().get(path, status, headers=self.headers, **kwargs)

    def post(self, path, data=None, status=None, **kwargs):
        return super().post(path, data, status, headers=self.headers, **kwargs)


class Walkers:
    """Everybody who walks to an address, each with a browser or a token of their own."""

    def __init__(self, app):
        people = {name: Browser(app, user) for name, user in NAMES.items()}
        people |= {"stranger": Browser(app), "elsewhere": Browser(app, "dan")}
        people["disabled"] = Browser(app, "eve")
        scripts = {
            "stranger": Script(app),
            "elsewhere": Script(app, make_token("dan", "read", slug="other")),
            "annotator": Script(app, make_token("ann", "read")),
            "adjudicator": Script(app, make_token("cleo", "read")),
            "disabled": Script(app, make_token("eve")),
        }
        scripts |= {scope: Script(app, make_token("lea", scope, name=scope))
                    for scope in tokens.SCOPES}  # fmt: skip
        people["token"] = BrowserWithToken(app, make_token("lea", name="all"))
        with write():
            accounts.disable(accounts.get_user("eve"))
        self.people, self.scripts = people, scripts

    def outcome(self, who, route, path):
        """Return what becomes of somebody at an address, in a word of the table."""
        walker = (self.scripts if route.is_of_scripts else self.people)[who]
        if route.is_of_scripts:
            sent = {"json": {}} if route.method == "POST" else {}
            reply = walker.ask(route.method, path, None, **sent)
        elif route.method == "POST":
            reply = walker.post(path, {})
        else:
            reply = walker.get(path, None)
        assert reply.status_code < 500, f"{route} as {who}: {reply.status_code}"
        if reply.status_code == 401 or (reply.location or "").startswith("/sign-in"):
            return YES if route.rule.startswith(("/sign-in", "/sign-out")) else SIGN_IN
        return {403: NO, 404: ABSENT}.get(reply.status_code, YES)


def measured(app, project, article, installation, only=None):
    """Walk everybody to every route, or some; yield each with the words found, from one state."""
    seeded(project, article)
    walkers = Walkers(app)
    places = place(project, article, installation.settings.data)
    db.session.rollback()
    copy = installation.kept.keep()
    for route in only or routes(app):
        found = []
        for who in route.columns:
            found.append(walkers.outcome(who, route, address(route, places)))
            if route.method != "GET" and found[-1] == YES:
                db.session.rollback()
                installation.kept.close(db.engine)
                installation.kept.put(copy)
        yield route, tuple(found)
