"""The addresses of the API: what scripts use with a token, without cookies and form tokens."""

from annotator.web.bearer import ROOT
from annotator.web.late_views import Screen, get, post

API = (
    Screen(
        "api_lists",
        "api.lists",
        get("/projects", "show_projects"),
        get("/projects/<slug>", "show_project"),
        get("/projects/<slug>/articles", "show_articles"),
        get("/projects/<slug>/articles/<int:number>", "show_article"),
        get("/projects/<slug>/articles/<int:number>/sentences", "show_sentences"),
        get("/projects/<slug>/assignments", "show_assignments"),
        get("/projects/<slug>/speakers", "show_speakers"),
        url_prefix=ROOT,
    ),
    Screen(
        "api_labels",
        "api.labels",
        get("/projects/<slug>/labels", "show"),
        get("/projects/<slug>/decisions", "show_decisions"),
        get("/projects/<slug>/gold", "show_gold"),
        get("/projects/<slug>/agreement", "show_agreement"),
        url_prefix=ROOT,
    ),
    Screen(
        "api_importing",
        "api.importing",
        post("/projects/<slug>/articles", "add_articles"),
        post("/projects/<slug>/labels", "add_labels"),
        post("/projects/<slug>/assignments", "assign"),
        url_prefix=ROOT,
    ),
    Screen(
        "api_releases",
        "api.releases",
        get("/projects/<slug>/releases", "show_all"),
        post("/projects/<slug>/releases", "add"),
        get("/projects/<slug>/releases/<name>", "show"),
        get("/projects/<slug>/releases/<name>/archive", "download"),
        url_prefix=ROOT,
    ),
    Screen(
        "api_jobs",
        "api.jobs",
        get("/projects/<slug>/jobs/<int:number>", "show"),
        post("/projects/<slug>/jobs/<int:number>/cancel", "cancel"),
        url_prefix=ROOT,
    ),
)
