"""What a page does in bulk keeps nobody from saving in another process; each write is short."""

import json
import re
import threading

from beside_examples import beside, count_of
from lead_form import carried, preview, send
from slow_cases import server, slow

from annotator.store.models import Article, Assignment
from annotator.web.articles import imports
from annotator.work.assignment import assigning

pytestmark = [server, slow]

ROWS, PAIRS = 8_000, 1_500


def test_people_save_while_a_page_imports_and_another_assigns(
    app, project, saver, browser, monkeypatch
):
    monkeypatch.setattr(imports, "MUCH", 0)
    lea = browser("lea")
    rows = [
        {"key": f"n{n:03}", "text": " ".join(f"In {n} he said {k}." for k in range(12))}
        for n in range(800)
    ]
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    fields = carried(preview(lea, "us-russia", ("many.jsonl", raw)))
    with beside(saver, ROWS, 10_000):
        data = {"carried": fields, "give": "nobody"}
        send(lea, "/projects/us-russia/import/add", data, 303)
        for thread in threading.enumerate():
            if thread.name.startswith("import-"):
                thread.join(60)
    assert count_of(Article) == 801
    path = "/projects/us-russia/assign"
    data = {
        "which": "all", "overlap": "2", "seed": "1", "act": "preview", "plan": "", "keys": "",
        "annotators": [person.pseudonym for person in assigning.annotators_of(project)],
    }  # fmt: skip
    plan = re.search(
        r'name="plan" type="hidden" value="([0-9a-f]*)"', lea.post(path, data, 200).text
    )
    with beside(saver, PAIRS, 1_600):
        lea.post(path, data | {"act": "assign", "plan": plan[1]}, 303)
    assert count_of(Assignment) == 2 * 801
