"""`annotator token`: a token is printed once, listed without its secret, and revoked."""

from script import HERE, Script

from annotator.store.db import db
from annotator.store.models import Activity, Token
from annotator.work import tokens


def test_a_token_is_made_listed_and_revoked(app, project, command):
    made = command("token", "add", "nightly", "-p", "us-russia", "--user", "lea",
                   "--scope", "read", "--scope", "import", "--days", "7")  # fmt: skip
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert "shown only now" in made.stderr
    script = Script(app, secret)
    script.get(HERE)
    listed = command("token", "list", "-p", "us-russia").output
    assert secret not in listed
    assert "nightly\tlea\tus-russia\tread import\tvalid, until" in listed
    assert "last used" in listed
    number = db.session.query(Token).one().id
    assert command("token", "revoke", number).stdout.startswith(f"Token {number} is revoked.")
    script.get(HERE, 401)
    assert "ended before" in command("token", "revoke", number).stdout
    assert "Revoked." in command("token", "list", "--user", "lea").output
    assert [each.what.partition(" of ")[0] for each in db.session.query(Activity)] == [
        "Token “nightly”",
        "Token “nightly”",
    ]


def test_what_roles_do_not_allow_is_refused(project, command):
    for words, said in (
        (("--user", "ann", "--scope", "import"), "needs the role lead"),
        (("--user", "dan"), "dan is not in the project"),
        (("--user", "lea", "--days", "400"), "400 is not in the range"),
    ):
        refused = command("token", "add", "x", "-p", "us-russia", *words)
        assert refused.exit_code == 2
        assert said in refused.output
    assert command("token", "revoke", "7").exit_code == 2
    assert tokens.of_project(project.id) == []
