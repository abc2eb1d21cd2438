"""The codebook of a project over time: versions, the draft of the next one, what it changes."""
