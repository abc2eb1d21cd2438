"""Pages of a project's codebook."""
