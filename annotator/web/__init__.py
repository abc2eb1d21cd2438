"""WEB: one module per screen: fetch or refuse, form, one call, commit, render."""
