"""STORE: the database, its tables and its migrations."""
