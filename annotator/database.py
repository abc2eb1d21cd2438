"""The database of an installation, opened without any page: what commands work in."""

from flask import Flask

from annotator.config import Settings
from annotator.paths import STATIC, TEMPLATES
from annotator.store.db import db, end_session
from annotator.store.engine import prepare_engine


def open_database(settings: Settings) -> Flask:
    """Return a Flask application that has these settings and their database, and no routes.

    Whoever leaves its context gives the session back; whoever is done disposes of `db.engine`.
    """
    app = Flask(
        # A string: `__name__` would make Flask look for another instance folder.
        "annotator",
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        instance_path=str(settings.data),
    )
    app.config.from_mapping(settings.flask())
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, settings.busy_seconds)
    app.teardown_appcontext(end_session)
    return app
