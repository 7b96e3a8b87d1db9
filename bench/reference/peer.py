"""fastai's loaders and learner on the split of a manifest, as the recipes of this project have them."""

import importlib.metadata
import json
import math
import platform
import sys
import tempfile
import time
from pathlib import Path

import timm
import torch
from fastai.vision.all import (
    Adam,
    CategoryBlock,
    CrossEntropyLossFlat,
    DataBlock,
    FuncSplitter,
    ImageBlock,
    Learner,
    Normalize,
    Resize,
    apply_init,
    aug_transforms,
    create_head,
    default_split,
    error_rate,
    nn,
    parent_label,
    set_seed,
)
from safetensors.torch import load_file


def peer_model(architecture, classes, weights=None):
    """timm's body, with drawn weights if no file is given, under fastai's head."""
    body = timm.create_model(architecture, pretrained=False, num_classes=0, global_pool="")
    if weights is not None:
        body.load_state_dict(load_file(weights), strict=False)
    model = nn.Sequential(body, create_head(body.num_features, classes))
    apply_init(model[1], nn.init.kaiming_normal_)
    return model


def peer_learner(manifest, weights, architecture="tf_efficientnet_lite0", size=224, num_workers=0):
    """`weights` is <architecture>.safetensors, or None for drawn ones; items are presized as chapter 5 of the book does.

    `num_workers` of None is fastai's default, one process a core.
    """
    header, *items = (json.loads(line) for line in Path(manifest).read_text().splitlines())
    root = Path(header["root"])
    files = [root / item["source"] for item in items]
    valid = {str(root / item["source"]) for item in items if item["split"] == "valid"}

    set_seed(42)
    loaders = DataBlock(
        (ImageBlock, CategoryBlock),
        get_items=lambda _: files,
        get_y=parent_label,
        splitter=FuncSplitter(lambda path: str(path) in valid),
        item_tfms=Resize(math.ceil(size * 8 / 7 / 32) * 32),
        batch_tfms=[
            *aug_transforms(size=size, min_scale=0.75),
            Normalize.from_stats([0.5] * 3, [0.5] * 3),
        ],
    ).dataloaders(root, bs=32, **({} if num_workers is None else {"num_workers": num_workers}))

    return Learner(
        loaders,
        peer_model(architecture, len(header["labels"]), weights),
        CrossEntropyLossFlat(),
        metrics=error_rate,
        splitter=default_split,
        # Where lr_find keeps its copy of the weights; the default is among the photos.
        path=tempfile.mkdtemp(),
    )


BATCH_SIZE = 32
CLASSES = 37


def inputs():
    """What `npm run bench` tells a script: the fields of `Inputs` in bench/src/comparison/row.ts."""
    given = json.loads(sys.argv[1])
    torch.set_num_threads(given["threads"])
    return given


class SyntheticStep:
    """A model with drawn weights, and a batch of noise that does not change, in one memory layout."""

    def __init__(self, architecture, layout="default"):
        memory_format = {"default": torch.contiguous_format, "channels-last": torch.channels_last}[layout]
        set_seed(42)
        self.model = peer_model(architecture, CLASSES).to(memory_format=memory_format)
        self.batch = torch.randn(BATCH_SIZE, 3, 224, 224).to(memory_format=memory_format)
        self.targets = torch.arange(BATCH_SIZE) % CLASSES
        self.loss = CrossEntropyLossFlat()
        self.optimizer = Adam(default_split(self.model), lr=1e-4, wd=0.01)

    def seconds(self):
        """Takes one unfrozen train step, as fastai's loop does, and returns how long it took."""
        started = time.perf_counter()
        loss = self.loss(self.model(self.batch), self.targets)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        loss.item()
        return time.perf_counter() - started


def faster_workers(seconds):
    """`num_workers` with which `seconds(num_workers)` is less: fastai's default, or none."""
    return min((None, 0), key=seconds)


def workers_note(num_workers):
    return "its default of workers" if num_workers is None else f"num_workers={num_workers}"


def serve(measure, note=None):
    """Says that the side is warm, then measures once for each line `round`, until its input ends.

    `measure` returns a value, or a dict with the fields of `Measurement` in bench/src/comparison/row.ts.
    """
    versions = {name: importlib.metadata.version(name) for name in ("torch", "timm", "fastai")}
    ready = {"versions": {"python": platform.python_version(), **versions}}
    print(json.dumps(ready if note is None else {**ready, "note": note}), flush=True)
    for line in sys.stdin:
        if line.startswith("round"):
            taken = measure()
            print(json.dumps(taken if isinstance(taken, dict) else {"value": taken}), flush=True)
