"""Where the checkout, the tests and their data lie."""

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PACKAGE = ROOT / "annotator"
DATA = TESTS / "data"
AXE = TESTS / "e2e" / "vendor" / "axe-4.14.1.min.js"
