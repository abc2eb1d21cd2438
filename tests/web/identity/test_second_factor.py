"""Setting the second factor up, signing in by it, and what does not go round it."""

import re

import pytest
from authenticator import PLACE, RECOVERY, App, later, set_up
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Activity, Project, RecoveryCode, SecondFactor, SignIn
from annotator.work.accounts import accounts, memberships, passwords
from annotator.work.identity import second_factor

PASSWORD = "correct horse battery"
CODE = "/sign-in/code"


@pytest.fixture
def ann(browser):
    """Ann's browser; she has a password."""
    with write():
        accounts.set_password(accounts.get_user("ann"), passwords.hash_new(PASSWORD, "ann"))
    return browser("ann")


def enter(visitor, name="ann", onward=""):
    form = {"username": name, "password": PASSWORD}
    return visitor.post(f"/sign-in{onward}", form, 303)


def require(**flags):
    with write():
        project = db.session.scalars(select(Project)).one()
        for name in flags.get("roles", ("annotators",)):
            setattr(project, f"factor_for_{name}", True)


def test_it_is_set_up_by_a_code_of_the_app(ann):
    assert "Second factor: off" in ann.get("/account").text
    ann.post(PLACE, {"change": "begin"}, 303)
    page = ann.get(PLACE).text
    assert '<div class="qr" role="img"' in page
    assert "<svg " in page
    assert " style=" not in page
    ann.post(PLACE, {"change": "confirm", "code": "000000"}, 422)
    assert "Second factor: off" in ann.get("/account").text
    app = App(page)
    codes = RECOVERY.findall(ann.post(PLACE, {"change": "confirm", "code": app.code()}, 200).text)
    assert len(set(codes)) == second_factor.HOW_MANY
    shown = ann.get(PLACE).text
    assert not any(each in shown for each in codes)
    assert "10 recovery codes left." in shown
    assert App(page).totp.secret not in shown.replace(" ", "")


def test_neither_secret_nor_codes_lie_open_in_the_database(ann):
    app, codes = set_up(ann)
    factor = db.session.scalars(select(SecondFactor)).one()
    stored = factor.sealed + repr(db.session.scalars(select(RecoveryCode.code_hash)).all())
    assert app.totp.secret not in stored
    assert not any(each in stored or each.replace("-", "") in stored for each in codes)


def test_other_sessions_end_when_it_is_set_up(ann, browser):
    other = browser("ann")
    set_up(ann)
    other.get("/account", 303)
    ann.get("/account")


def test_a_password_alone_opens_nothing_any_more(ann, browser):
    app, _ = set_up(ann)
    later()
    visitor = browser()
    enter(visitor, onward="?next=/account")
    assert visitor.get("/account", 303).location == f"{CODE}?next=/account"
    assert visitor.get("/", 303).location == CODE
    assert visitor.get(PLACE, 303).location.startswith("/sign-in")
    visitor.post("/account", {"change": "theme", "theme": "dark"}, 401)
    assert visitor.get("/sign-in?next=/account", 303).location == f"{CODE}?next=/account"
    visitor.get(CODE)
    visitor.post(CODE, {"code": "000000"}, 422)
    visitor.get("/account", 303)
    done = visitor.post(f"{CODE}?next=/account", {"code": f" {app.code()[:3]} {app.code()[3:]}"})
    assert (done.status_code, done.location) == (303, "/account")
    visitor.get("/account")


def test_a_session_has_another_token_once_it_is_complete(ann, browser):
    app, _ = set_up(ann)
    later()
    visitor = browser()
    enter(visitor)
    before = set(db.session.scalars(select(SignIn.token_hash)))
    visitor.post(CODE, {"code": app.code()}, 303)
    assert len(set(db.session.scalars(select(SignIn.token_hash))) - before) == 1


@pytest.mark.parametrize("around", [-1, 0, 1])
def test_a_code_is_accepted_once(ann, browser, around):
    app, _ = set_up(ann)
    later()
    code = app.code(around)
    first, second = browser(), browser()
    enter(first)
    enter(second)
    first.post(CODE, {"code": code}, 303)
    page = second.post(CODE, {"code": code}, 422)
    assert "Wrong or used code." in page.text
    second.get("/account", 303)


def test_a_code_from_before_the_last_one_is_refused(ann, browser):
    app, _ = set_up(ann)
    visitor = browser()
    enter(visitor)
    visitor.post(CODE, {"code": app.code(-1)}, 422)
    visitor.post(CODE, {"code": app.code(2)}, 422)
    visitor.post(CODE, {"code": app.code(1)}, 303)


def test_a_recovery_code_works_once_however_it_is_typed(ann, browser):
    _, codes = set_up(ann)
    first, second = browser(), browser()
    enter(first)
    typed = codes[3].lower().replace("-", " ")
    assert first.post(CODE, {"code": typed}, 303).location == "/"
    assert "You used a recovery code; 9 codes left." in first.get("/account").text
    enter(second)
    second.post(CODE, {"code": codes[3]}, 422)
    second.post(CODE, {"code": codes[4]}, 303)


def test_new_recovery_codes_make_the_old_ones_void(ann, browser):
    app, old = set_up(ann)
    later()
    ann.post(PLACE, {"change": "codes", "code": "123"}, 422)
    new = RECOVERY.findall(ann.post(PLACE, {"change": "codes", "code": app.code()}, 200).text)
    assert len(new) == len(old)
    visitor = browser()
    enter(visitor)
    visitor.post(CODE, {"code": old[0]}, 422)
    visitor.post(CODE, {"code": new[0]}, 303)


def test_guessing_codes_has_to_wait_and_the_password_gives_no_further_tries(ann, browser):
    app, _ = set_up(ann)
    later()
    visitor = browser()
    for _ in range(5):
        enter(visitor)
        visitor.post(CODE, {"code": "000000"}, 422)
    enter(visitor)
    page = visitor.post(CODE, {"code": app.code()}, 429)
    assert int(page.headers["Retry-After"]) > 0
    visitor.get("/account", 303)


def test_a_sign_in_link_does_not_go_round_it(ann, browser):
    app, _ = set_up(ann)
    later()
    with write():
        link = accounts.make_link(accounts.get_user("ann"))
    visitor = browser()
    visitor.post(f"/sign-in/{link}", {}, 303)
    visitor.post("/account", {"change": "password", "new_password": "another long one"}, 401)
    assert visitor.get("/account", 303).location == f"{CODE}?next=/account"
    visitor.post(CODE, {"code": app.code()}, 303)
    assert "current password is not required" in visitor.get("/account").text


def test_whoever_must_have_one_is_led_to_it_and_can_do_nothing_else(ann, browser, article):
    require(roles=("annotators",))
    for path in ("/", "/account", f"/label/{article.id}/1"):
        assert ann.get(path, 303).location.startswith(PLACE)
    ann.post("/account", {"change": "theme", "theme": "dark"}, 401)
    page = ann.get(f"{PLACE}?next=/account").text
    assert "Your role requires a second factor." in page
    assert 'href="/account"' not in page
    ann.post(f"{PLACE}?next=/account", {"change": "begin"}, 303)
    app = App(ann.get(f"{PLACE}?next=/account").text)
    form = {"change": "confirm", "code": app.code()}
    shown = ann.post(f"{PLACE}?next=/account", form, 200)
    assert 'href="/account" autofocus' in shown.text
    ann.get(f"/label/{article.id}/1")
    later()
    ann.post(PLACE, {"change": "remove", "code": app.code()}, 403)
    browser("lea").get("/account")


def test_a_lead_requires_it_by_the_settings_of_the_project(browser):
    lea = browser("lea")
    page = lea.get("/projects/us-russia/settings").text
    fields = dict(re.findall(r'name="(name|overlap|lease_hours)"[^>]* value="([^"]*)"', page))
    fields |= {"blind": "always", "factor_for_adjudicators": "y"}
    lea.post("/projects/us-russia/settings", fields, 303)
    assert browser("cleo").get("/", 303).location == PLACE
    browser("ann").get("/")
    said = db.session.scalars(select(Activity.what).order_by(Activity.id.desc())).first()
    assert "factor_for_adjudicators False -> True" in said


def test_the_operator_requires_it_of_roles_or_of_everybody(app, browser, monkeypatch):
    settings = app.config["SETTINGS"]
    for asked, led in ((["lead"], {"lea"}), (["all"], {"lea", "ann", "dan"})):
        changed = type(settings)(**{**vars(settings), "second_factor": frozenset(asked)})
        monkeypatch.setitem(app.config, "SETTINGS", changed)
        for name in ("lea", "ann", "dan"):
            browser(name).get("/account", 303 if name in led else 200)


def test_an_older_session_is_asked_for_the_password_before(ann, monkeypatch):
    monkeypatch.setattr("annotator.work.accounts.sessions.is_fresh", lambda token: False)
    ann.post(PLACE, {"change": "begin"}, 422)
    ann.post(PLACE, {"change": "begin", "current_password": "something else"}, 422)
    ann.post(PLACE, {"change": "begin", "current_password": PASSWORD}, 303)
    assert "Connect your app" in ann.get(PLACE).text
    ann.post(PLACE, {"change": "cancel"}, 303)
    assert "Connect your app" not in ann.get(PLACE).text


def test_a_secret_belongs_to_the_session_that_began_it(ann, browser):
    other = browser("ann")
    ann.post(PLACE, {"change": "begin"}, 303)
    assert "Connect your app" not in other.get(PLACE).text
    other.post(PLACE, {"change": "confirm", "code": "123456"}, 422)


def test_another_app_takes_the_place_of_the_first(ann, browser):
    app, codes = set_up(ann)
    later()
    ann.post(PLACE, {"change": "begin"}, 422)
    ann.post(PLACE, {"change": "begin", "code": app.code()}, 303)
    new = App(ann.get(PLACE).text)
    ann.post(PLACE, {"change": "confirm", "code": new.code()}, 200)
    later()
    visitor = browser()
    enter(visitor)
    visitor.post(CODE, {"code": app.code()}, 422)
    visitor.post(CODE, {"code": codes[0]}, 422)
    visitor.post(CODE, {"code": new.code()}, 303)


def test_it_is_turned_off_by_a_code(ann, browser):
    app, _ = set_up(ann)
    ann.post(PLACE, {"change": "remove", "code": "000000"}, 422)
    later()
    ann.post(PLACE, {"change": "remove", "code": app.code()}, 303)
    visitor = browser()
    enter(visitor)
    visitor.get("/account")


def test_a_lead_resets_it_after_a_question_and_it_is_noted(ann, browser):
    set_up(ann)
    lea = browser("lea")
    pseudonym = memberships.membership_of(
        accounts.get_user("ann"), db.session.scalars(select(Project)).one()
    ).pseudonym
    there = f"/projects/us-russia/people/{pseudonym}"
    assert "Reset the second factor of ann?" in lea.post(there, {"act": "factor"}, 200).text
    ann.get("/account")
    lea.post(there, {"act": "factor", "sure": "y"}, 303)
    ann.get("/account", 303)
    enter(ann)
    ann.get("/account")
    assert f"Second factor of {pseudonym} reset" in db.session.scalars(select(Activity.what)).all()
    lea.post(there, {"act": "factor", "sure": "y"}, 422)


def test_only_its_lead_resets_it(ann, browser):
    set_up(ann)
    pseudonym = memberships.membership_of(
        accounts.get_user("ann"), db.session.scalars(select(Project)).one()
    ).pseudonym
    form = {"act": "factor", "sure": "y"}
    browser("ben").post(f"/projects/us-russia/people/{pseudonym}", form, 403)
    assert db.session.scalars(select(SecondFactor)).one()


def test_the_operator_resets_it_by_command(ann, command):
    set_up(ann)
    done = command("user", "reset-factor", "ann")
    assert (done.exit_code, done.stdout) == (
        0,
        "ann has no second factor and is signed out everywhere.\n",
    )
    ann.get("/account", 303)
    again = command("user", "reset-factor", "ann")
    assert (again.exit_code, again.stdout) == (0, "ann has no second factor.\n")


def test_the_operator_requires_it_in_a_project_by_command(browser, command):
    done = command("project", "change", "us-russia", "--second-factor", "annotator")
    assert "second factor required: annotator" in done.output
    browser("ann").get("/", 303)
    command("project", "change", "us-russia", "--second-factor", "none")
    browser("ann").get("/")


def test_another_key_of_the_server_is_said_and_recovery_codes_still_work(ann, browser, monkeypatch):
    app, codes = set_up(ann)
    later()
    visitor = browser()
    enter(visitor)
    other = second_factor.Sealer("another key of another server")
    monkeypatch.setattr("annotator.web.identity.code.sealer", lambda: other)
    page = visitor.post(CODE, {"code": app.code()}, 422)
    assert "the secret key of the server has changed" in page.text
    visitor.post(CODE, {"code": codes[0]}, 303)


def test_somebody_else_can_sign_in_instead(ann, browser):
    set_up(ann)
    visitor = browser()
    enter(visitor)
    visitor.post("/sign-out", {}, 303)
    visitor.get("/sign-in")


def test_strangers_reach_neither_page(browser):
    visitor = browser()
    assert visitor.get(CODE, 303).location == "/sign-in"
    visitor.get(PLACE, 303)
    visitor.post(CODE, {"code": "123456"}, 303)
    visitor.post(PLACE, {"change": "begin"}, 401)
