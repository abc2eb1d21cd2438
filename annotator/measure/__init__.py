"""PURE: agreement between annotators; counts in, numbers out, a reason where undefined."""
