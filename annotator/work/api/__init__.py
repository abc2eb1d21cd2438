"""What scripts read of a project, page by page."""
