"""Pages of assignment: overview, assigning, my work, flags."""
