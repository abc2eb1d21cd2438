"""Label news articles sentence by sentence: who claims what, where they stand, how firmly."""

import os

__version__ = "0.2.0.dev0"

# Before anything loads numpy: its threads wait for one another by spinning, which on a busy server
# costs ten times the work. The server answers several requests at once anyway.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
