"""Sums over the answers to each unit, looked up: what a few annotators gave is one number.

A sum over them is made once for everything that they can have given, and looked up for each unit;
so all annotators of a unit cost as much as a few of its answers.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from annotator.measure.panel import Given
from annotator.measure.patterns import FloatArray, IntArray

# A table has no more rows than this, nor than a part of the units that are looked up in it.
MOST_ROWS, PART = 1024, 4
# A mass below is made anew from its logs: of smaller numbers not all digits are left.
LEAST = 1e-200


class Lookups(NamedTuple):
    """Groups of annotators, and what each group gave to each unit.

    `groups`: columns of the panel, from the first up to the last that is not in it. `codes`: (U,)
    per group; of each annotator a digit, the first the least: 0 for no answer, else the place of
    the value from 1. `met`: (n,) per group, how many units have each code.
    """

    groups: tuple[tuple[int, int], ...]
    codes: tuple[IntArray, ...]
    met: tuple[FloatArray, ...]
    n_values: int

    @classmethod
    def of(cls, given: Given, times: FloatArray, n_values: int) -> Self:
        """Return the groups of (U, A) places on the scale, -1 where there is none.

        `times`: (U,) how many units are alike.
        """
        people, digits = given.shape[1], n_values + 1
        rows, wide = min(MOST_ROWS, len(given) // PART), 1
        while digits ** (wide + 1) <= rows:
            wide += 1
        groups = tuple(
            (first, min(first + wide, people)) for first in range(0, people, wide)
        )  # fmt: skip
        codes, met = [], []
        for first, last in groups:
            code = np.zeros(len(given), dtype=np.int64)
            for who in reversed(range(first, last)):
                code = code * digits + given[:, who] + 1
            codes.append(code)
            met.append(np.bincount(code, times, digits ** (last - first)).astype(np.float64))
        return cls(groups, tuple(codes), tuple(met), n_values)

    def tables(self, amounts: FloatArray) -> list[FloatArray]:
        """Return for each group the sums of an amount per annotator and value (A, K, ...).

        A table has a row for each code.
        """
        nothing = np.zeros((1, *amounts.shape[2:]))
        found = []
        for first, last in self.groups:
            table = nothing
            for who in range(first, last):
                own = np.concatenate([nothing, amounts[who]])
                table = (own[:, None] + table[None]).reshape(-1, *amounts.shape[2:])
            found.append(table)
        return found

    def sums(self, tables: Sequence[FloatArray], units: slice) -> FloatArray:
        """Return for some units what their codes have in the tables, added (B, ...)."""
        found: FloatArray = tables[0].take(self.codes[0][units], axis=0)
        for table, code in zip(tables[1:], self.codes[1:], strict=True):
            found += table.take(code[units], axis=0)
        return found

    def products(self, tables: Sequence[FloatArray], units: slice) -> FloatArray:
        """Return for some units what their codes have in the tables, multiplied (B, ...)."""
        found: FloatArray = tables[0].take(self.codes[0][units], axis=0)
        for table, code in zip(tables[1:], self.codes[1:], strict=True):
            found *= table.take(code[units], axis=0)
        return found

    def given_in(self, amounts: FloatArray) -> FloatArray:
        """Return amounts per unit (U, M) summed where an annotator gave a value (A, K, M)."""
        digits, m = self.n_values + 1, amounts.shape[1]
        columns = [np.ascontiguousarray(amounts[:, each]) for each in range(m)]
        found = []
        for (first, last), code in zip(self.groups, self.codes, strict=True):
            wide = last - first
            sums = [np.bincount(code, each, digits**wide) for each in columns]
            table = np.stack(sums, axis=-1).reshape(*[digits] * wide, m)
            for digit in reversed(range(wide)):
                others = tuple(axis for axis in range(wide) if axis != digit)
                found.append(table.sum(axis=others)[1:])
        return np.stack(found)


class Likelihoods:
    """How likely the answers to each unit are for each value that may be true, in R models at once.

    `logs`: (A, K, T, R) the log of how likely an annotator gives a value where the truth is
    another. `common`: (T, R) how common each value is.
    """

    def __init__(self, lookups: Lookups, logs: FloatArray, common: FloatArray) -> None:
        self.lookups, self.common = lookups, np.maximum(common, 1e-300)
        self.logs = lookups.tables(logs)
        self.tops = [table.max(axis=1) for table in self.logs]
        # No factor is above 1; exp is called for all that can be given, not for all that was.
        self.factors = [
            np.exp(table - top[:, None]) for table, top in zip(self.logs, self.tops, strict=True)
        ]
        self.factors[0] *= self.common

    def shares(self, units: slice) -> tuple[FloatArray, FloatArray]:
        """Return the posterior of some units (T, R, B), and the logs of their likelihoods (R, B).

        These lie above the sums of `tops`, which `total` adds for all units together.
        """
        # Sums over a few long rows are quicker than over many short ones.
        mass = np.ascontiguousarray(self.lookups.products(self.factors, units).transpose(1, 2, 0))
        total = mass.sum(axis=0)
        if total.min(initial=1.0) < LEAST:
            mass, total, above = self.from_logs(units)
        else:
            above = np.log(total)
        mass /= total
        return mass, above

    def from_logs(self, units: slice) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what is shared (T, R, B), its sum and the log likelihood above `tops` (R, B)."""
        score = (self.lookups.sums(self.logs, units) + np.log(self.common)).transpose(1, 2, 0)
        top = score.max(axis=0)
        mass = np.exp(score - top)
        total = mass.sum(axis=0)
        return mass, total, np.log(total) + top - self.lookups.sums(self.tops, units).T

    def total(self) -> FloatArray:
        """Return what `shares` leaves out of the log likelihood of all units (R,)."""
        found = np.zeros(self.common.shape[1])
        for met, top in zip(self.lookups.met, self.tops, strict=True):
            # Of who gave nothing nothing is known: no number stands where nobody looks.
            found += (met[:, None] * top)[met > 0].sum(axis=0)
        return found
