"""Languages: their names and direction, which one a text is in, and where their sentences end."""
