"""Downloads from news databases, one reader for each database; and documents of one article."""
