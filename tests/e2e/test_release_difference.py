"""What changed between two releases and the terms of releases, in a real browser."""

from axe import Report
from label_page import run

SLUG = "us-russia-cooperation"


def freeze(demo, name):
    folder = demo.folder / "releases" / SLUG / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    run(demo, "release", "--with-text", "-p", SLUG, "--name", name, "-o", str(folder))


def relabel(demo, name):
    """Let a frozen folder say other things, as if they had been changed before it was made."""
    for table in ("gold", "annotations"):
        path = demo.folder / "releases" / SLUG / name / f"{table}.jsonl"
        text = path.read_text(encoding="utf-8")
        other = text.replace('"stance": "support"', '"stance": "neutral"', 9)
        assert other != text
        path.write_text(other.replace("Donald Trump", "Trump", 3), encoding="utf-8")


def test_the_pages_of_releases_have_no_fault_that_a_program_can_find(visit, demo):
    freeze(demo, "v1")
    run(demo, "project", "change", SLUG, "--gate", "stance_alpha=0.6", "--author", "Ekman, Ulrika")
    freeze(demo, "v2")
    relabel(demo, "v1")
    page = visit("lead")
    report = Report(page)
    for name in ("releases/difference", "settings"):
        page.goto(f"{demo.base}/projects/{SLUG}/{name}")
        assert page.get_by_role("heading", level=1).count() == 1
        report(name)
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.set_viewport_size({"width": 1366, "height": 768})
    assert report.found == {}
