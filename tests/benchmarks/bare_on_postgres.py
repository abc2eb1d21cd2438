"""The endpoint to compare with on PostgreSQL: one row, one commit.

It stands alone, so that gunicorn loads nothing else with it.
"""

import os
import threading

import psycopg
from flask import Flask, request


def create_app() -> Flask:
    """Return the application for the database that the environment names."""
    app = Flask("bare")
    url = os.environ["ANNOTATOR_DATABASE_URL"].replace("+psycopg", "", 1)
    own = threading.local()

    def connection() -> psycopg.Connection:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(url)
        opened: psycopg.Connection = own.connection
        return opened

    @app.get("/healthz")
    def show() -> str:
        return "ok"

    @app.post("/")
    def insert() -> str:
        database = connection()
        values = (request.form["key"], request.form["value"])
        database.execute("INSERT INTO bare_rows (key, value) VALUES (%s, %s)", values)
        database.commit()
        return "saved"

    return app
