"""Import of a release: a published dataset becomes a project again."""
