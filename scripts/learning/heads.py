"""How much each clue speaks for each head, learned from passages."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from scripts.learning.examples import Array, Examples, Matrix
from triage.weighing import HEADS

STRENGTH = 0.7
SMALLEST_WEIGHT = 0.10
FEWEST_POSITIVE = 4
NEVER = -9.0
_AS_LIKELY = 1.0
_MOST_FOR_RARE = 8.0


def fit_all(examples: Examples, texts: Array) -> tuple[Array, Array]:
    """The weights (clues by heads) and the base of each head, learned from some of the texts."""
    fitted = []
    for head in range(len(HEADS)):
        chosen = texts & examples.asked[:, head]
        of_row = chosen[examples.owner]
        number = np.cumsum(chosen) - 1
        fitted.append(
            fit(
                examples.rows[of_row],
                number[examples.owner[of_row]],
                examples.truth[chosen, head],
                examples.marked[of_row, head],
            )
        )
    return np.array([weights for weights, _ in fitted]).T, np.array([base for _, base in fitted])


def fit(rows: Matrix, owner: Array, said: Array, marked: Array) -> tuple[Array, float]:
    """Weights of one head. Where no passage is marked as saying it: guess, then look again.

    First every passage of a text that says it counts as saying it, a share each; then only those
    that the first weights find most likely. A passage that is marked counts, and those beside it
    count neither way.
    """
    if said.sum() < FEWEST_POSITIVE:
        return np.zeros(rows.shape[1]), NEVER
    _, first, number = np.unique(owner, return_index=True, return_counts=True)
    positive = said[owner]
    weight = np.where(positive, 1.0 / number[owner], 1.0)
    weight = np.where(positive & (marked >= 0), marked, weight)
    model = _fitted(rows, positive, weight)
    scores = rows @ model.coef_[0] + model.intercept_[0]
    positive, weight = np.zeros(len(owner), bool), np.ones(len(owner))
    for text in np.flatnonzero(said):
        span = slice(first[text], first[text] + number[text])
        if marked[span].max() > 0:
            positive[span] = marked[span] > 0
        else:
            best = scores[span].max()
            limit = max(best - _AS_LIKELY, 0.0) if best > 0 else best
            positive[span] = scores[span] >= limit
        weight[span] = positive[span]
    model = _fitted(rows, positive, weight)
    kept = np.where(np.abs(model.coef_[0]) >= SMALLEST_WEIGHT, model.coef_[0], 0.0)
    return kept, float(model.intercept_[0])


def _fitted(rows: Matrix, positive: Array, weight: Array) -> LogisticRegression:
    many, few = weight[~positive].sum(), weight[positive].sum()
    weight = np.where(positive, weight * min(_MOST_FOR_RARE, (many / few) ** 0.5), weight)
    model = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-3, random_state=0)
    return model.fit(rows, positive, sample_weight=weight)


def read_unseen(examples: Examples, writers: Sequence[str]) -> Array:
    """How likely some writers' passages make each head, by weights learned from all the others."""
    theirs = np.isin(examples.writer, writers)
    weights, bases = fit_all(examples, ~theirs)
    scores = examples.rows[theirs[examples.owner]] @ weights + bases
    return 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
