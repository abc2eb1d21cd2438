"""Who gets into the API: a good token of somebody who may, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from browser import Browser
from script import HERE, V1, Script, make_token

from annotator.config import SsoProvider
from annotator.store import clock
from annotator.store.db import db, write
from annotator.store.models import Project, SecondFactor, Token
from annotator.web import bearer
from annotator.work import tokens
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.corrections import projects as ends


def test_a_script_without_a_token_is_told_how_to_send_one(app, project):
    reply = Script(app).get(HERE, 401)
    assert "Authorization: Bearer" in reply.json["detail"]
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert (
        Script(app, "ant_nobody")
        .get(HERE, 401)
        .headers["WWW-Authenticate"]
        .endswith("error=invalid_token")
    )


def test_a_session_of_a_browser_opens_nothing_here(browser):
    lea = browser("lea")
    assert lea.get(HERE, 401).mimetype == "application/problem+json"
    assert lea.post(f"{HERE}/assignments", "{}", 401).mimetype.endswith("problem+json")


def test_a_token_opens_no_page(app, project):
    token = make_token("lea")
    stranger = Script(app, token).client
    for path in ("/", "/projects/us-russia", "/account"):
        reply = stranger.get(path, headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == 303, path


def test_a_token_reaches_its_project_and_no_other(script):
    with write():
        other = projects.create("other", "Other", db.session.query(Project).one().codebook)
        memberships.join(other, accounts.get_user("lea"), {"lead"})
    lea = script()
    assert [each["slug"] for each in lea.get(f"{V1}/projects").json["items"]] == ["us-russia"]
    assert lea.get(HERE).json["roles"] == ["lead"]
    lea.get(f"{V1}/projects/other", 404)
    lea.get(f"{V1}/projects/other/labels", 404)


def test_a_token_learns_nothing_of_another_project_of_its_person(script):
    codebook, person = project_here().codebook, accounts.get_user("lea")
    with write():
        for slug in ("renamed", "archived"):
            memberships.join(projects.create(slug, "Secret", codebook), person, {"lead"})
        ends.rename(projects.get("renamed"), "renamed-since", None)
        ends.archive(projects.get("archived"), person)
    lea = script()
    for slug in ("renamed", "renamed-since", "archived", "nothing"):
        for method, path in (("GET", ""), ("POST", "/assignments")):
            found = lea.ask(method, f"{V1}/projects/{slug}{path}", 404, json={}).json
            assert found["detail"] == "There is no such thing here, or not for this token."
    with write():
        ends.rename(project_here(), "us-russia-2", None)
    moved = lea.get(HERE, 307).headers["Location"]
    assert lea.get(moved).json["slug"] == "us-russia-2"


def test_a_token_of_a_member_without_a_required_second_factor_is_refused(script):
    lea, ann = script("lea", "read"), script("ann", "read")
    lea.get(HERE)
    with write():
        project_here().factor_for_leads = True
    refused = lea.get(HERE, 401)
    assert "needs a second factor" in refused.json["detail"]
    assert "insufficient_user_authentication" in refused.headers["WWW-Authenticate"]
    ann.get(HERE)  # nothing is asked of annotators
    with write():
        person = accounts.get_user("lea").id
        db.session.add(SecondFactor(user_id=person, sealed="sealed", last_step=0, own=True))
    lea.get(HERE)


def test_a_second_factor_that_the_server_requires_is_required_of_tokens(script, app, monkeypatch):
    ann, settings = script("ann", "read"), app.config["SETTINGS"]

    def ask(needing, provider=None):
        asked = replace(settings, second_factor=frozenset({needing}), sso=provider)
        monkeypatch.setitem(app.config, "SETTINGS", asked)

    sso = SsoProvider("https://id.example.org", "us", "secret", "Institute", True)
    for needing, status in (("adjudicator", 200), ("annotator", 401), ("all", 401)):
        ask(needing)
        ann.get(HERE, status)
    # That of the provider counts, for whoever comes from there.
    ask("all", sso)
    ann.get(HERE, 401)
    with write():
        accounts.get_user("ann").sso_issuer = sso.issuer
    ann.get(HERE)


def test_a_token_has_its_scopes_and_no_more_than_its_person(script):
    reader, importer, ann = (
        script("lea", "read"),
        script("lea", "import", name="2"),
        script("ann", "read"),
    )
    assert "scope “import”" in reader.post("assignments", 403, json={}).json["detail"]
    assert "scope “read”" in importer.get("labels", 403).json["detail"]
    for path in ("labels", "gold", "agreement", "decisions", "speakers", "releases"):
        assert "needs the role lead" in ann.get(path, 403).json["detail"]


def test_an_annotator_reads_what_they_were_given(script, article):
    with write():
        memberships.join(project_here(), accounts.get_user("dan"), {"annotator"})
    ann, dan = script("ann", "read"), script("dan", "read")
    assert [each["key"] for each in ann.get("articles").json["items"]] == [article.key]
    assert ann.get(f"articles/{article.id}").json["text"].startswith("James Mattis: No plans")
    assert {each["annotator"] for each in ann.get("assignments").json["items"]} == {
        ann.get(HERE).json["pseudonym"]
    }
    assert dan.get("articles").json["items"] == dan.get("assignments").json["items"] == []
    dan.get(f"articles/{article.id}", 404)
    dan.get(f"articles/{article.id}/sentences", 404)


def project_here():
    return projects.get("us-russia")


def test_an_adjudicator_who_annotates_gets_no_file_of_decisions(script):
    cleo = script("cleo", "read")
    assert cleo.get("decisions").text == ""
    with write():
        memberships.join(project_here(), accounts.get_user("cleo"), {"annotator"})
    assert "You annotate" in cleo.get("decisions", 403).json["detail"]


@pytest.mark.parametrize("loss", ["disabled", "role", "revoked", "expired"])
def test_a_token_ends_for_good_when_its_person_does(script, loss, monkeypatch):
    lea = script()
    lea.get(HERE)
    person = accounts.get_user("lea")
    with write():
        memberships.join(project_here(), person, {"adjudicator"})
        memberships.join(project_here(), accounts.get_user("ann"), {"lead"})
    member = memberships.get_membership(person, project_here())
    if loss == "expired":
        later = clock.now() + timedelta(days=91)
        monkeypatch.setattr(tokens, "now", lambda: later)
    else:
        with write():
            if loss == "disabled":
                accounts.disable(person)
            elif loss == "role":
                memberships.set_roles(member, {"adjudicator"})
            else:
                tokens.end(db.session.query(Token).one())
    lea.get(HERE, 401)
    if loss in {"disabled", "role"}:
        with write():
            accounts.enable(person)
            memberships.set_roles(member, {"adjudicator", "lead"})
        lea.get(HERE, 401)


def test_the_secret_is_stored_nowhere(app, project, settings):
    secret = make_token("lea")
    assert secret.startswith("ant_")
    row = db.session.query(Token).one()
    assert row.token_hash == tokens.hash_of(secret)
    assert secret not in str({name: getattr(row, name) for name in Token.__table__.c.keys()})  # noqa: SIM118


def test_reading_notes_the_use_once_a_minute(script, monkeypatch):
    monkeypatch.setattr(bearer, "is_drawn", lambda: False)
    lea = script("lea", "read")
    lea.get(HERE)
    first = db.session.query(Token).one().used_at
    lea.get(HERE)
    db.session.expire_all()
    assert db.session.query(Token).one().used_at == first is not None


def test_too_many_requests_are_told_how_long_to_wait(script, monkeypatch):
    monkeypatch.setattr(bearer, "is_drawn", lambda: True)
    monkeypatch.setattr(bearer, "LOT", 200)
    at = clock.now().replace(second=20)
    monkeypatch.setattr(tokens, "now", lambda: at)
    lea = script("lea", "read")
    limit = lea.client.application.config["SETTINGS"].api_per_minute
    for _ in range(limit // bearer.LOT):
        lea.get(f"{V1}/projects")
    assert lea.get(HERE, 429).headers["Retry-After"] == "40"
    later = at + timedelta(seconds=41)
    monkeypatch.setattr(tokens, "now", lambda: later)
    lea.get(HERE)


def test_acts_name_the_token(script, caplog, article):
    caplog.set_level("INFO")
    lea = script("lea", "import", name="nightly")
    lea.post("articles", 201, json={"articles": [{"key": "n1", "text": "He said so. Yes."}]})
    lines = [each.getMessage() for each in caplog.records if each.name == "annotator.acts"]
    assert "with token 'nightly' (" in lines[-1]
    page = Browser(lea.client.application, "lea").get("/projects/us-russia/activity").text
    assert "1 article added, 2 sentences (token “nightly”)." in page
