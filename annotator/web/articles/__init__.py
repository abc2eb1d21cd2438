"""Pages of articles: import, list, repair."""
