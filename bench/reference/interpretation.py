"""Writes what scikit-learn, PyTorch and Matplotlib compute, for the interpretation tests to compare with.

    pip install torch fastai scikit-learn matplotlib numpy
    python bench/reference/interpretation.py
"""

import json
import pathlib

import matplotlib
import numpy as np
import torch
from fastai.vision.learner import create_head
from sklearn.metrics import classification_report, confusion_matrix

import formulas

# Where our names stand in fastai's list of layers.
LAYERS = {"2": "norm1", "4": "linear1", "6": "norm2", "8": "linear2"}

# Rows are actual classes. The last class has no items; the fourth is never predicted.
COUNTS = [[50, 2, 3, 0, 1], [4, 40, 6, 0, 0], [5, 5, 35, 0, 2], [1, 0, 2, 0, 0], [0, 0, 0, 0, 0]]
VOCAB = ["Abyssinian", "Bengal", "staffordshire_bull_terrier", "pug", "Birman"]


def report_golden():
    pairs = [(a, p) for a, row in enumerate(COUNTS) for p, n in enumerate(row) for _ in range(n)]
    actual, predicted = np.array(pairs).T
    labels = list(range(len(VOCAB)))
    options = {"labels": labels, "target_names": VOCAB, "zero_division": 0}
    return {
        "vocab": VOCAB,
        "counts": COUNTS,
        "matrices": {
            name: confusion_matrix(actual, predicted, labels=labels, normalize=key).tolist()
            for name, key in {"none": None, "row": "true", "column": "pred", "all": "all"}.items()
        },
        "report": classification_report(actual, predicted, output_dict=True, **options),
        "text": classification_report(actual, predicted, **options),
        "textOfFourDigits": classification_report(actual, predicted, digits=4, **options),
    }


def loss_golden():
    rows = [
        ([0.6734, 0.2576], 0),
        ([-2.2457, -0.3727], 0),
        ([2.0, 1.0, 0.1], 2),
        ([0.02, -2.49, 1.25, 7.5, -11.0], 1),
        ([1000.0, 998.0, -1000.0], 1),
        ([-1e4, -1e4 + 1], 0),
    ]
    return [
        {
            "logits": logits,
            "actual": actual,
            "exponentials": [e if np.isfinite(e) else None for e in torch.tensor(logits, dtype=torch.float64).exp().tolist()],
            "probabilities": torch.softmax(torch.tensor(logits, dtype=torch.float64), 0).tolist(),
            "loss": torch.nn.functional.cross_entropy(torch.tensor([logits], dtype=torch.float64), torch.tensor([actual])).item(),
        }
        for logits, actual in rows
    ]


class TinyBody(torch.nn.Module):
    """The body of packages/training/src/testing/tiny-body.ts."""

    def __init__(self, channels=16):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, channels, 3, stride=2, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(channels, eps=1e-3)
        self.conv2 = torch.nn.Conv2d(channels, channels, 3, stride=2, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(channels, eps=1e-3)

    def forward(self, x):
        # TensorFlow's 'same' for a kernel of 3, a stride of 2 and an even side: all of it at the end.
        same = torch.nn.ZeroPad2d((0, 1, 0, 1))
        x = torch.nn.functional.relu6(self.bn1(self.conv1(same(x))))
        return torch.nn.functional.relu6(self.bn2(self.conv2(same(x))))


def grad_cam_golden(batch=3, side=24, classes=5):
    body, head = TinyBody(), create_head(16, classes)
    formulas.weights(body)
    formulas.weights(torch.nn.ModuleDict({"head": torch.nn.ModuleDict({n: head[int(i)] for i, n in LAYERS.items()})}))
    body.eval()
    head.eval()
    features = body(formulas.images(batch, side)).detach().requires_grad_()
    logits = head(features)
    maps = []
    for item in range(batch):
        for index in range(classes):
            (gradient,) = torch.autograd.grad(logits[item, index], features, retain_graph=True)
            weights = gradient[item].mean((1, 2))
            cam = torch.relu((weights[:, None, None] * features[item]).sum(0)).detach()
            top = cam.max()
            values = cam / top if top > 0 else cam
            maps.append({"item": item, "classIndex": index, "values": formulas.rounded(values)})
    return {
        "batch": batch,
        "side": side,
        "classes": classes,
        "width": features.shape[3],
        "height": features.shape[2],
        "logits": formulas.rounded(logits),
        "maps": maps,
    }


def colour_golden():
    """Cividis (Nunez et al., 2018) at some places, as bytes."""
    places = [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1]
    colours = matplotlib.colormaps["cividis"](places, bytes=True)[:, :3].tolist()
    return {"places": places, "colours": colours}


def main():
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    goldens = {
        "interpretation/class-report.golden.json": report_golden(),
        "interpretation/explain-loss.golden.json": loss_golden(),
        "interpretation/colour-map.golden.json": colour_golden(),
        "model/grad-cam.golden.json": grad_cam_golden(),
    }
    for name, golden in goldens.items():
        (source / name).write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
