"""The dataset card of a release, and what machines read of it."""
