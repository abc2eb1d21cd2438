"""Corrections: facts of articles, what is withdrawn or removed, the end of a project."""
