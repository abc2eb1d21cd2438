"""The files of a release: records, schemas, columns, gates and archive."""
