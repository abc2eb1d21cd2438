"""Control charts: whether somebody is as good as before."""
