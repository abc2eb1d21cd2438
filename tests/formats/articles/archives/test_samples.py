"""The samples beside a checkout of the whole project: each article of them, exactly."""

import hashlib
import json

import pytest
from places import DATA, ROOT

from annotator.work.articles.storing import read_articles

SAMPLES = ROOT.parent / "shared" / "archives"
GOLDEN = DATA / "archives.json"

for library in ("docx", "striprtf", "openpyxl", "lxml"):
    pytest.importorskip(library)
if not SAMPLES.exists():
    pytest.skip("no development documents beside this checkout", allow_module_level=True)


def facts(draft):
    """Return what is held of an article: its fields, and of its text counts and a digest."""
    paragraphs = draft.text.split("\n\n")
    return {
        "number": draft.number,
        "key": draft.key,
        "title": draft.title,
        "publisher": draft.publisher,
        "author": draft.author,
        "published_on": str(draft.published_on),
        "language": draft.language,
        "words": draft.word_count,
        "declared_words": draft.declared_words,
        "paragraphs": len(paragraphs),
        "metadata": sorted(draft.metadata),
        "section": draft.metadata.get("section", ""),
        "page": draft.metadata.get("page", ""),
        "edition": draft.metadata.get("edition", ""),
        "warnings": [said for said in draft.warnings if "very long" not in said],
        "sha256": hashlib.sha256(draft.text.encode()).hexdigest(),
    }


@pytest.mark.parametrize("name", sorted(json.loads(GOLDEN.read_text("utf-8"))))
def test_each_article_of_a_sample_is_read_exactly(name):
    wanted = json.loads(GOLDEN.read_text("utf-8"))[name]
    found = [facts(draft) for draft in read_articles(name, (SAMPLES / name).read_bytes())]
    assert found == wanted


def test_every_sample_is_held():
    names = {path.name for path in SAMPLES.iterdir() if path.suffix != ".md"}
    assert names == set(json.loads(GOLDEN.read_text("utf-8")))
