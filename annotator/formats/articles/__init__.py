"""Files of articles, one reader for each format."""
