"""Verification: every derived value of a release is computed again from its rows."""
