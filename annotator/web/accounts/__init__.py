"""Pages of accounts: sign-in, one's own account, people and projects."""
