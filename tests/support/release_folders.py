"""Release folders of a few rows, for tests of what reads them."""

from release_facts import facts

from annotator.formats.articles import jsonl
from annotator.formats.release.card.card import card
from annotator.formats.release.folder import table_name
from annotator.work.releases.difference import FIELDS


def claim(speaker="Trump", stance="support", certainty="certain", **more):
    usual = {"mention": None, "via": [], "conditional": False, "aspect": None}
    return {"speaker": speaker, "stance": stance, "certainty": certainty, **usual, **more}


def row(sentence, *claims, article="a", **more):
    status = "claims" if claims else "no_claim"
    said = {"status": status, "claims": list(claims), "how": "unanimous", "reason": ""}
    return {"article": article, "sentence": sentence, **said, "split": "train", **more}


def answer(sentence, *claims, annotator="A1", **more):
    usual = {"annotator": annotator, "round": 1, "unsure": False, "note": ""}
    return {**row(sentence, *claims), **usual, **more}


def folder(path, known=None, **tables):
    path.mkdir(parents=True)
    for name in FIELDS:
        text = "".join(jsonl.write(tables.get(name, [])))
        (path / table_name(name)).write_text(text, encoding="utf-8")
    (path / "README.md").write_text(card(known or facts()), encoding="utf-8")
    return path
