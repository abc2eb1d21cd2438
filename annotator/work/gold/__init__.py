"""Gold: the rows of a gold standard by any method, and what the methods make of the answers."""
