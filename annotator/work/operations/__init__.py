"""Operations of a server: backup, checks, what killed work left, the demo."""
