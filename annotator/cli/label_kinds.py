"""The options that say what labels from elsewhere are."""

import click

from annotator.cli.faults import WrongUseError
from annotator.work.imported_labels.kinds import KINDS, Said


class AsModel(click.Command):
    """A command whose `--as model NAME` is one thing with `--model NAME`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `--as model NAME` as `--model NAME`."""
        for place in range(len(args) - 2):
            if args[place : place + 2] == ["--as", "model"] and not args[place + 2].startswith("-"):
                args = [*args[:place], "--model", *args[place + 2 :]]
                break
        return super().parse_args(ctx, args)


def said_of(kind: str | None, model: str) -> Said:
    """Return what the options say the labels are."""
    if model and kind not in (None, "model"):
        raise WrongUseError(f"--as {kind} and --model {model} say two things; give one of them.")
    if kind == "model" and not model:
        raise WrongUseError("--as model needs the model's name: --as model NAME.")
    kind = "model" if model else kind
    return Said(KINDS[kind] if kind else None, model)


def not_said(name: str) -> str:
    """Ask what the labels of a file are: nothing is assumed."""
    choices = [
        f"--as {each.name}{' NAME' if each.name == 'model' else ''}" for each in KINDS.values()
    ]
    wide = max(map(len, choices))
    lines = [
        f"  {choice:<{wide}}  {each.title}: {each.means}."
        for choice, each in zip(choices, KINDS.values(), strict=True)
    ]
    return "\n".join([f"say what the labels in {name} are:", *lines])
