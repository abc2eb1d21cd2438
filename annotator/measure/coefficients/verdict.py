"""What a coefficient says by its size, and from how many articles on it can be relied on."""

FIRM, TENTATIVE = 0.8, 0.667  # Krippendorff 2018, chapter 12
FEW_ARTICLES = 5


def verdict_of(value: float) -> str:
    """Return how alpha reads, by its value alone; the limits are given to three decimals."""
    known = round(value, 3)
    if known >= FIRM:
        return "firm"
    return "tentative" if known >= TENTATIVE else "revise"
