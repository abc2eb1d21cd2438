"""Says in words what a change of the register did."""

from annotator.store.models import SpeakerChange

SENTENCES = {
    "merge": "“{name}” merged into “{other}”",
    "split": "“{other}” split from “{name}”",
    "rename": "“{before[name]}” renamed to “{after[name]}”",
    "type": "“{name}”: {after[type]} instead of {before[type]}",
    "member_of": "“{name}” is a member of {group}",
    "alias_added": "“{name}” is called “{after[text]}” in {after[article]}",
    "alias_removed": "“{name}” is no longer called “{before[text]}” in {before[article]}",
    "distinct": "“{name}” and “{other}” are not the same",
}


def in_words(change: SpeakerChange) -> str:
    """Return a change as one sentence without its full stop."""
    other = change.other.name if change.other else ""
    return SENTENCES[change.kind].format(
        name=change.speaker.name,
        other=other,
        group=f"“{other}”" if other else "nobody",
        before=change.before,
        after=change.after,
    )


def concerned_words(change: SpeakerChange) -> str:
    """Return how many labels a change was about, nothing where it was about none."""
    if not change.claims:
        return ""
    claims = f"{change.claims:,} claim{'' if change.claims == 1 else 's'}"
    return f"{claims} in {change.articles:,} article{'' if change.articles == 1 else 's'}"
