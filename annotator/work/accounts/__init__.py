"""Accounts: who may sign in, passwords and sessions, projects and who works in them."""
