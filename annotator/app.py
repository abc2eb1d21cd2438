"""The application factory: nothing happens at import, nothing is configured twice."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from annotator.config import Settings
from annotator.database import open_database
from annotator.web import (
    compression,
    errors,
    rendering,
    request_log,
    screens,
    security,
    static_files,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment."""
    settings = settings or Settings.from_environ()
    app = open_database(settings)
    if settings.behind_proxy:
        hops = settings.behind_proxy
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    request_log.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    rendering.init_app(app)
    static_files.init_app(app)
    compression.init_app(app)
    screens.init_app(app)
    return app
