"""The description of the API: whole, valid, readable by people without an account."""

import json

from jsonschema import Draft202012Validator
from script import V1, Script, fits

from annotator.web.api.operations import PATHS, PLACE, document, operation_of


def test_every_route_of_the_api_is_described_and_nothing_else(app):
    routes = {
        (PLACE.sub(r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{V1}/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, methods in PATHS.items() for method in methods}
    assert operation_of(f"{V1}/projects/<slug>/jobs/<int:number>", "HEAD")["operationId"] == "job"


def test_the_description_is_sent_with_its_version(app, project):
    found = Script(app).get("/api/openapi.json")
    assert found.json == json.loads(json.dumps(document()))
    assert found.json["openapi"] == "3.1.0"
    for schema in found.json["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    Script(app).get("/api/openapi.json", 304, headers={"If-None-Match": found.headers["ETag"]})


def test_the_page_shows_every_operation_and_type(browser):
    page = browser().get("/api").text
    for path, methods in PATHS.items():
        for method, described in methods.items():
            assert f"{method.upper()} {path}" in page
            assert described["summary"] in page
    assert page.count("<article") == sum(map(len, PATHS.values())) + len(
        document()["components"]["schemas"]
    )
    assert "http" not in page.replace("http://localhost/api/v1/projects", "").split("<main")[1]


def test_its_health_needs_no_token(app, project):
    assert fits("Health", Script(app).get(f"{V1}/health").json) == {"status": "ok"}
