"""What the labels of a project say, counted for figures."""
