"""The screens of the application: every address, and the function that answers it.

`api_screens.py` has those of the API. `late_views.py` says when a function is imported.
"""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from annotator.web.api_screens import API
from annotator.web.late_views import LateRule, Screen, get, post
from annotator.web.security import csrf

ALL = (
    Screen("healthz", "healthz", get("/healthz", "show")),
    Screen(
        "sign_in",
        "accounts.sign_in",
        get("/sign-in", "show"),
        post("/sign-in", "enter"),
        get("/sign-in/<token>", "show_link"),
        post("/sign-in/<token>", "enter_by_link"),
        post("/sign-out", "leave"),
    ),
    Screen(
        "sign_in_code",
        "identity.code",
        get("/sign-in/code", "show"),
        post("/sign-in/code", "enter"),
    ),
    Screen(
        "second_factor",
        "identity.second_factor",
        get("/account/second-factor", "show"),
        post("/account/second-factor", "change"),
    ),
    Screen(
        "sso",
        "identity.sso",
        get("/sign-in/sso", "begin"),
        get("/sign-in/sso/back", "come_back"),
    ),
    Screen(
        "account",
        "accounts.account",
        get("/account", "show"),
        post("/account", "save"),
    ),
    Screen(
        "account_keys",
        "accounts.keys",
        get("/account/keys", "show"),
        post("/account/keys", "save"),
    ),
    Screen(
        "agreement",
        "agreement.page",
        get("/projects/<slug>/agreement", "show"),
        get("/projects/<slug>/agreement/sentences", "sentences"),
        get("/projects/<slug>/agreement/by/<kind>", "parts"),
        get("/projects/<slug>/agreement.json", "download"),
        get("/projects/<slug>/agreement.csv", "table"),
    ),
    Screen(
        "gold",
        "gold.page",
        get("/projects/<slug>/gold", "show"),
        get("/projects/<slug>/gold.csv", "download_table", defaults={"table": "sentences"}),
        get("/projects/<slug>/gold-claims.csv", "download_table", defaults={"table": "claims"}),
        get("/projects/<slug>/gold.jsonl", "download"),
    ),
    Screen(
        "models",
        "models.page",
        get("/projects/<slug>/models", "show"),
        post("/projects/<slug>/models", "suggest"),
        get("/projects/<slug>/models.json", "download"),
        get("/projects/<slug>/model-tasks.jsonl", "tasks"),
    ),
    Screen(
        "results",
        "results.page",
        get("/projects/<slug>/results", "show"),
        get("/projects/<slug>/results/<figure>.csv", "table"),
        get("/projects/<slug>/results/<figure>.svg", "picture"),
    ),
    Screen(
        "adjudicate",
        "adjudication.page",
        get("/projects/<slug>/adjudicate", "begin"),
        get("/projects/<slug>/adjudicate/<int:article_id>/<int:position>", "show"),
        post("/projects/<slug>/adjudicate/<int:article_id>/<int:position>", "act"),
    ),
    Screen(
        "adjudicate_history",
        "adjudication.history",
        get("/projects/<slug>/adjudicate/<int:article_id>/<int:position>/history", "show"),
    ),
    Screen(
        "adjudicate_majority",
        "adjudication.majority",
        get("/projects/<slug>/adjudicate/majority", "show"),
        post("/projects/<slug>/adjudicate/majority", "accept"),
    ),
    Screen(
        "adjudicate_unanimous",
        "adjudication.unanimous",
        get("/projects/<slug>/adjudicate/unanimous", "show"),
        post("/projects/<slug>/adjudicate/unanimous", "accept"),
    ),
    Screen(
        "label",
        "labelling.page",
        get("/label/<int:article_id>/<int:position>", "show"),
        get("/label/<int:article_id>", "begin"),
        get("/label/<int:article_id>/next", "go_to_do"),
        post("/label/<int:article_id>/<int:position>", "save"),
        get("/label/<int:article_id>/<int:position>/preview", "preview"),
        post("/label/<int:article_id>/<int:position>/preview", "go_on_in_preview"),
        post("/label/<int:article_id>/<int:position>/seen", "see_replies"),
        get("/label/<int:article_id>/submit", "finish"),
        post("/label/<int:article_id>/submit", "submit"),
    ),
    Screen(
        "label_history",
        "labelling.history",
        get("/label/<int:article_id>/<int:position>/history", "show"),
        post("/label/<int:article_id>/<int:position>/history", "bring_back"),
    ),
    Screen(
        "label_speakers",
        "labelling.speaker_search",
        get("/label/<int:article_id>/<int:position>/speakers", "show"),
    ),
    Screen(
        "labels",
        "releases.labels",
        get("/projects/<slug>/labels.<any(jsonl, csv):form>", "download"),
        get("/projects/<slug>/labels-doccano.jsonl", "download", defaults={"form": "doccano"}),
        get(
            "/projects/<slug>/labels-label-studio.json",
            "download",
            defaults={"form": "label-studio"},
        ),
    ),
    Screen(
        "my_work",
        "assignment.my_work",
        get("/", "show"),
        get("/next", "go_on"),
        post("/projects/<slug>/ask", "ask"),
    ),
    Screen(
        "project",
        "assignment.overview",
        get("/projects/<slug>", "show"),
        get("/projects/<slug>/progress.csv", "download"),
        get("/projects/<slug>/pace", "show_pace"),
        get("/projects/<slug>/pace.csv", "download_pace"),
    ),
    Screen(
        "articles",
        "articles.listing",
        get("/projects/<slug>/articles", "show"),
        get("/projects/<slug>/articles/<int:article_id>", "review"),
    ),
    Screen(
        "reading",
        "explore.reading",
        get("/projects/<slug>/articles/<int:article_id>/read", "show"),
        get("/projects/<slug>/articles/<int:article_id>/read/<int:position>", "go"),
    ),
    Screen(
        "explore",
        "explore.page",
        get("/projects/<slug>/explore", "show"),
        get("/projects/<slug>/explore.<any(jsonl, csv):form>", "download"),
        post("/projects/<slug>/explore/views", "save_view"),
        post("/projects/<slug>/explore/views/<int:number>/delete", "delete_view"),
    ),
    Screen(
        "selection",
        "explore.selection",
        post("/projects/<slug>/explore", "select"),
        post("/projects/<slug>/explore/notes/<int:number>/delete", "delete_note"),
    ),
    Screen(
        "queueing",
        "explore.queue_progress",
        get("/projects/<slug>/explore/queue/<int:number>", "show"),
        post("/projects/<slug>/explore/queue/<int:number>/cancel", "cancel"),
    ),
    Screen(
        "activity",
        "explore.activity",
        get("/projects/<slug>/activity", "show"),
        get("/projects/<slug>/activity.csv", "download"),
    ),
    Screen(
        "audit",
        "explore.audit",
        post("/projects/<slug>/audit", "begin"),
        get("/projects/<slug>/audit/<int:number>", "show"),
        post("/projects/<slug>/audit/<int:number>/cancel", "cancel"),
    ),
    Screen(
        "imports",
        "articles.imports",
        get("/projects/<slug>/import", "show"),
        post("/projects/<slug>/import", "preview"),
        post("/projects/<slug>/import/add", "add"),
        get("/projects/<slug>/import/<int:number>", "progress"),
        post("/projects/<slug>/import/<int:number>/cancel", "cancel"),
        takes_files=True,
        refusals={413: "refuse_size"},
    ),
    Screen(
        "labels_in",
        "label_import.page",
        get("/projects/<slug>/labels", "show"),
        post("/projects/<slug>/labels", "step"),
        get("/projects/<slug>/labels/job/<int:number>", "progress"),
        post("/projects/<slug>/labels/job/<int:number>/cancel", "cancel"),
        post("/projects/<slug>/labels/<int:number>/<any(declare, back, undo):act>", "change"),
        takes_files=True,
        refusals={413: "refuse_size"},
    ),
    Screen(
        "repair",
        "articles.repair",
        get("/projects/<slug>/articles/<int:article_id>/repair/<int:position>", "show"),
        post("/projects/<slug>/articles/<int:article_id>/repair/<int:position>", "save"),
        post("/projects/<slug>/articles/<int:article_id>/repair/undo", "undo"),
        post("/projects/<slug>/articles/<int:article_id>/repair/<int:number>/reviewed", "reviewed"),
    ),
    Screen(
        "articles_bulk",
        "articles.bulk",
        post("/projects/<slug>/articles/due", "due"),
        post("/projects/<slug>/articles/close", "close"),
        post("/projects/<slug>/articles/language", "language"),
        post("/projects/<slug>/articles/segments", "segments"),
        post("/projects/<slug>/articles/assign", "assign"),
    ),
    Screen(
        "metadata",
        "corrections.metadata",
        get("/projects/<slug>/articles/<int:article_id>/details", "show"),
        post("/projects/<slug>/articles/<int:article_id>/details", "save"),
        get("/projects/<slug>/articles/metadata", "choose"),
        post("/projects/<slug>/articles/metadata", "preview"),
        post("/projects/<slug>/articles/metadata/apply", "apply"),
        get("/projects/<slug>/articles.csv", "download"),
        takes_files=True,
    ),
    Screen(
        "withdrawing",
        "corrections.articles",
        get("/projects/<slug>/articles/withdrawn", "show"),
        post("/projects/<slug>/articles/<any(withdraw, restore, remove):act>", "carry_out"),
        post("/projects/<slug>/articles/<int:article_id>/erase", "erase"),
    ),
    Screen(
        "import_undo",
        "corrections.imports",
        get("/projects/<slug>/import/<int:number>/undo", "show"),
        post("/projects/<slug>/import/<int:number>/undo", "carry_out"),
    ),
    Screen(
        "project_ends",
        "corrections.projects",
        get("/projects/<slug>/manage", "show"),
        post("/projects/<slug>/manage/rename", "rename"),
        post("/projects/<slug>/manage/archive", "archive"),
        post("/projects/<slug>/manage/reopen", "reopen"),
        post("/projects/<slug>/manage/delete", "delete"),
    ),
    Screen(
        "assign",
        "assignment.assign",
        get("/projects/<slug>/assign", "show"),
        post("/projects/<slug>/assign", "save"),
    ),
    Screen(
        "assignment",
        "assignment.one_article",
        get("/projects/<slug>/articles/<int:article_id>/people/<pseudonym>", "show"),
        post("/projects/<slug>/articles/<int:article_id>/people/<pseudonym>", "change"),
    ),
    Screen("codebook", "codebook.page", get("/projects/<slug>/codebook", "show")),
    Screen(
        "codebook_versions",
        "codebook.versions",
        get("/projects/<slug>/codebook/versions", "show"),
        get("/projects/<slug>/codebook/versions/<int:number>", "open_version"),
        get("/projects/<slug>/codebook/versions/<int:number>.toml", "download"),
        get("/projects/<slug>/codebook/difference", "compare"),
    ),
    Screen(
        "codebook_edit",
        "codebook.edit",
        get("/projects/<slug>/codebook/edit", "show"),
        get("/projects/<slug>/codebook/edit/<place>/<int:index>", "entry"),
        post("/projects/<slug>/codebook/edit/<place>/<int:index>", "entry"),
        get("/projects/<slug>/codebook/edit/settings", "settings"),
        post("/projects/<slug>/codebook/edit/settings", "settings"),
        post("/projects/<slug>/codebook/edit/import", "import_file"),
        post("/projects/<slug>/codebook/edit/discard", "discard"),
        get("/projects/<slug>/codebook/edit/draft.toml", "download"),
    ),
    Screen(
        "codebook_publish",
        "codebook.publish",
        get("/projects/<slug>/codebook/publish", "show"),
        post("/projects/<slug>/codebook/publish", "publish"),
        post("/projects/<slug>/codebook/mappings/<int:number>/undo", "undo"),
    ),
    Screen(
        "worklists",
        "codebook.worklists",
        get("/projects/<slug>/codebook/worklists", "show"),
        post("/projects/<slug>/codebook/worklists", "make"),
        get("/projects/<slug>/worklist", "own"),
        post("/projects/<slug>/worklist/<int:worklist>/<int:answer>", "confirm"),
    ),
    Screen(
        "rulings",
        "codebook.rulings",
        get("/projects/<slug>/codebook/rulings/<rule>", "show"),
        post("/projects/<slug>/codebook/decisions/<int:number>/example", "add"),
    ),
    Screen(
        "precedents",
        "codebook.precedents",
        get("/label/<int:article_id>/<int:position>/precedents", "show"),
    ),
    Screen(
        "differences",
        "adjudication.appeals",
        get("/projects/<slug>/differences", "show"),
        post("/projects/<slug>/differences/<int:decision_id>", "respond"),
    ),
    Screen(
        "training",
        "quality.training",
        post("/projects/<slug>/articles/<int:article_id>/training", "offer"),
        post("/projects/<slug>/training", "begin"),
        post("/projects/<slug>/quality/let-in", "let_in"),
    ),
    Screen(
        "my_quality",
        "quality.mine",
        get("/projects/<slug>/my-quality", "show"),
        get("/projects/<slug>/my-quality/training/<int:attempt>", "sentences"),
        get("/projects/<slug>/my-quality/repeats", "repeated"),
    ),
    Screen(
        "quality",
        "quality.page",
        get("/projects/<slug>/quality", "show"),
        get("/projects/<slug>/quality.csv", "download"),
        get("/projects/<slug>/quality/weeks.csv", "download_weeks"),
    ),
    Screen(
        "quality_sentences",
        "quality.sentences",
        get(
            "/projects/<slug>/quality/<pseudonym>/<any(training, control, repeat):purpose>", "show"
        ),
    ),
    Screen(
        "speakers",
        "speakers.page",
        get("/projects/<slug>/speakers", "show"),
        get("/projects/<slug>/speakers/<int:number>", "open_speaker"),
        post("/projects/<slug>/speakers/<int:number>", "change"),
        post("/projects/<slug>/speakers/merge", "merge_many"),
        post("/projects/<slug>/speakers/changes/<int:number>/undo", "undo"),
    ),
    Screen(
        "flags",
        "assignment.flags",
        get("/projects/<slug>/flags", "show"),
        post("/projects/<slug>/flags/<int:answer_id>", "reply"),
        post("/projects/<slug>/flags/seen", "see_all"),
    ),
    Screen(
        "people",
        "accounts.people",
        get("/projects/<slug>/people", "show"),
        post("/projects/<slug>/people", "invite"),
        post("/projects/<slug>/people/<pseudonym>", "change"),
    ),
    Screen(
        "invite_many",
        "accounts.invite_many",
        get("/projects/<slug>/people/invite", "show"),
        post("/projects/<slug>/people/invite", "invite"),
    ),
    Screen(
        "projects",
        "accounts.projects",
        get("/projects/new", "show"),
        post("/projects/new", "add"),
        get("/projects/new/<any(default, short):name>.toml", "sample"),
        get("/projects/<slug>/settings", "settings"),
        post("/projects/<slug>/settings", "change"),
        post("/projects/<slug>/settings/publishing", "publish"),
        post("/projects/<slug>/settings/training", "train"),
        post("/projects/<slug>/settings/checks", "check"),
    ),
    Screen(
        "releases",
        "releases.page",
        get("/projects/<slug>/releases", "show"),
        post("/projects/<slug>/releases", "add"),
        get("/projects/<slug>/releases/gates", "stand"),
        get("/projects/<slug>/releases/runs/<int:number>", "progress"),
        post("/projects/<slug>/releases/runs/<int:number>/cancel", "cancel"),
        get("/projects/<slug>/releases/<name>.zip", "download"),
        get("/projects/<slug>/releases/<name>/card", "card"),
    ),
    Screen(
        "release_difference",
        "releases.difference",
        get("/projects/<slug>/releases/difference", "show"),
        get("/projects/<slug>/releases/difference.json", "download"),
    ),
    Screen(
        "account_tokens",
        "accounts.tokens",
        get("/account/tokens", "show"),
        post("/account/tokens", "add"),
        post("/account/tokens/<int:number>/revoke", "revoke"),
    ),
    Screen(
        "api",
        "api.page",
        get("/api", "show"),
        get("/api/openapi.json", "describe"),
        get("/api/v1/health", "health"),
    ),
)
LARGEST_ID = 2**31 - 1


class RowNumber(IntegerConverter):
    """A number that a row can have; any other is not found, whatever the database would say.

    Each has one address: neither 07 nor the digits of another script name the same row.
    """

    regex = "0|[1-9][0-9]*"

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID, **kwargs})


def init_app(app: Flask) -> None:
    """Register every screen."""
    app.url_map.converters["int"] = RowNumber
    app.url_rule_class = LateRule
    for screen in (*ALL, *API):
        app.register_blueprint(screen)
    for room in API:
        csrf.exempt(room)
