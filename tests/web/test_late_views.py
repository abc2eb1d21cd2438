"""Views are imported with their first request, once, and each of them can be."""

import inspect
import sys
from threading import Barrier, Thread

import pytest
from flask import Flask
from werkzeug.routing import Rule

from annotator.web.late_views import LateRule, LateView, Screen, get, import_all, post

SLOW = """
import time
def show():
    return "shown"
time.sleep(0.05)
with open({told!r}, "a") as file:
    file.write("imported\\n")
"""


def late_views_of(app):
    return {
        endpoint: view
        for endpoint, view in app.view_functions.items()
        if isinstance(view, LateView)
    }


def test_every_address_leads_to_a_function_that_takes_what_the_address_holds(app):
    import_all(app)
    views = late_views_of(app)
    assert set(app.view_functions) - set(views) == {"static"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in views]
    odd = [
        (rule.rule, rule.endpoint)
        for rule in rules
        if set(inspect.signature(views[rule.endpoint].view).parameters)
        != rule.arguments | set(rule.defaults or {})
    ]
    assert odd == []
    assert {rule.endpoint for rule in rules} == set(views)


def test_what_answers_the_errors_of_a_screen_can_be_imported(app):
    handlers = [
        handler
        for by_status in app.error_handler_spec.values()
        for by_kind in by_status.values()
        for handler in by_kind.values()
        if isinstance(handler, LateView)
    ]
    # The import of articles and that of labels each refuse a file that is too large.
    assert [handler.view.__name__ for handler in handlers] == ["refuse_size"] * 2


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return the name of a module that takes a while to import, and the file that it writes to."""
    told = tmp_path / "told"
    (tmp_path / "late_example.py").write_text(SLOW.format(told=str(told)), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "late_example", told
    sys.modules.pop("late_example", None)


def test_requests_that_come_at_once_import_a_view_once(module):
    name, told = module
    view, together, answers = LateView(name, "show"), Barrier(4), []

    def ask():
        together.wait()
        answers.append(view())

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == ["shown"] * 4
    assert told.read_text() == "imported\n"


def test_a_view_that_cannot_be_imported_fails_its_request_and_is_tried_again(module):
    view = LateView(module[0], "show_nothing")
    for _ in range(2):
        with pytest.raises(AttributeError, match="show_nothing"):
            view()


def test_one_function_answers_several_addresses_under_one_endpoint():
    screen = Screen("shelf", "nowhere", get("/a", "show", {"kind": 1}), post("/b", "show"))
    assert screen.module == "annotator.web.nowhere"
    assert len(screen.deferred_functions) == 2


def test_an_address_is_compiled_with_the_first_link_to_it(monkeypatch):
    made = []
    compile_builder = Rule._compile_builder
    monkeypatch.setattr(
        Rule, "_compile_builder", lambda *given: made.append(given) or compile_builder(*given)
    )
    app = Flask("annotator", static_folder=None)
    app.url_rule_class = LateRule
    app.register_blueprint(Screen("shelf", "nowhere", get("/shelves/<int:shelf>/<rule>", "show")))
    adapter = app.url_map.bind("localhost")
    assert adapter.match("/shelves/4/K-1") == ("shelf.show", {"shelf": 4, "rule": "K-1"})
    assert made == []
    links = [adapter.build("shelf.show", {"shelf": 4, "rule": "ä b", "q": each}) for each in "xy"]
    assert links == ["/shelves/4/%C3%A4%20b?q=x", "/shelves/4/%C3%A4%20b?q=y"]
    assert len(made) == 1
