"""Our figures against scikit-learn, statsmodels and nltk on random data (extra `oracles`)."""

from itertools import combinations

import numpy as np
import pytest
from slow_cases import further

from annotator.measure.coefficients.alpha import alpha, alpha_custom
from annotator.measure.coefficients.kappa import cohen, fleiss
from annotator.measure.coefficients.sets import alpha_sets
from annotator.measure.panel import Panel

VALUES = tuple("0123")


def random_panel(seed, missing=0.25, people=4, units=60):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 4, units)
    slips = rng.random((units, people)) < 0.4
    given = np.where(slips, rng.integers(0, 4, slips.shape), true[:, None]).astype(np.int16)
    given[rng.random(given.shape) < missing] = -1
    return Panel(VALUES, given)


@pytest.mark.parametrize("seed", further(range(5)))
@pytest.mark.parametrize(
    ("ours", "theirs"), [("identity", None), ("linear",) * 2, ("quadratic",) * 2]
)
def test_cohen_is_that_of_scikit_learn(seed, ours, theirs):
    metrics = pytest.importorskip("sklearn.metrics")
    panel = random_panel(seed)
    tables = panel.pair_tables()
    for a, b in combinations(range(4), 2):
        both = (panel.given[:, [a, b]] >= 0).all(axis=1)
        one, other = panel.given[both][:, a], panel.given[both][:, b]
        expected = metrics.cohen_kappa_score(one, other, weights=theirs, labels=range(4))
        assert cohen(tables[a, b], ours).value == pytest.approx(expected)


@pytest.mark.parametrize("seed", further(range(5)))
def test_kappas_and_their_errors_are_those_of_statsmodels(seed):
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    panel = random_panel(seed, missing=0.0)
    assert fleiss(panel.patterns()).value == pytest.approx(inter_rater.fleiss_kappa(panel.counts))
    table = panel.pair_tables()[0, 1]
    for weights in ("identity", "linear", "quadratic"):
        # Their weights are disagreements: "linear" there is 1 minus ours.
        wt = None if weights == "identity" else weights
        expected = inter_rater.cohens_kappa(table, wt=wt)
        found = cohen(table, weights)
        assert found.value == pytest.approx(expected.kappa)
        assert found.se == pytest.approx(expected.std_kappa)


@pytest.mark.parametrize("seed", further(range(5)))
def test_alpha_is_that_of_nltk_with_missing_answers(seed):
    agreement = pytest.importorskip("nltk.metrics.agreement")
    distance = pytest.importorskip("nltk.metrics.distance")
    panel = random_panel(seed)
    kept = panel.where(panel.answers >= 2)
    rows = [
        (str(a), str(u), int(kept.given[u, a]))
        for u, a in zip(*np.nonzero(kept.given >= 0), strict=True)
    ]
    task = agreement.AnnotationTask(rows, distance=distance.binary_distance)
    assert alpha(kept.patterns()).value == pytest.approx(task.alpha())
    task = agreement.AnnotationTask(rows, distance=distance.interval_distance)
    assert alpha(kept.patterns(), "interval").value == pytest.approx(task.alpha())
    table = [[abs(i - j) for j in range(4)] for i in range(4)]
    task = agreement.AnnotationTask(rows, distance=lambda x, y: float(abs(x - y)))
    assert alpha_custom(kept.patterns(), table).value == pytest.approx(task.alpha())


@pytest.mark.parametrize("seed", further(range(5)))
def test_alpha_of_sets_is_that_of_nltk(seed):
    agreement = pytest.importorskip("nltk.metrics.agreement")
    distance = pytest.importorskip("nltk.metrics.distance")
    rng = np.random.default_rng(seed)
    rows = [
        (str(a), str(u), frozenset(rng.choice(4, rng.integers(1, 3), replace=False).tolist()))
        for u in range(30) for a in range(3)
    ]  # fmt: skip
    given = [(u, a, choice) for a, u, choice in rows]
    task = agreement.AnnotationTask(rows, distance=distance.jaccard_distance)
    assert alpha_sets(given, "jaccard").value == pytest.approx(task.alpha())
    task = agreement.AnnotationTask(rows, distance=distance.masi_distance)
    # Theirs rounds 2/3 and 1/3 to .67 and .33.
    assert alpha_sets(given, "masi").value == pytest.approx(task.alpha(), abs=0.02)
