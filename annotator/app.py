"""The application factory: nothing happens at import, nothing is configured twice."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator.config import Settings
from annotator.paths import STATIC, TEMPLATES
from annotator.store.db import db, end_session, prepare_engine
from annotator.web import compression, errors, rendering, request_log, screens, security


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment."""
    settings = settings or Settings.from_environ()
    app = Flask(
        # A string: `__name__` would make Flask look for another instance folder.
        "annotator",
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        instance_path=str(settings.data),
    )
    app.config.from_mapping(settings.flask())
    if settings.behind_proxy:
        hops = settings.behind_proxy
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, settings.busy_seconds)
    app.teardown_appcontext(end_session)
    request_log.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    rendering.init_app(app)
    compression.init_app(app)
    screens.init_app(app)
    return app
