"""Writes what scikit-learn makes of four confusion matrices and one table of scores, for the metrics' tests.

    pip install torch numpy scikit-learn
    python bench/reference/metrics.py
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics as sk

import formulas

# Rows are actual classes. The second has a class that is never predicted, one that never occurs but
# is predicted, and one that does neither; the third is always right; the last has nothing of the class
# in its middle.
MATRICES = {
    "three classes": [[50, 2, 3], [4, 40, 6], [5, 5, 35]],
    "gaps": [[7, 0, 2, 1, 0], [3, 0, 4, 0, 0], [1, 0, 9, 2, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
    "always right": [[4, 0], [0, 9]],
    "nothing in the middle": [[5, 0, 1, 2], [0, 0, 0, 0], [2, 0, 6, 1], [3, 0, 1, 7]],
}


def judged(matrix):
    counts = np.array(matrix)
    cells = list(np.ndindex(counts.shape))
    actual = [a for a, p in cells for _ in range(counts[a, p])]
    predicted = [p for a, p in cells for _ in range(counts[a, p])]
    by_average = {
        average: {
            "precision": sk.precision_score(actual, predicted, average=average, zero_division=0),
            "recall": sk.recall_score(actual, predicted, average=average, zero_division=0),
            "f1": sk.f1_score(actual, predicted, average=average, zero_division=0),
        }
        for average in ("macro", "micro", "weighted")
    }
    return {
        "matrix": matrix,
        "byAverage": by_average,
        "balancedAccuracy": sk.balanced_accuracy_score(actual, predicted),
        "cohenKappa": sk.cohen_kappa_score(actual, predicted),
        # All classes are named: the distance between two is that in the vocab, whether or not those between occur.
        "weightedKappa": {
            weights: sk.cohen_kappa_score(actual, predicted, labels=range(len(matrix)), weights=weights)
            for weights in ("linear", "quadratic")
        },
        "matthews": sk.matthews_corrcoef(actual, predicted),
    }


def top_k(items=60, classes=7):
    logits = formulas.chirp(np.arange(items * classes), 2).astype(np.float32).reshape(items, classes)
    actual = [(3 * i + i // 5) % classes for i in range(items)]
    scores = {str(k): sk.top_k_accuracy_score(actual, logits, k=k, labels=range(classes)) for k in range(1, classes)}
    return {"items": items, "classes": classes, "phase": 2, "actual": actual, "accuracy": scores}


def main():
    warnings.simplefilter("ignore")
    result = {"judged": {name: judged(matrix) for name, matrix in MATRICES.items()}, "topK": top_k()}
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    (source / "metrics/metrics.golden.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
