"""Plain rows of what every save reads and writes; classes of the ORM cost ten times as much."""
