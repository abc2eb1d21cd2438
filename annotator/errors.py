"""What every activity may raise: a refusal in words that a person can act on."""


class RefusedError(Exception):
    """The work was refused; the message says why and what would be right."""


class NotFoundError(RefusedError):
    """There is no such thing, or not for this person."""


class NotAllowedError(RefusedError):
    """The person may see this and not change it."""


class MissingExtraError(RefusedError):
    """The format needs a library that is not installed; the message says which command does."""
