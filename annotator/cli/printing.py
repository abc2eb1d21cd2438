"""How commands print: aligned tables, figures, and what somebody should know who reads them."""

from collections.abc import Iterable, Iterator, Sequence


def table(rows: Sequence[Sequence[str]], numbers: set[int]) -> Iterator[str]:
    """Yield aligned lines; the columns in `numbers` stand at their right edge."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for cells in rows:
        aligned = (
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        yield "  ".join(aligned).rstrip()


def decimals(value: float | None) -> str:
    """Return a figure with four decimals, or a dash."""
    return "-" if value is None else f"{value:z.4f}"


def warned(warnings: Iterable[str]) -> Iterator[str]:
    """Yield what somebody should know who reads the figures, as lines."""
    for each in warnings:
        yield f"Warning: {each}"
