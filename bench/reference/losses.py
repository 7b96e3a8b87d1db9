"""Writes what PyTorch and fastai make of four losses, and their gradients, for losses.test.ts to compare with.

    pip install torch fastai numpy scikit-learn
    python bench/reference/losses.py
"""

import json
import pathlib

import numpy as np
import torch
from fastai.losses import FocalLoss, LabelSmoothingCrossEntropy
from sklearn.utils.class_weight import compute_class_weight

import formulas

ITEMS, CLASSES = 7, 5
TARGETS = [0, 3, 1, 1, 4, 2, 1]
CLASS_WEIGHTS = [0.5, 1, 2, 0, 3.5]
COUNTS = [10, 200, 35, 1]


def golden(loss, by_item, logits):
    logits = logits.clone().requires_grad_()
    value = loss(logits, torch.tensor(TARGETS))
    value.backward()
    return {
        "mean": formulas.rounded(value)[0],
        "byItem": formulas.rounded(by_item(logits.detach(), torch.tensor(TARGETS))),
        "gradient": formulas.rounded(logits.grad),
    }


def both(make, logits):
    return golden(make("mean"), make("none"), logits)


def main():
    logits = torch.from_numpy((4 * formulas.chirp(np.arange(ITEMS * CLASSES), 1)).astype(np.float32))
    logits = logits.reshape(ITEMS, CLASSES)
    weight = torch.tensor(CLASS_WEIGHTS, dtype=torch.float32)
    labels = np.repeat(np.arange(len(COUNTS)), COUNTS)

    def smoothed(epsilon):
        # fastai's form without reduction leaves out the division that its mean makes.
        return lambda reduction: torch.nn.CrossEntropyLoss(label_smoothing=epsilon, reduction=reduction)

    fastai = LabelSmoothingCrossEntropy(eps=0.1)(logits, torch.tensor(TARGETS)).item()
    torchs = smoothed(0.1)("mean")(logits, torch.tensor(TARGETS)).item()
    assert abs(fastai - torchs) < 1e-6, (fastai, torchs)

    result = {
        "logits": formulas.rounded(logits, 9),
        "targets": TARGETS,
        "classWeights": CLASS_WEIGHTS,
        "losses": {
            "cross-entropy": both(lambda r: torch.nn.CrossEntropyLoss(reduction=r), logits),
            "label smoothing 0.1": both(smoothed(0.1), logits),
            "label smoothing 0.4": both(smoothed(0.4), logits),
            "focal 2": both(lambda r: FocalLoss(gamma=2.0, reduction=r), logits),
            "focal 0.5": both(lambda r: FocalLoss(gamma=0.5, reduction=r), logits),
            "weighted": both(lambda r: torch.nn.CrossEntropyLoss(weight=weight, reduction=r), logits),
        },
        "counts": COUNTS,
        "balancedWeights": compute_class_weight("balanced", classes=np.arange(len(COUNTS)), y=labels).tolist(),
    }
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    (source / "losses/losses.golden.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
