"""Imported labels: what they are, said and said again, and their removal."""
