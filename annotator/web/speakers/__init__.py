"""The page of a project's speakers."""
