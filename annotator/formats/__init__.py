"""FORMATS: one module per file format that is read or written."""
