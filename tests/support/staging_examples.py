"""Imports in short steps, broken off where somebody likes."""

from annotator.errors import RefusedError

# No process has this number: Linux goes up to 4,194,304.
GONE = 2**22 + 1


def broken_off(steps, after):
    """Let somebody press Ctrl-C in the step after so many; False if there are not that many.

    What the act does about it is carried out.
    """
    try:
        step = next(steps)
        for _ in range(after):
            step = steps.send((yield step))
        step = steps.throw(KeyboardInterrupt())
        while True:
            step = steps.send((yield step))
    except StopIteration:
        return False


def broken_off_behind(name, steps, monkeypatch):
    """Let somebody press Ctrl-C in the pause behind the first step that a function of this name is.

    What that step did is stored; what the act does about it is carried out.
    """
    reached = []

    def pause(_seconds):
        if reached == [name]:
            reached.append("")
            raise KeyboardInterrupt

    monkeypatch.setattr("annotator.store.db.time.sleep", pause)
    try:
        step = next(steps)
        while True:
            if not reached and step.func.__name__ == name:
                reached.append(name)
            try:
                result = yield step
            except KeyboardInterrupt as error:
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        return end.value


def killed(steps, after):
    """Carry out so many steps and no more, as a process that is killed does."""
    step = next(steps)
    for _ in range(after):
        step = steps.send((yield step))


def in_turn(*acts):
    """Carry out acts beside one another, as processes of their own do: each a step, then the next.

    What each does next it has settled before the others have done their steps.
    """
    steps = {act: next(act) for act in acts}
    while steps:
        for act in list(steps):
            result = yield steps[act]
            try:
                steps[act] = act.send(result)
            except StopIteration:
                del steps[act]


def meanwhile(steps, after, act):
    """Carry out all steps, and let somebody else do something after so many."""
    try:
        step = next(steps)
        for _ in range(after):
            step = steps.send((yield step))
        act()
        while True:
            try:
                result = yield step
            except RefusedError as error:
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration:
        return
