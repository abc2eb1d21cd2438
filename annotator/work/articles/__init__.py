"""Articles: files are read, previewed and stored, listed and repaired."""
