"""How levels follow from likelihoods, and from what likelihood on an indicator is said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from scripts.learning.examples import Array
from triage.vocabulary import Level
from triage.weighing import ABOVE_LOW, HEADS

# Towards waking someone for nothing rather than leaving a child unread.
SHIFT = (-0.1, 0.0, 0.3)
LOOKS = 2
PULL_TO_ZERO = 0.15
USUAL_LIMIT = 0.35
CASES_TO_TRUST = 60
_GRID = np.arange(0.20, 0.66, 0.05)


@dataclass(frozen=True)
class Unseen:
    """All passages as read by weights that never saw their writer, text after text.

    `first[text]` is the first row of a text; `weight` how much each text counts here.
    """

    chances: Array
    first: Array
    level: Array
    weight: Array

    def learn_levels(self, texts: Array) -> list[tuple[float, Array]]:
        """For each level (base, weight of each head); no weight is below zero.

        So that more evidence never lowers a level. A passage must reach a level by itself: the one
        that speaks most for it stands for its text.
        """
        return [self._learn(number, level, texts) for number, level in enumerate(ABOVE_LOW)]

    def _learn(self, number: int, level: Level, texts: Array) -> tuple[float, Array]:
        score = self.chances[:, number]
        base, adds = 0.0, np.zeros(len(HEADS))
        for _ in range(LOOKS):
            chosen = self.chances[self._highest(score)][texts]
            said = self.level[texts] >= level.rank
            base, adds = _never_lowering(chosen, said, self.weight[texts])
            score = self.chances @ adds
        return base + SHIFT[number], adds

    def _highest(self, score: Array) -> Array:
        """For each text its passage with the highest score."""
        ends = np.append(self.first[1:], len(score))
        return np.array([a + score[a:b].argmax() for a, b in zip(self.first, ends, strict=True)])

    def levels(self, rules: Sequence[tuple[float, Array]]) -> Array:
        """The rank of each text's level."""
        scores = [
            np.maximum.reduceat(self.chances @ adds, self.first) + base for base, adds in rules
        ]
        ranks = np.array([level.rank for level in ABOVE_LOW])
        return ((np.array(scores) >= 0) * ranks[:, None]).max(axis=0)

    def likely(self) -> Array:
        """For each text and head how likely it is in the passage that speaks most for it."""
        return np.maximum.reduceat(self.chances, self.first, axis=0)


def _never_lowering(likely: Array, said: Array, weight: Array) -> tuple[float, Array]:
    """Logistic regression with no weight below zero."""
    sign = np.where(said, 1.0, -1.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        adds, base = parameters[:-1], parameters[-1]
        margin = sign * (likely @ adds + base)
        pull = weight * -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        value = (weight * np.logaddexp(0, -margin)).sum() + PULL_TO_ZERO * (adds**2).sum()
        return value, np.append(likely.T @ pull + 2 * PULL_TO_ZERO * adds, pull.sum())

    start = np.zeros(likely.shape[1] + 1)
    bounds = [(0.0, None)] * likely.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B")
    return float(found.x[-1]), found.x[:-1]


def choose_limits(likely: Array, truth: Array) -> Array:
    """For each indicator the likelihood from which on it is said, with the best F1."""
    limits = []
    for head in range(len(ABOVE_LOW), len(HEADS)):
        said, chance = truth[:, head], likely[:, head]
        best = _GRID[int(np.argmax([_f1(said, chance >= limit) for limit in _GRID]))]
        # Few cases choose badly: draw the choice towards what suits all.
        share = min(1.0, said.sum() / CASES_TO_TRUST)
        limits.append(share * best + (1 - share) * USUAL_LIMIT)
    return np.array(limits)


def _f1(said: Array, read: Array) -> float:
    return float(2 * (said & read).sum() / max(1, said.sum() + read.sum()))
