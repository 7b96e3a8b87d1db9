"""Writes what fastai's SGD, PyTorch's gradient clipping and fastai's train loop with both and with
gradient accumulation compute, for sgd.test.ts, clip-gradients.test.ts and train-step.test.ts to compare with.

    pip install torch fastai numpy
    python bench/reference/train-steps.py
"""

import functools
import json
import pathlib

import numpy as np
import torch
from fastai.callback.core import Callback
from fastai.callback.training import GradientAccumulation, GradientClip
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from fastai.optimizer import SGD

import formulas


def sgd_golden():
    weight = torch.nn.Parameter(torch.sin(torch.arange(6.0)))
    bias = torch.nn.Parameter(torch.cos(torch.arange(4.0)))
    optimizer = SGD([[weight], [bias]], lr=1e-3, mom=0.9, wd=0.1)
    optimizer.state[bias]["do_wd"] = False
    steps = []
    for step in range(6):
        momentum, rate = 0.95 - 0.1 * step, 1e-2 * (step + 1)
        optimizer.set_hyper("lr", [rate, rate * 3])
        optimizer.set_hyper("mom", momentum)
        for parameter in (weight, bias):
            parameter.grad = torch.sin(parameter.detach() * 3 + step)
        optimizer.step()
        steps.append({"rate": rate, "momentum": momentum, "weight": formulas.rounded(weight), "bias": formulas.rounded(bias)})
    return steps


def clip_golden():
    cases = []
    for max_norm in (0.5, 2.0, 100.0):
        parameters = [torch.nn.Parameter(torch.zeros(n)) for n in (5, 3, 1)]
        for phase, parameter in enumerate(parameters):
            parameter.grad = torch.from_numpy(formulas.chirp(np.arange(parameter.numel()), phase).astype(np.float32))
        norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        cases.append({"maxNorm": max_norm, "norm": norm.item(), "clipped": [formulas.rounded(p.grad) for p in parameters]})
    return cases


class Weights(Callback):
    """Remembers the loss and the weights after every train batch, also one that takes no step."""

    order = 100

    def before_fit(self):
        self.seen = []

    def _note(self):
        layer = self.learn.model[1]
        self.seen.append({"loss": self.learn.loss.item(), "weight": formulas.rounded(layer.weight.T), "bias": formulas.rounded(layer.bias)})

    def after_batch(self):
        if self.training:
            self._note()


FEATURES, CLASSES, ITEMS, BATCH = 12, 3, 12, 4


def train_golden(samples, max_norm):
    """Two epochs of three batches of four: an accumulation that spans their border."""
    inputs = torch.from_numpy(formulas.chirp(np.arange(ITEMS * FEATURES), 1).astype(np.float32)).reshape(ITEMS, 2, 2, 3)
    targets = torch.tensor([i * 2 % CLASSES for i in range(ITEMS)])
    batches = [(inputs[i : i + BATCH], targets[i : i + BATCH]) for i in range(0, ITEMS, BATCH)]
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(FEATURES, CLASSES))
    with torch.no_grad():
        model[1].weight.T.copy_(torch.from_numpy(formulas.chirp(np.arange(FEATURES * CLASSES), 3)).reshape(FEATURES, CLASSES))
        model[1].bias.zero_()
    tools = [GradientAccumulation(samples)] if samples else []
    tools += [GradientClip(max_norm)] if max_norm else []
    seen = Weights()
    learner = Learner(
        DataLoaders(batches, batches),
        model,
        loss_func=CrossEntropyLossFlat(),
        opt_func=functools.partial(SGD, mom=0.9),
        cbs=[*tools, seen],
    )
    with learner.no_bar(), learner.no_logging():
        learner.fit(2, lr=0.1, wd=0.05)
    return seen.seen


def main():
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    runs = [
        {"accumulate": batches, "clipNorm": norm, "batches": train_golden(BATCH * batches if batches > 1 else 0, norm)}
        for batches, norm in ((1, None), (1, 0.3), (2, None), (2, 0.3))
    ]
    (source / "optimizer/sgd.golden.json").write_text(json.dumps(sgd_golden()) + "\n")
    (source / "optimizer/clip-gradients.golden.json").write_text(json.dumps(clip_golden()) + "\n")
    (source / "learner/train-step.golden.json").write_text(json.dumps(runs) + "\n")


if __name__ == "__main__":
    main()
