"""Writes what fastai does in fine_tune and lr_find, step by step, for parity.test.ts to compare with.

    pip install torch timm fastai safetensors numpy
    python bench/reference/fine-tune-parity.py tf_efficientnet_lite0.safetensors

The body has its ImageNet weights; head and pictures are drawn from formulas that the test knows; the
order of the items is fastai's and is written down. No augmentation, no dropout.
"""

import json
import pathlib
import sys

import numpy as np
import timm
import torch
from fastai.callback.schedule import minimum, slide, steep, valley
from fastai.vision.all import (
    Callback,
    CrossEntropyLossFlat,
    DataLoader,
    DataLoaders,
    Learner,
    create_head,
    default_split,
    nn,
    set_seed,
)
from safetensors.torch import load_file

import formulas

CLASSES, ITEMS, VALID, SIDE, BATCH = 10, 400, 40, 64, 16
LAYERS = {"2": "norm1", "4": "linear1", "6": "norm2", "8": "linear2"}

# Above it, fastai on one thread and fastai on two have other curves.
CALM_END_LR = 3e-3


def picture(item):
    """A wave that belongs to the class under noise that belongs to the item. [3, side, side]"""
    kind = item % CLASSES
    c, y, x = np.meshgrid(np.arange(3.0), np.arange(float(SIDE)), np.arange(float(SIDE)), indexing="ij")
    wave = np.sin(x * (0.2 + 0.05 * kind) + y * (0.1 + 0.15 * (kind * 7 % 5)) + c * kind)
    noise = np.sin(y * (7.3 + 1.1 * c + 0.37 * item) + x * x * (3.7 + 0.3 * item) + c + item)
    return torch.from_numpy((0.25 * wave + 0.75 * noise).astype(np.float32))


class Pictures:
    def __init__(self, first, count):
        self.first, self.count = first, count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        item = self.first + index
        return picture(item), torch.tensor(item % CLASSES)


class RecordingLoader(DataLoader):
    order = []

    def get_idxs(self):
        indexes = list(super().get_idxs())
        if self.shuffle:
            RecordingLoader.order.append(indexes)
        return indexes


def build(weights):
    body = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0, global_pool="")
    body.load_state_dict(weights, strict=False)
    head = create_head(1280, CLASSES, ps=0.0)
    # Without dropout fastai leaves these layers out, so the numbers of the others move.
    learned = [m for m in head if isinstance(m, (nn.BatchNorm1d, nn.Linear))]
    named = nn.ModuleDict({"head": nn.ModuleDict(dict(zip(LAYERS.values(), learned)))})
    formulas.weights(named)
    return nn.Sequential(body, head)


class Steps(Callback):
    order = 70

    def __init__(self):
        self.losses, self.learning_rates, self.momentums = [], [], []

    def before_batch(self):
        if self.training:
            self.learning_rates.append([float(h["lr"]) for h in self.opt.hypers])
            self.momentums.append(float(self.opt.hypers[-1]["mom"]))

    def after_batch(self):
        if self.training:
            self.losses.append(float(self.loss))


def learner(weights):
    set_seed(42)
    loaders = DataLoaders(
        RecordingLoader(Pictures(0, ITEMS), bs=BATCH, shuffle=True, drop_last=True, num_workers=0),
        RecordingLoader(Pictures(ITEMS, VALID), bs=BATCH, num_workers=0),
    )
    made = Learner(loaders, build(weights), CrossEntropyLossFlat(), splitter=default_split, path="/tmp")
    RecordingLoader.order.clear()
    return made


def fine_tune_golden(weights):
    learn, steps = learner(weights), Steps()
    with learn.no_bar(), learn.no_logging():
        learn.fine_tune(3, 2e-3, cbs=steps)
    return {
        "order": [[int(i) for i in epoch] for epoch in RecordingLoader.order],
        "learningRates": steps.learning_rates,
        "momentums": steps.momentums,
        "losses": steps.losses,
    }


def lr_find_golden(weights, end_lr=10):
    learn = learner(weights)
    learn.freeze()
    rules = (minimum, steep, valley, slide)
    with learn.no_bar():
        found = learn.lr_find(end_lr=end_lr, suggest_funcs=rules, show_plot=False)
    recorder = learn.recorder
    return {
        "order": [[int(i) for i in epoch] for epoch in RecordingLoader.order],
        "learningRates": [float(lr) for lr in recorder.lrs],
        "smoothedLosses": [float(loss) for loss in recorder.losses],
        "suggestions": {rule.__name__: float(lr) for rule, lr in zip(rules, found)},
    }


torch.set_num_threads(2)
imagenet = load_file(sys.argv[1])
golden = {
    "classes": CLASSES,
    "items": ITEMS,
    "side": SIDE,
    "batch": BATCH,
    "fineTune": fine_tune_golden(imagenet),
    "lrFind": lr_find_golden(imagenet),
    # Ends before the rate is so high that rounding decides what comes next.
    "calmLrFind": lr_find_golden(imagenet, CALM_END_LR),
}
target = pathlib.Path(__file__).parents[2] / "packages/training/src/policies/parity.golden.json"
target.write_text(json.dumps(golden))
