"""`annotator project training`: what annotators pass before they get work."""

from annotator.store.db import db
from annotator.store.models import Project
from annotator.work.assignment import qualifying


def test_it_prints_and_changes_what_is_asked_for(project, command):
    shown = command("project", "training", "us-russia")
    assert "thresholds: speaker 0.8, stance 0.75, certainty 0.7\n" in shown.stdout
    assert "training before work: no\n" in shown.stdout
    asked = ("--gate", "--tries", "5", "--threshold", "stance=0.9", "--threshold", "certainty=0")
    changed = command("project", "training", "us-russia", *asked)
    assert "training before work: yes\ntries: 5\n" in changed.stdout
    db.session.expire_all()
    found = qualifying.training_of(db.session.get(Project, project.id))
    assert qualifying.asked_for(found, project.codebook) == {"speaker": 0.8, "stance": 0.9}


def test_it_says_what_cannot_be_asked_for(project, article, command):
    for words, said in (
        (("--threshold", "stance=much"), "“much” is no number from 0 to 1."),
        (("--threshold", "stance"), "write FIELD=SHARE"),
        (("--threshold", "mood=0.5"), "“mood” is no field to compare"),
        (("--threshold", "stance=1.5"), "must be from 0 to 1"),
        (("--tries", "0"), "from 1 to 20"),
        (("--since", "9"), "from version 1 to 1"),
        (("--article", "none"), "has no article none"),
        (("--article", article.key), "without gold"),
    ):
        result = command("project", "training", "us-russia", *words)
        assert result.exit_code == 2, words
        assert said in result.stderr
    db.session.expire_all()
    assert db.session.get(Project, project.id).quality == {}
