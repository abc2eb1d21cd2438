"""A disk of a few megabytes for one process alone: a tmpfs in a mount namespace of its own.

Nobody else sees it, and it ends with the process; the test reaches it through `/proc`.
"""

import os
import shutil
import subprocess
from pathlib import Path

# $1 is the folder that lies on the disk from now on, $2 its size, $3 how it is mounted afterwards;
# what follows is the command.
SCRIPT = """
set -e
kept=$(mktemp -d)
cp -a "$1"/. "$kept"
mount -t tmpfs -o size="$2",mode=700 tmpfs "$1"
cp -a "$kept"/. "$1"
rm -rf "$kept"
[ "$3" = rw ] || mount -o "remount,$3" "$1"
shift 3
exec "$@"
"""


def missing():
    """Return why no such disk can be made here, "" where it can."""
    if shutil.which("unshare") is None:
        return "there is no unshare(1)"
    words = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return f"no file system can be mounted: {done.stderr.strip()}" if done.returncode else ""


def on_small_disk(folder, size="32m", how="rw"):
    """Return what stands before a command so that this folder of it lies on such a disk."""
    return ("unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT, "sh",
            str(folder), size, how)  # fmt: skip


def seen_by(process, path):
    """Return where a process sees a path."""
    return Path(f"/proc/{process}/root{path}")


def fill(folder):
    """Fill the disk of a folder to its last byte; return the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * piece)
            except OSError:
                continue
    os.sync()
    return filler
